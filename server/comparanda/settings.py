"""The settings: one table, and the only place that reads the environment."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from comparanda.errors import BadRequest
from comparanda.namespaces import DEFAULT_BASE, is_web_address


def _default_store() -> str:
    data_home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return str(Path(data_home) / "comparanda")


def _default_index(store: str) -> str:
    if not is_web_address(store):
        return str(Path(store) / "index")
    cache_home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return str(Path(cache_home) / "comparanda" / hashlib.sha256(store.encode()).hexdigest()[:16])


def _setting(default: Any, sentence: str, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"sentence": sentence})


@dataclass(frozen=True, slots=True)
class Settings:
    """One row a setting: name, default, sentence. The environment variable is COMPARANDA_ and the name in capitals."""

    store: str = _setting("", "Directory of the embedded store, or the http(s) address of a SPARQL endpoint.")
    index: str = _setting(
        "",
        "Directory of the search index; empty for one in the embedded store, or in the user's cache for a remote one.",
    )
    store_update_url: str = _setting("", "Address for updates of a remote store, where it is another one.")
    store_graphs_url: str = _setting(
        "", "Address of the Graph Store Protocol of a remote store; large commits are then sent graph by graph."
    )
    store_writer_url: str = _setting(
        "", "Address for queries that sees each update at once, where the store's own lags behind."
    )
    store_user: str = _setting("", "User by which to sign in to a remote store.")
    store_password: str = _setting("", "Password of that user.", secret=True)
    store_digest: bool = _setting(False, "Whether that user signs in by HTTP digest instead of basic authentication.")
    store_token: str = _setting("", "Bearer token for a remote store, instead of a user.", secret=True)
    store_fresh_s: float = _setting(
        1.0, "Seconds for which the version of a remote store counts as known; so late may others' changes be seen."
    )
    store_lag_s: float = _setting(
        0.0, "Seconds by which answers of a remote store may lag behind its version, as those of replicas do."
    )
    store_public_url: str = _setting(
        "", "Address at which the public may ask a remote store; queries to /sparql are sent there."
    )
    base_iri: str = _setting(DEFAULT_BASE, "Beginning of the IRIs of entries; ends with a slash.")
    public_url: str = _setting("", "Address under which readers reach the server, where it is not the base IRI.")
    contact: str = _setting(
        "", "Where readers report errors: a mailto: or https: address, in which {about} stands for the entry's IRI."
    )
    default_language: str = _setting("en", "Language of pages and labels where the reader asks for none.")
    versions_kept: int = _setting(
        3, "Number of versions of the embedded store that stay on disk, the newest among them."
    )
    query_timeout_s: float = _setting(10.0, "Seconds after which a question to a remote store is given up.")
    sparql_workers: int = _setting(2, "Number of SPARQL queries from outside that each web worker runs at a time.")
    sparql_deadline_s: float = _setting(10.0, "Seconds after which a SPARQL query from outside is stopped.")
    writable: bool = _setting(False, "Whether the server takes SPARQL updates and the Graph Store Protocol.")
    write_token: str = _setting("", "Bearer token that a request for writing must carry.", secret=True)
    gate: bool = _setting(True, "Whether what is written over HTTP must pass the shapes; off only for other data.")
    max_page_bytes: int = _setting(5_000_000, "Largest file, in bytes, that an import reads.")
    trusted_hosts: str = _setting("", "Comma-separated Host headers that the server answers; empty for any.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **given: object) -> Settings:
        """Settings from `environment` (the process's own by default); values in `given` win, None counts as not given.

        Raises:
            BadRequest: a number is none, the base IRI does not end with a slash, or an address is none.
        """
        source = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        for row in fields(cls):
            text = source.get(f"COMPARANDA_{row.name.upper()}")
            if given.get(row.name) is not None:
                values[row.name] = given[row.name]
            elif text is not None:
                values[row.name] = _read(row.name, row.default, text)
        values["store"] = values.get("store") or _default_store()
        values["index"] = values.get("index") or _default_index(values["store"])
        settings = cls(**values)
        settings._check()
        return settings

    def _check(self) -> None:
        if self.contact and not (self.contact.startswith("mailto:") or is_web_address(self.contact)):
            raise BadRequest(
                f"The contact {self.contact!r} is no address.",
                value=self.contact,
                to_do="Set COMPARANDA_CONTACT to one that begins with mailto: or https:.",
            )
        if not self.base_iri.endswith("/"):
            raise BadRequest(
                f"The base IRI {self.base_iri!r} does not end with a slash.",
                value=self.base_iri,
                to_do="Set COMPARANDA_BASE_IRI to an IRI such as https://example.org/methods/.",
            )
        for name in ("store", "store_update_url", "store_graphs_url", "store_writer_url", "store_public_url"):
            value = getattr(self, name)
            if value and (name != "store" or self.store_is_remote):
                _check_address(name, value)
        if self.store_token and self.store_user:
            raise BadRequest(
                "There are a user and a token for the remote store.",
                value=self.store_user,
                to_do="Set either COMPARANDA_STORE_USER or COMPARANDA_STORE_TOKEN.",
            )

    @property
    def store_is_remote(self) -> bool:
        """Whether the store is an address, not a directory."""
        return is_web_address(self.store)

    def as_environment(self) -> dict[str, str]:
        """The same settings as environment variables, for processes that are started."""
        return {f"COMPARANDA_{row.name.upper()}": str(getattr(self, row.name)) for row in fields(self)}


def _check_address(name: str, value: str) -> None:
    """The value itself may hold a password, and is not repeated."""
    variable = f"COMPARANDA_{name.upper()}"
    try:
        parts = urlsplit(value)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise BadRequest(f"{variable} is no http(s) address.", value=variable, to_do="Correct it.")
    if "@" in parts.netloc:
        raise BadRequest(
            f"{variable} holds a user.",
            value=variable,
            to_do="Set COMPARANDA_STORE_USER and COMPARANDA_STORE_PASSWORD; addresses are shown in messages.",
        )


def _read(name: str, default: object, text: str) -> object:
    if isinstance(default, bool):
        truth = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        if text.strip().lower() not in truth:
            raise BadRequest(
                f"The setting {name} is neither on nor off: {text!r}.",
                value=text,
                to_do=f"Set COMPARANDA_{name.upper()} to on or off.",
            )
        return truth[text.strip().lower()]
    if isinstance(default, str):
        return text
    try:
        assert isinstance(default, int | float), "a setting is a text, a switch or a number"
        value = type(default)(text)
        if not (0 < value < float("inf") or value == default):
            raise ValueError("not positive")
        return value
    except ValueError as error:
        raise BadRequest(
            f"The setting {name} is no number above zero: {text!r}.",
            value=text,
            to_do=f"Set COMPARANDA_{name.upper()} to a number or remove it.",
        ) from error
