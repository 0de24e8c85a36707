"""The settings: one table, and the only place that reads the environment."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from comparanda.errors import BadRequest
from comparanda.namespaces import DEFAULT_BASE


def _default_store() -> str:
    data_home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return str(Path(data_home) / "comparanda")


def _default_index(store: str) -> str:
    if not store.startswith(("http://", "https://")):
        return str(Path(store) / "index")
    cache_home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return str(Path(cache_home) / "comparanda" / hashlib.sha256(store.encode()).hexdigest()[:16])


def _setting(default: Any, sentence: str) -> Any:
    return field(default=default, metadata={"sentence": sentence})


@dataclass(frozen=True, slots=True)
class Settings:
    """One row a setting: name, default, sentence. The environment variable is COMPARANDA_ and the name in capitals."""

    store: str = _setting("", "Directory of the embedded store, or the http(s) address of a SPARQL endpoint.")
    index: str = _setting(
        "",
        "Directory of the search index; empty for one in the embedded store, or in the user's cache for a remote one.",
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
    write_token: str = _setting("", "Bearer token that a request for writing must carry.")
    gate: bool = _setting(True, "Whether what is written over HTTP must pass the shapes; off only for other data.")
    max_page_bytes: int = _setting(5_000_000, "Largest file, in bytes, that an import reads.")
    trusted_hosts: str = _setting("", "Comma-separated Host headers that the server answers; empty for any.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **given: object) -> Settings:
        """Settings from `environment` (the process's own by default); values in `given` win, None counts as not given.

        Raises:
            BadRequest: a number is none, the base IRI does not end with a slash, or the contact is no address.
        """
        source = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        for row in fields(cls):
            text = source.get(f"COMPARANDA_{row.name.upper()}")
            if given.get(row.name) is not None:
                values[row.name] = given[row.name]
            elif text is not None:
                values[row.name] = _read(row.name, type(row.default), text)
        values["store"] = values.get("store") or _default_store()
        values["index"] = values.get("index") or _default_index(values["store"])
        settings = cls(**values)
        if settings.contact and not settings.contact.startswith(("mailto:", "https://", "http://")):
            raise BadRequest(
                f"The contact {settings.contact!r} is no address.",
                value=settings.contact,
                to_do="Set COMPARANDA_CONTACT to one that begins with mailto: or https:.",
            )
        if not settings.base_iri.endswith("/"):
            raise BadRequest(
                f"The base IRI {settings.base_iri!r} does not end with a slash.",
                value=settings.base_iri,
                to_do="Set COMPARANDA_BASE_IRI to an IRI such as https://example.org/methods/.",
            )
        return settings

    def as_environment(self) -> dict[str, str]:
        """The same settings as environment variables, for processes that are started."""
        return {f"COMPARANDA_{row.name.upper()}": str(getattr(self, row.name)) for row in fields(self)}


def _read(name: str, kind: type, text: str) -> object:
    if kind is bool:
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
    try:
        value = kind(text)
        if kind is not str and not 0 < value < float("inf"):
            raise ValueError("not positive")
        return value
    except ValueError as error:
        raise BadRequest(
            f"The setting {name} is no number above zero: {text!r}.",
            value=text,
            to_do=f"Set COMPARANDA_{name.upper()} to a number or remove it.",
        ) from error
