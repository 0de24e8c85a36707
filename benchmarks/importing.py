"""Import with validation, index and counts, beside the bulk loader of the engine, which does none of these.

    python benchmarks/importing.py --size 100000

Comparanda: `comparanda import` of a folder of N-Quads into a new store that has the vocabularies, then the index
brought to that version. The peer: `oxigraph load` of the same files into a new folder. Figures are quads a second from
the start of the program to its end; the files are in the page cache.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalogues import made
from comparanda.catalogue.opening import open_index, open_store
from comparanda.settings import Settings
from measuring import Series, heading, options, paired, report


def ours(files: Path) -> float:
    """Seconds."""
    run = [sys.executable, "-m", "comparanda"]
    with tempfile.TemporaryDirectory(dir=files.parent) as name:
        store = ["--store", f"{name}/store"]
        subprocess.run([*run, "init", "--empty", *store], check=True, stdout=subprocess.DEVNULL)
        with _timer() as seconds:
            subprocess.run([*run, "import", str(files), *store], check=True, stdout=subprocess.DEVNULL)
            settings = Settings.from_environment({}, store=f"{name}/store")
            open_index(settings).follow(open_store(settings))
    return seconds[0]


def theirs(files: Path) -> float:
    program = str(Path(sys.executable).parent / "oxigraph")
    with tempfile.TemporaryDirectory(dir=files.parent) as name:
        command = [program, "load", "--location", name, "--file", *map(str, sorted(files.iterdir()))]
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
    files = made(given.size, given.home).files()
    quads = sum(text.count(b"\n") for file in files.iterdir() for text in [file.read_bytes()])
    heading(f"Import of {given.size:,} methods, {quads:,} quads, {given.runs} runs")
    seconds = paired([files] * given.runs, ours, theirs)
    rates = [[quads / each for each in column] for column in seconds]
    report("import", Series("Comparanda", rates[0], "/s"), Series("oxigraph load", rates[1], "/s"), ratio_at_least=0.5)


if __name__ == "__main__":
    main()
