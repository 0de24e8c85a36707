"""Run every benchmark once, two at a time, on a tiny catalogue, to see that it runs; the figures say nothing.

python benchmarks/smoke.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from catalogues import made

FOLDER = Path(__file__).resolve().parent
SIZE = 50
ONCE = {  # what keeps a benchmark short
    "comparisons": ["--runs=1", "--count=40"],
    "search": ["--runs=1", "--count=40", "--few=2"],
    "counts": ["--runs=2", "--few=1"],
    "sparql_mix": ["--runs=1", "--count=40"],
    "importing": ["--runs=1"],
    "exporting": ["--runs=1"],
    "validating": ["--runs=1", "--edits=2"],
    "commits": ["--runs=2"],
    "sizes": ["--runs=1", "--count=10"],
    "starting": ["--runs=1"],
}


def run(name: str, home: str) -> str:
    """What a benchmark prints; it must end with status 0."""
    command = [sys.executable, str(FOLDER / f"{name}.py"), f"--size={SIZE}", f"--home={home}", *ONCE[name]]
    start = time.perf_counter()
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, check=True)
    return f"{done.stdout}\n{name}: {time.perf_counter() - start:.1f} s"


def main() -> None:
    with tempfile.TemporaryDirectory() as home, ThreadPoolExecutor(max_workers=2) as two:
        made(SIZE, Path(home))
        for printed in two.map(run, ONCE, [home] * len(ONCE)):
            print(printed)


if __name__ == "__main__":
    main()
