"""Work on hostile input in a process that can be killed.

pyoxigraph's parsers are strict, and still a few kilobytes of nested syntax overflow the stack of the process that
parses them, and a few hundred bytes can keep it busy for ever. So the work is done by a child process with a
deadline, an address-space limit and no network, and only checked bytes come back: RDF as N-Quads.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from comparanda.errors import UnreadableInput

_EXIT_OF_SYNTAX_ERROR = 65


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child process may use."""

    deadline_s: float = 30.0
    max_memory_bytes: int = 2_000_000_000


def parse_isolated(content: bytes, format_name: str, base_iri: str, source: str, limits: Limits | None = None) -> bytes:
    """The N-Quads of an RDF document in any format of `formats.GRAPH_FORMATS`.

    Raises:
        UnreadableInput: a syntax error, with its line; too long, too large or too deep.
    """
    limits = limits or Limits()
    job = {"format": format_name, "base_iri": base_iri, "max_memory_bytes": limits.max_memory_bytes}
    command = [sys.executable, "-m", "comparanda.worker", json.dumps(job)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=limits.deadline_s, check=False)
    except subprocess.TimeoutExpired as error:
        raise UnreadableInput(
            f"{source} was not parsed within {limits.deadline_s:g} s.",
            value=source,
            to_do="Make it smaller or less deeply nested.",
        ) from error
    if done.returncode == 0:
        return done.stdout
    if done.returncode == _EXIT_OF_SYNTAX_ERROR:
        raise UnreadableInput(
            f"{source} is no valid {format_name}: {done.stderr.decode('utf-8', 'replace').strip()}",
            value=source,
            to_do="Correct it.",
        )
    raise UnreadableInput(
        f"{source} is too deep or too large to be parsed.", value=source, to_do="Make it smaller or less deeply nested."
    )
