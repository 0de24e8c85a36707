"""Run every benchmark once, on a tiny catalogue, to see that it runs; the figures say nothing.

python benchmarks/smoke.py
"""

from __future__ import annotations

import runpy
import sys
import tempfile
import time
from pathlib import Path

SIZE = "50"
ONCE = {  # what keeps a benchmark short
    "comparisons": ["--runs=1", "--count=40"],
    "search": ["--runs=1", "--count=40", "--few=2"],
    "counts": ["--runs=2", "--few=1"],
    "sparql_mix": ["--runs=1", "--count=40"],
    "importing": ["--runs=1"],
    "exporting": ["--runs=1"],
    "validating": ["--runs=1"],
    "commits": ["--runs=2"],
    "sizes": ["--runs=1", "--count=10"],
    "starting": ["--runs=1"],
}


def main() -> None:
    folder = Path(__file__).resolve().parent
    with tempfile.TemporaryDirectory() as home:
        for name, arguments in ONCE.items():
            start = time.perf_counter()
            sys.argv = [name, f"--size={SIZE}", f"--home={home}", *arguments]
            runpy.run_path(str(folder / f"{name}.py"), run_name="__main__")
            print(f"\n{name}: {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
