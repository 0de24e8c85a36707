"""SPARQL Update from outside: run on a scratch copy in a process of its own; what it changed comes back as graphs.

Run as `python -m comparanda.sparql.update '<job>'`. The live store is never touched here: the changed graphs pass the
gate in the process that asked, like everything else that is written.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple

from comparanda.errors import BadQuery, BadRequest, QueryTimeout
from comparanda.sparql.request import TOKENS, ProtocolRequest
from comparanda.worker import confine

_SYNTAX_ERROR = 65


def changed_graphs(
    snapshot: Path, request: ProtocolRequest, base_iri: str, deadline_s: float, max_memory_bytes: int
) -> dict[NamedNode, list[Triple]]:
    """The graphs that an update would change, as they would be; an emptied one has no triple.

    Args:
        snapshot: the folder of a version, which is only read.
    Raises:
        BadRequest: no valid update, or one that writes outside named graphs.
        QueryTimeout: not done in time.
    """
    with tempfile.TemporaryDirectory(prefix="comparanda-", dir=snapshot.parent.parent) as scratch:
        job = {
            "snapshot": str(snapshot),
            "scratch": scratch,
            "base_iri": base_iri,
            "max_memory_bytes": max_memory_bytes,
        }
        command = [sys.executable, "-m", "comparanda.sparql.update", json.dumps(job)]
        try:
            done = subprocess.run(
                command, input=_with_dataset(request).encode(), capture_output=True, timeout=deadline_s, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise QueryTimeout(f"The update was not done within {deadline_s:g} s.", to_do="Make it smaller.") from error
    if done.returncode == _SYNTAX_ERROR:
        raise BadQuery(done.stderr.decode("utf-8", "replace"), request.text)
    if done.returncode != 0:
        raise BadRequest("The update could not be run.", value=request.text[:200], to_do="Make it smaller or simpler.")
    graphs: dict[NamedNode, list[Triple]] = {NamedNode(name): [] for name in json.loads(done.stdout.split(b"\n", 1)[0])}
    for quad in pyoxigraph.parse(done.stdout.split(b"\n", 1)[1], format=RdfFormat.N_QUADS):
        if not isinstance(quad.graph_name, NamedNode):
            raise BadRequest("The update writes outside named graphs.", to_do="Name the graph of each triple.")
        graphs[quad.graph_name].append(quad.triple)
    return graphs


def _with_dataset(request: ProtocolRequest) -> str:
    """The update with the dataset of the protocol as USING clauses (SPARQL 1.1 Protocol §2.2.3).

    Raises:
        BadRequest: the update names a dataset itself as well.
    """
    if request.default_graphs is None:
        return request.text
    if request.names_dataset:
        raise BadRequest("The update names its dataset by USING or WITH, and so does the request.", to_do="Use one.")
    clauses = " ".join(
        [
            *(f"USING <{iri}>" for iri in request.default_graphs),
            *(f"USING NAMED <{iri}>" for iri in request.named_graphs or ()),
        ]
    )
    depth, parts, position = 0, [], 0
    for match in re.finditer(r"[{}]|" + TOKENS.pattern, request.text, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0 and match["word"] and match["word"].upper() == "WHERE":
            parts += [request.text[position : match.start()], clauses, " "]
            position = match.start()
    return "".join([*parts, request.text[position:]])


def run(job: dict[str, str], update: str) -> tuple[list[str], list[Quad]]:
    """Names of changed graphs, and their quads after the update."""
    before = pyoxigraph.Store.read_only(job["snapshot"])
    scratch = str(Path(job["scratch"]) / "copy")
    before.backup(scratch)
    after = pyoxigraph.Store(scratch)
    after.update(update, base_iri=job["base_iri"])
    names = {quad.graph_name for quad in set(before) ^ set(after)}
    changed: dict[str, list[Quad]] = defaultdict(list)
    for name in names:
        changed[getattr(name, "value", "")].extend(after.quads_for_pattern(None, None, None, name))
    return sorted(name for name in changed if name), [quad for quads in changed.values() for quad in quads]


def main() -> int:
    job = json.loads(sys.argv[1])
    confine(job["max_memory_bytes"])
    try:
        names, quads = run(job, sys.stdin.buffer.read().decode("utf-8"))
    except SyntaxError as error:
        sys.stderr.write(str(error))
        return _SYNTAX_ERROR
    sys.stdout.buffer.write(json.dumps(names).encode() + b"\n")
    sys.stdout.buffer.write(pyoxigraph.serialize(quads, format=RdfFormat.N_QUADS) or b"")
    return 0


if __name__ == "__main__":
    sys.exit(main())
