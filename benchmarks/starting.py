"""From `comparanda serve` on a machine that never ran it to the first page.

    python benchmarks/starting.py

Each run has a home of its own: the store is made and filled with the bundled catalogue, the index is built, and
`/en/` is asked for until it answers.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from measuring import Series, heading, options, report
from servers import free_port, wait_for


def first_answer_s() -> float:
    port = free_port()
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "comparanda", "serve", "--port", str(port)]
        environment = {**os.environ, "HOME": home, "XDG_DATA_HOME": f"{home}/data", "XDG_CACHE_HOME": f"{home}/cache"}
        environment.pop("COMPARANDA_STORE", None)
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        try:
            wait_for(f"http://127.0.0.1:{port}/en/", process)
            return time.perf_counter() - start
        finally:
            process.terminate()
            process.wait(timeout=60)


def main() -> None:
    given = options(__doc__)
    heading(f"Start with the bundled catalogue, {given.runs} runs")
    values = [first_answer_s() for _ in range(given.runs)]
    report("first answer", Series("Comparanda", values, "s"), at_most=2)


if __name__ == "__main__":
    main()
