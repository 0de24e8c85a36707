"""Real engines of others, started for tests: Oxigraph's server and Virtuoso."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Triple

from comparanda.stores.endpoint import Access
from comparanda.terms import Term
from conftest import free_port, wait_for

VIRTUOSO = "virtuoso-t", "isql-vt"
START_DEADLINE_S, ANSWER_DEADLINE_S = 60, 60
# Graphs that Virtuoso makes for itself. They are hidden, as they would be counted among ours otherwise.
ITS_OWN = "http://www.openlinksw.com/schemas/virtrdf#", "http://localuriqaserver/sparql", "http://www.w3.org/ns/ldp#"
HIDDEN = "http://www.openlinksw.com/schemas/virtrdf#PrivateGraphs"
CONFIGURATION = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
FileExtend = 200

[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
CheckpointInterval = 0
DirsAllowed = {folder}
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 2

[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
ServerThreads = 5

[SPARQL]
ResultSetMaxRows = 1000000
"""


@dataclass(frozen=True)
class Virtuoso:
    """A running Virtuoso, asked by forms."""

    url: str
    sql_port: int
    pid: int

    @property
    def access(self) -> Access:
        return Access(
            self.url, graphs_url=self.url.replace("/sparql", "/sparql-graph-crud"), timeout_s=ANSWER_DEADLINE_S
        )

    def sql(self, *statements: str, deadline_s: float = 0) -> str:
        """Send statements; until the deadline it may not listen yet."""
        end = time.monotonic() + deadline_s
        options = ["VERBOSE=OFF", "BANNER=OFF", "PROMPT=OFF", "ERRORS=STDOUT"]
        command = ["isql-vt", f"127.0.0.1:{self.sql_port}", "dba", "dba", *options]
        while True:
            text = "".join(f"{statement};\n" for statement in statements)
            done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=60)
            if done.returncode == 0 or time.monotonic() > end:
                break
        assert done.returncode == 0, done.stderr
        assert "*** Error" not in done.stdout, done.stdout
        return done.stdout

    def ask(self, sparql: str, accept: str) -> bytes:
        body = urllib.parse.urlencode({"query": sparql}).encode()
        request = urllib.request.Request(self.url, body, {"Accept": accept})
        with urllib.request.urlopen(request, timeout=ANSWER_DEADLINE_S) as answer:
            assert answer.headers.get_content_type() == accept
            content: bytes = answer.read()
            return content

    def rows(self, sparql: str) -> list[tuple[Term | None, ...]]:
        content = self.ask(sparql, "application/sparql-results+json")
        solutions = pyoxigraph.parse_query_results(io.BytesIO(content), format=QueryResultsFormat.JSON)
        assert isinstance(solutions, QuerySolutions)
        return [tuple(solution) for solution in solutions]

    def triples(self, sparql: str) -> list[Triple]:
        content = self.ask(sparql, "application/n-triples")
        return [quad.triple for quad in pyoxigraph.parse(content, format=RdfFormat.N_TRIPLES)]


@contextmanager
def running_virtuoso(folder: Path, quads: Path | None = None) -> Iterator[Virtuoso]:
    """A real Virtuoso with its files in `folder`, into which N-Quads were loaded; everybody may write."""
    if missing := [program for program in VIRTUOSO if shutil.which(program) is None]:
        pytest.skip(f"{' and '.join(missing)} of Debian's virtuoso-opensource-7 are not installed")
    sql_port, http_port = free_port(), free_port()
    configuration = folder / "virtuoso.ini"
    configuration.write_text(
        CONFIGURATION.format(folder=folder, sql_port=sql_port, http_port=http_port), encoding="utf-8"
    )
    if quads is not None:
        shutil.copy(quads, folder / "catalogue.nq")
    command = ["virtuoso-t", "+foreground", "+configfile", str(configuration)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        engine = Virtuoso(f"http://127.0.0.1:{http_port}/sparql", sql_port, process.pid)
        wait_for(engine.url, process, START_DEADLINE_S)
        engine.sql("SELECT 1", deadline_s=START_DEADLINE_S)
        engine.sql(
            'GRANT SPARQL_UPDATE TO "SPARQL"',
            *((f"ld_dir('{folder}', 'catalogue.nq', 'urn:none')", "rdf_loader_run()") if quads is not None else ()),
            f"DB.DBA.RDF_GRAPH_GROUP_CREATE('{HIDDEN}', 1)",
            *(f"DB.DBA.RDF_GRAPH_GROUP_INS('{HIDDEN}', '{graph}')" for graph in ITS_OWN),
            "DB.DBA.RDF_DEFAULT_USER_PERMS_SET('nobody', 7, 0)",
            "DB.DBA.RDF_DEFAULT_USER_PERMS_SET('nobody', 0, 1)",
        )
        yield engine
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def running_oxigraph(folder: Path, quads: Path | None = None) -> Iterator[Access]:
    """A real `oxigraph serve` with its files in `folder`, into which N-Quads were loaded."""
    address = f"http://127.0.0.1:{free_port()}"
    program, bind = str(Path(sys.executable).parent / "oxigraph"), address.removeprefix("http://")
    command = [program, "serve", "--location", str(folder), "--bind", bind, "--union-default-graph"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for(address, process, START_DEADLINE_S)
        if quads is not None:
            headers = {"Content-Type": "application/n-quads"}
            request = urllib.request.Request(f"{address}/store", quads.read_bytes(), headers, method="POST")
            with urllib.request.urlopen(request, timeout=ANSWER_DEADLINE_S) as answer:
                assert answer.status in (200, 201, 204)
        yield Access(f"{address}/query", f"{address}/update", f"{address}/store", timeout_s=ANSWER_DEADLINE_S)
    finally:
        process.terminate()
        process.wait(timeout=30)
