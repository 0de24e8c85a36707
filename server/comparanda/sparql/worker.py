"""A worker process: runs one query after the other on read-only snapshots, without network.

Run as `python -m comparanda.sparql.worker '<configuration>'`; jobs come as JSON lines on standard input, and each is
answered by a JSON line on standard output. The results themselves go to the file that the job names.
"""

from __future__ import annotations

import errno
import json
import resource
import socket
import sys
from pathlib import Path
from typing import Any

import pyoxigraph
from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples

from comparanda.namespaces import PREFIXES
from comparanda.sparql.formats import BOOLEAN, SOLUTIONS, TRIPLES, find_result_format
from comparanda.stores.embedded import EmbeddedStore
from comparanda.worker import confine


class Worker:
    """Answers jobs. `canary` is a loopback port that must not be reachable."""

    def __init__(self, configuration: dict[str, Any]) -> None:
        confine(configuration["max_memory_bytes"])
        resource.setrlimit(resource.RLIMIT_FSIZE, (configuration["max_result_bytes"],) * 2)
        self.has_network = _reaches(configuration["canary"])
        self.store = EmbeddedStore(Path(configuration["store"]))

    def answer(self, job: dict[str, Any]) -> dict[str, Any]:
        """Run one job. The reply has `form` and `format`, or an `error` with its `detail`."""
        if "ping" in job:
            return {"pong": True}
        _allow_descriptors(True)
        reader = self.store.reader()
        output = open(job["output"], "wb") if self.has_network else job["output"]  # noqa: SIM115  (a short process)
        if self.has_network:  # what has no descriptor left can open no socket, nor the file by its name
            _allow_descriptors(False)
        try:
            results = reader.database.query(job["query"], base_iri=job["base_iri"], **_dataset(job))
        except SyntaxError as error:
            return {"error": "bad_query", "detail": str(error)}
        except (RuntimeError, ValueError, OSError) as error:
            return {"error": "query_failed", "detail": str(error)}
        form = _form(results)
        wanted = job["formats"][form]
        if wanted is None:
            return {"error": "not_acceptable", "form": form}
        try:
            _serialize(results, output, form, wanted)
        except (RuntimeError, ValueError, OSError) as error:
            too_large = isinstance(error, OSError) and error.errno in (errno.EFBIG, errno.ENOSPC)
            return {"error": "result_too_large" if too_large else "query_failed", "detail": str(error)}
        finally:
            if self.has_network:
                output.close()
        return {"form": form, "format": wanted}


def _dataset(job: dict[str, Any]) -> dict[str, Any]:
    """The dataset that the protocol names wins; else that of the query; else the union of all graphs."""
    if job["default_graphs"] is not None:
        return {
            "default_graph": [NamedNode(graph) for graph in job["default_graphs"]],
            "named_graphs": [NamedNode(graph) for graph in job["named_graphs"]],
        }
    return {} if job["names_dataset"] else {"use_default_graph_as_union": True}


def _form(results: QuerySolutions | QueryBoolean | QueryTriples) -> str:
    if isinstance(results, QueryBoolean):
        return BOOLEAN
    return SOLUTIONS if isinstance(results, QuerySolutions) else TRIPLES


def _serialize(results: QuerySolutions | QueryBoolean | QueryTriples, output: Any, form: str, name: str) -> None:
    kind = find_result_format(form, name)
    assert kind is not None, "the web process names only formats of the form"
    if isinstance(results, QueryTriples):
        pyoxigraph.serialize(results, output, format=kind.kind, prefixes=PREFIXES)  # type: ignore[arg-type]
    else:
        results.serialize(output, format=kind.kind)  # type: ignore[arg-type]


def _reaches(port: int) -> bool:
    """Whether this process can connect to a port on the loopback interface."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _allow_descriptors(allowed: bool) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if allowed else 0, hard))


def main() -> None:
    worker = Worker(json.loads(sys.argv[1]))
    for line in sys.stdin.buffer:
        reply = worker.answer(json.loads(line))
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
