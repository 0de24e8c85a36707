"""Under which address readers reach the server, and where links to things lead."""

from __future__ import annotations

import ipaddress
import re

from flask import request
from pyoxigraph import NamedNode

from comparanda.namespaces import is_web_address
from comparanda.web import site

_HOST = re.compile(r"[A-Za-z0-9.-]+(?::\d{1,5})?\Z|\[[0-9a-fA-F:]+\](?::\d{1,5})?\Z")


def public_url() -> str:
    """The beginning of addresses in answers, with its slash.

    The setting decides. Without it a Host header is believed where it is trusted by the settings, or names this
    machine by its number or as localhost; any other could be anybody's, and the base IRI stands in.
    """
    settings = site().settings
    if settings.public_url:
        return settings.public_url.rstrip("/") + "/"
    if _HOST.match(request.host) and (settings.trusted_hosts or _is_local(request.host)):
        return request.host_url
    return settings.base_iri


def own_path(iri: NamedNode) -> str:
    """The path on this server of a thing of this catalogue."""
    return "/" + iri.value.removeprefix(site().settings.base_iri).lstrip("/")  # two slashes would name another host


def link_to(iri: NamedNode) -> str | None:
    """Where a link to `iri` leads: this server for our own things, nowhere for what is not http(s)."""
    if iri.value.startswith(site().settings.base_iri):
        return own_path(iri)
    return iri.value if is_web_address(iri.value) else None


def _is_local(host: str) -> bool:
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return name == "localhost"
    return True
