"""Dumps of the versions that the store keeps: `/dumps/`, made when somebody first asks for one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from flask import Blueprint, Response, current_app, json, redirect, render_template, request, send_file, url_for
from werkzeug.exceptions import ServiceUnavailable

from comparanda.dumps import checksums
from comparanda.dumps.crate import FILES, SUMS, DumpFile
from comparanda.errors import NotFound, StoreError
from comparanda.formats import Format
from comparanda.settings import Settings
from comparanda.stores.embedded import EmbeddedStore
from comparanda.web import answer, entity_tag, site
from comparanda.web.addresses import public_url
from comparanda.web.negotiation import chosen_format
from comparanda.web.preferences import negotiated_language

blueprint = Blueprint("dumps", __name__)

_FORMATS = (Format("html", "text/html", None, ("application/xhtml+xml",)), Format("json", "application/json"))
_WAIT_S = 15.0


class DumpMaker:
    """Makes dumps in processes of their own, so that a large one takes neither memory nor speed from the server."""

    def __init__(self, store: EmbeddedStore, settings: Settings) -> None:
        self.store = store
        self.folder = store.path / "dumps"
        self._settings = settings
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self._place_to_wait = threading.Semaphore(1)

    def is_made(self, version: int) -> bool:
        return (self.folder / str(version) / SUMS).is_file()

    def made(self, version: int, wait_s: float = _WAIT_S) -> Path:
        """The dump of a version. One request starts making it, one waits for it, others are asked to come back.

        Raises:
            ServiceUnavailable: it is not made yet.
            StoreError: it cannot be made.
        """
        with self._lock:
            process = self._running.get(version)
            if process is None and self.is_made(version):
                return self.folder / str(version)
            process = process or self._start(version)
        if process.poll() is None:
            self._wait(process, wait_s)
        with self._lock:
            if self._running.get(version) is process:
                del self._running[version]
                self._finish(process)
        if not self.is_made(version):
            raise StoreError(f"The dump of version {version} was not made.")
        return self.folder / str(version)

    def _start(self, version: int) -> subprocess.Popen[bytes]:
        target = str(self.folder / str(version))
        command = ["export", "--store", str(self.store.path), "--version", str(version), "--dump", target]
        process = self._running[version] = subprocess.Popen(
            [sys.executable, "-m", "comparanda", *command],
            env={**os.environ, **self._settings.as_environment()},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        os.setpriority(os.PRIO_PROCESS, process.pid, 10)
        return process

    def _wait(self, process: subprocess.Popen[bytes], wait_s: float) -> None:
        later = ServiceUnavailable("The dump is being made. Ask again in a few seconds.", retry_after=5)
        if not self._place_to_wait.acquire(blocking=False):
            raise later
        try:
            process.wait(wait_s)
        except subprocess.TimeoutExpired as error:
            raise later from error
        finally:
            self._place_to_wait.release()

    def _finish(self, process: subprocess.Popen[bytes]) -> None:
        """See what came of it, and remove dumps of versions that the store itself no longer keeps."""
        said = process.communicate()[1].decode("utf-8", "replace").strip()
        if process.returncode:
            raise StoreError(f"The dump was not made: {said}")
        kept = {str(version) for version in self.store.versions()}
        for path in self.folder.iterdir():
            if path.name.isdecimal() and path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)


@blueprint.get("/dumps/")
def listing() -> Response:
    """The files of the newest version's dump, and which other versions there are."""
    return _listing(_maker().store.version())


@blueprint.get("/dumps/latest/", defaults={"name": ""})
@blueprint.get("/dumps/latest/<name>")
def latest(name: str) -> Response:
    """Send the reader on to the newest version."""
    if name:
        _file_named(name)
    version = str(_maker().store.version())
    target = url_for("dumps.file", version=version, name=name) if name else url_for("dumps.contents", version=version)
    response: Response = redirect(target, 302)  # type: ignore[assignment]
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/dumps/<version>/")
def contents(version: str) -> Response:
    """The files of a version's dump."""
    return _listing(_kept(version))


@blueprint.get("/dumps/<version>/<name>")
def file(version: str, name: str) -> Response:
    """A file of a dump, which is made now if it is not there.

    Raises:
        NotFound: there is no such version or file.
    """
    known = _file_named(name)
    folder = _maker().made(_kept(version))
    digest = checksums(folder).get(name) or entity_tag((folder / SUMS).read_text("ascii"))
    response = send_file(folder / name, known.media_type, conditional=True, etag=digest, max_age=3600)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _maker() -> DumpMaker:
    store = site().store
    if not isinstance(store, EmbeddedStore):
        raise NotFound("A remote store makes no dumps.", to_do="Use `comparanda export --dump`.")
    maker = DumpMaker(store, site().settings)
    found: DumpMaker = current_app.extensions.setdefault("comparanda.dumps", maker)
    return found


def _file_named(name: str) -> DumpFile:
    for known in FILES:
        if known.name == name:
            return known
    names = ", ".join(known.name for known in FILES)
    raise NotFound(f"A dump has no file {name[:80]!r}.", value=name[:80], to_do=f"Use one of {names}.")


def _kept(version: str) -> int:
    """The number of a version that the store keeps.

    Raises:
        NotFound: it keeps no such version.
    """
    kept = _maker().store.versions()
    found = next((number for number in kept if str(number) == version), None)
    if found is None:
        raise NotFound(
            f"There is no dump of version {version[:20]!r}.",
            value=version[:20],
            to_do=f"Use latest, or one of {', '.join(map(str, kept))}.",
        )
    return found


def _listing(version: int) -> Response:
    wanted = chosen_format(_FORMATS)
    maker, here = _maker(), public_url().rstrip("/")
    made = maker.is_made(version)
    sums = checksums(maker.folder / str(version)) if made else {}
    files = [
        {
            "name": known.name,
            "url": here + url_for("dumps.file", version=str(version), name=known.name),
            "media_type": known.media_type,
            "content_type": known.content_type,
            "description": known.description,
            "bytes": (maker.folder / str(version) / known.name).stat().st_size if made else None,
            "sha256": sums.get(known.name),
        }
        for known in FILES
    ]
    versions = [
        {"version": str(number), "url": here + url_for("dumps.contents", version=str(number))}
        for number in reversed(maker.store.versions())
    ]
    facts = {"version": str(version), "made": made, "files": files, "versions": versions}
    language = negotiated_language()
    if wanted.name == "json":
        content, spoken = json.dumps(facts, ensure_ascii=False, indent=1) + "\n", None
    else:
        content, spoken = render_template("dumps.html", language=language, dump=facts), language
    return answer(content, wanted.media_type, spoken, entity_tag(content, request.path))
