"""The child process of `isolation`: parses standard input, writes N-Quads to standard output.

Run as `python -m comparanda.worker '{"format": "ttl", "base_iri": "…", "max_memory_bytes": …}'`. Every document waits
for it to start, so it loads the parser and nothing else.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import resource
import sys

import pyoxigraph
from pyoxigraph import RdfFormat

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_SYNTAX_ERROR = 65  # sysexits.h: EX_DATAERR


def confine(max_memory_bytes: int) -> None:
    """Give up memory, priority and, where the kernel lets us, the network."""
    resource.setrlimit(resource.RLIMIT_AS, (max_memory_bytes, max_memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)
    ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def parse(content: bytes, format_name: str, base_iri: str) -> bytes:
    """N-Quads of `content`; blank nodes are renamed, so that two documents never share one."""
    syntax = RdfFormat.from_extension(format_name)
    content = content.removeprefix(b"\xef\xbb\xbf")
    if syntax == RdfFormat.RDF_XML and re.search(rb"<!(?:DOCTYPE|ENTITY)", content):
        raise SyntaxError("a DOCTYPE or ENTITY declaration is not allowed")
    quads = list(pyoxigraph.parse(content, format=syntax, base_iri=base_iri, rename_blank_nodes=True))
    if not quads:
        raise SyntaxError("it holds no triple")
    text = pyoxigraph.serialize(quads, format=RdfFormat.N_QUADS)
    assert text is not None, "serialize returns bytes where no output is given"
    return text


def main() -> int:
    job = json.loads(sys.argv[1])
    confine(job["max_memory_bytes"])
    try:
        sys.stdout.buffer.write(parse(sys.stdin.buffer.read(), job["format"], job["base_iri"]))
    except (SyntaxError, ValueError) as error:
        sys.stderr.write(str(error)[:2000])
        return _SYNTAX_ERROR
    return 0


if __name__ == "__main__":
    sys.exit(main())
