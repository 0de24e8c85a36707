"""Export of the whole catalogue as N-Quads, beside the dump of the engine, which does not sort.

python benchmarks/exporting.py --size 8000
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyoxigraph

from catalogues import Made, made
from measuring import Series, heading, options, paired, report, timed


def ours(catalogue: Made, target: Path) -> None:
    command = [sys.executable, "-m", "comparanda", "export", "--format", "nq", "--output", str(target)]
    subprocess.run([*command, "--store", str(catalogue.store)], check=True, stderr=subprocess.DEVNULL)


def theirs(catalogue: Made, target: Path) -> None:
    program = str(Path(sys.executable).parent / "oxigraph")
    command = [program, "dump", "--location", str(catalogue.database), "--file", str(target)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


def main() -> None:
    given = options(__doc__, runs=3)
    catalogue = made(given.size, given.home)
    quads = len(pyoxigraph.Store.read_only(str(catalogue.database)))
    heading(f"Export of {given.size:,} methods, {quads:,} quads, {given.runs} runs")
    with tempfile.TemporaryDirectory(dir=given.home) as name:
        targets = [Path(name) / f"{run}.nq" for run in range(given.runs)]
        first, second = (partial(_rate, write, catalogue, quads) for write in (ours, theirs))
        values = paired(targets, first, second)
    report("export", Series("Comparanda", values[0], "/s"), Series("oxigraph dump", values[1], "/s"))


def _rate(write: Callable[[Made, Path], None], catalogue: Made, quads: int, target: Path) -> float:
    """Quads a second."""
    return quads / timed(lambda: write(catalogue, target)) * 1000


if __name__ == "__main__":
    main()
