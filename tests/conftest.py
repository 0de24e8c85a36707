"""Fixtures: stores, servers and the folder of shared material, which a stranger does not have."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright

from browsing import DESK, TELEPHONE, Reader, window
from comparanda.answers import Answers
from comparanda.app import create_app
from comparanda.catalogue.opening import make_store
from comparanda.namespaces import DEFAULT_BASE, Base
from comparanda.settings import Settings
from comparanda.shapes import shapes
from comparanda.stores.embedded import EmbeddedStore

if TYPE_CHECKING:
    from comparanda.stores.endpoint import Access
    from engines import Virtuoso

REPOSITORY = Path(__file__).resolve().parent.parent
CASES = Path(__file__).resolve().parent / "cases"
CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Material that is not part of the project: real pages, data sets, W3C suites."""
    folder = Path(os.environ.get("COMPARANDA_SHARED", REPOSITORY.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"the shared material is not in {folder}")
    return folder


@pytest.fixture(scope="session")
def base() -> Base:
    return Base(DEFAULT_BASE)


@pytest.fixture(scope="session")
def answers(base: Base) -> Answers:
    return Answers(base, shapes())


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory, base: Base) -> EmbeddedStore:
    """A store with the bundled catalogue; tests only read it."""
    store = EmbeddedStore(tmp_path_factory.mktemp("bundled") / "store")
    make_store(store, base)
    return store


@pytest.fixture
def empty(tmp_path: Path, base: Base) -> EmbeddedStore:
    """A store with the vocabularies and no entry."""
    store = EmbeddedStore(tmp_path / "store")
    make_store(store, base, empty=True)
    return store


@pytest.fixture(scope="session")
def client(bundled: EmbeddedStore) -> FlaskClient:
    """The application on the bundled catalogue, without a server."""
    return create_app(Settings.from_environment({}, store=str(bundled.path)), bundled).test_client()


def free_port() -> int:
    with contextlib.closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_for(url: str, process: subprocess.Popen[bytes], deadline_s: float = 30.0) -> None:
    """Wait until `url` answers, whatever the status."""
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(f"{url} gave no answer in {deadline_s} s")


@pytest.fixture(scope="session")
def start_server() -> Iterator[Callable[..., str]]:
    """Start a command that serves, wait for its address, and end it with the tests.

    Call it with the command, in which `{port}` stands for a free port, the path that shows that it is up, and
    environment variables.
    """
    processes = []

    def start(command: list[str], path: str, **environment: str) -> str:
        port = free_port()
        arguments = [part.format(port=port) for part in command]
        process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL, env={**os.environ, **environment})
        processes.append(process)
        wait_for(f"http://127.0.0.1:{port}{path}", process)
        return f"http://127.0.0.1:{port}"

    yield start
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def server(bundled: EmbeddedStore, start_server: Callable[..., str]) -> str:
    """The address of a real server on the bundled catalogue."""
    command = [sys.executable, "-m", "comparanda", "serve", "--store", str(bundled.path), "--port", "{port}"]
    return start_server(command, "/health")


@pytest.fixture(scope="session")
def export(bundled: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled catalogue in a file of N-Quads."""
    path = tmp_path_factory.mktemp("export") / "catalogue.nq"
    done = comparanda("export", "--format", "nq", "--output", str(path), store=bundled.path)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="session")
def oxigraph(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    """A real `oxigraph serve` with the bundled catalogue; tests only read it."""
    from engines import running_oxigraph

    with running_oxigraph(tmp_path_factory.mktemp("oxigraph"), export) as access:
        yield access


@pytest.fixture(scope="session")
def virtuoso(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """A real Virtuoso with the bundled catalogue; tests only read it."""
    from engines import running_virtuoso

    with running_virtuoso(tmp_path_factory.mktemp("virtuoso"), export) as engine:
        yield engine


def comparanda(*arguments: str, store: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does."""
    environment = {**os.environ, **environment}
    environment.pop("COMPARANDA_STORE", None)
    given = [*arguments, *(["--store", str(store)] if store else [])]
    return subprocess.run(
        [sys.executable, "-m", "comparanda", *given],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser; it asks nobody but those who are visited."""
    if not CHROMIUM.is_file():
        pytest.skip(f"{CHROMIUM} is not installed")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def reader(browser: Browser, server: str) -> Iterator[Reader]:
    """A reader at a desk."""
    reader = window(browser, server, **DESK)
    yield reader
    reader.leave()


@pytest.fixture
def telephone(browser: Browser, server: str) -> Iterator[Reader]:
    """A reader with a window 390 px wide."""
    reader = window(browser, server, **TELEPHONE)
    yield reader
    reader.leave()


@pytest.fixture
def scriptless(browser: Browser, server: str) -> Iterator[Reader]:
    """A reader whose browser runs no JavaScript."""
    reader = window(browser, server, java_script_enabled=False)
    yield reader
    reader.leave()
