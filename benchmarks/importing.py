"""Import with validation, index and counts, beside the bulk loader of the engine, which does none of these.

    python benchmarks/importing.py --size 100000

Comparanda: `comparanda import` of a file of N-Quads into a new store that has the vocabularies. The peer: `oxigraph
load` of the same file into a new folder. Figures are quads a second from the start of the program to its end; the file
is in the page cache.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalogues import planned
from measuring import Series, heading, options, paired, report


def ours(file: Path) -> float:
    """Seconds."""
    run = [sys.executable, "-m", "comparanda"]
    with tempfile.TemporaryDirectory(dir=file.parent) as name:
        store = ["--store", f"{name}/store"]
        subprocess.run([*run, "init", "--empty", *store], check=True, stdout=subprocess.DEVNULL)
        with _timer() as seconds:
            subprocess.run([*run, "import", str(file), *store], check=True, stdout=subprocess.DEVNULL)
    return seconds[0]


def theirs(file: Path) -> float:
    program = str(Path(sys.executable).parent / "oxigraph")
    with tempfile.TemporaryDirectory(dir=file.parent) as name:
        command = [program, "load", "--location", name, "--file", str(file)]
        with _timer() as seconds:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return seconds[0]


@contextmanager
def _timer() -> Iterator[list[float]]:
    seconds: list[float] = []
    start = time.perf_counter()
    yield seconds
    seconds.append(time.perf_counter() - start)


def main() -> None:
    given = options(__doc__, size=100_000, runs=3)
    file = planned(given.size, given.home).entries()
    with file.open("rb") as lines:
        quads = sum(1 for _ in lines)
    heading(f"Import of {given.size:,} methods, {quads:,} quads, {given.runs} runs")
    seconds = paired([file] * given.runs, ours, theirs)
    rates = [[quads / each for each in column] for column in seconds]
    report("import", Series("Comparanda", rates[0], "/s"), Series("oxigraph load", rates[1], "/s"), ratio_at_least=0.5)


if __name__ == "__main__":
    main()
