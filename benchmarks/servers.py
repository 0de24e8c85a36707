"""Start the servers that are measured, on the loopback, and end them."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

RESULTS = "application/sparql-results+json"
VIRTUOSO = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
CheckpointInterval = 0
DirsAllowed = {sources}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 10
MaxClientConnections = 20
KeepAliveTimeout = 15
[SPARQL]
ResultSetMaxRows = 1000000
"""


@dataclass(frozen=True)
class Server:
    """A running server: the address of its start page or, of a peer, its SPARQL endpoint."""

    name: str
    url: str
    process: subprocess.Popen[bytes]

    def memory(self) -> float:
        """MiB that its largest process has in memory, as the kernel counts it for that process alone."""
        return max(_memory(pid) for pid in _family(self.process.pid)) / 1024


def free_port() -> int:
    with contextlib.closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def comparanda(store: Path, workers: int = 1, token: str = "") -> Iterator[Server]:
    """`comparanda serve`, writable where a token is given."""
    port = free_port()
    command = [sys.executable, "-m", "comparanda", "serve", "--store", str(store)]
    command += ["--port", str(port), "--workers", str(workers), *(["--writable"] if token else [])]
    with _running(command, port, "/health", COMPARANDA_WRITE_TOKEN=token) as process:
        yield Server("Comparanda", f"http://127.0.0.1:{port}", process)


@contextmanager
def oxigraph(database: Path, writable: bool = False) -> Iterator[Server]:
    """`oxigraph serve-read-only` on a database that Comparanda made; queries see the union of the graphs."""
    port = free_port()
    command = [str(Path(sys.executable).parent / "oxigraph"), "serve" if writable else "serve-read-only"]
    command += ["--location", str(database), "--union-default-graph", "--bind", f"127.0.0.1:{port}"]
    with _running(command, port, "/") as process:
        yield Server("oxigraph serve", f"http://127.0.0.1:{port}/query", process)


@contextmanager
def rdflib_endpoint(sources: Sequence[Path]) -> Iterator[Server]:
    """`rdflib-endpoint serve` with the files in rdflib's memory store, as it is by default."""
    port = free_port()
    command = [str(Path(sys.executable).parent / "rdflib-endpoint"), "serve", "--host", "127.0.0.1"]
    with _running([*command, "--port", str(port), *map(str, sources)], port, "/") as process:
        yield Server("rdflib-endpoint", f"http://127.0.0.1:{port}/", process)


@contextmanager
def virtuoso(sources: Sequence[Path]) -> Iterator[Server]:
    """Virtuoso of Debian, with the buffers that its manual names for 2 GB of memory."""
    with tempfile.TemporaryDirectory() as name:
        port, sql_port, folder = free_port(), free_port(), Path(name)
        folders = ", ".join(sorted({str(source.parent) for source in sources}))
        text = VIRTUOSO.format(folder=name, port=port, sql_port=sql_port, sources=folders)
        (folder / "virtuoso.ini").write_text(text, encoding="utf-8")
        command = ["virtuoso-t", "+foreground", "+configfile", str(folder / "virtuoso.ini")]
        with _running(command, port, "/sparql") as process:
            loads = "".join(f"ld_dir('{source.parent}', '{source.name}', 'urn:none');\n" for source in sources)
            ask = ["isql-vt", f"127.0.0.1:{sql_port}", "dba", "dba"]
            subprocess.run(ask, input=f"{loads}rdf_loader_run();\n", text=True, check=True, stdout=subprocess.DEVNULL)
            yield Server("Virtuoso", f"http://127.0.0.1:{port}/sparql", process)


def installed(name: str) -> bool:
    """Whether the program of a peer is there."""
    programs = {"virtuoso": "virtuoso-t", "oxigraph": "oxigraph", "rdflib-endpoint": "rdflib-endpoint"}
    program = programs[name]
    return (Path(sys.executable).parent / program).exists() or shutil.which(program) is not None


@contextmanager
def _running(command: list[str], port: int, path: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """The process, once it answers; it is ended at the end."""
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere, env={**os.environ, **environment})
    try:
        wait_for(f"http://127.0.0.1:{port}{path}", process)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


def wait_for(url: str, process: subprocess.Popen[bytes], deadline_s: float = 3600.0) -> None:
    """Wait until `url` answers, whatever the status."""
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=60).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise TimeoutError(f"{url} gave no answer in {deadline_s} s")


def _family(pid: int) -> list[int]:
    """A process and all that it started."""
    children = Path(f"/proc/{pid}/task").glob("*/children")
    return [pid, *(each for file in children for child in file.read_text().split() for each in _family(int(child)))]


def _memory(pid: int) -> int:
    """KiB of resident memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
