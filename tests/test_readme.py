"""What the README says is so: its commands run, its answer is today's."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import signal
import subprocess
import tarfile
import time
import urllib.request
from pathlib import Path

import pytest

from comparanda.stores.embedded import EmbeddedStore
from conftest import REPOSITORY, comparanda, free_port, wait_for

README = (REPOSITORY / "README.md").read_text("utf-8")
COMMANDS = [line for block in re.findall(r"^```sh\n(.*?)^```", README, re.M | re.S) for line in block.splitlines()]
INSTALLS = bool(os.environ.get("CI") or os.environ.get("COMPARANDA_TEST_INSTALL"))
INSTALL_DEADLINE_S = 900


def test_there_are_two_set_up_commands_and_both_need_nothing_but_python() -> None:
    set_up = [command for command in COMMANDS if "venv " in command or "pip " in command]
    assert len(set_up) == 2
    assert all(command.startswith("python3 -m venv ") for command in set_up)
    serve, test = set_up
    assert serve.endswith("comparanda serve")
    assert test.endswith("-m pytest")


def test_every_file_that_the_readme_links_to_exists() -> None:
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", README) if "://" not in target]
    assert [target for target in targets if target and not (REPOSITORY / target).exists()] == []


def test_every_command_of_the_readme_is_one_that_exists() -> None:
    used = {match[1] for command in COMMANDS for match in re.finditer(r"bin/comparanda (\w+)", command)}
    assert {"serve"} <= used
    listed = comparanda("--help").stdout
    assert [command for command in used if not re.search(rf"^  {command}\b", listed, re.M)] == []


def test_the_comparison_in_the_readme_is_what_the_command_prints_today(bundled: EmbeddedStore) -> None:
    block = re.search(r"^```sh\n([^\n]*comparanda compare [^\n]*)\n```\n+```text\n(.*?)^```", README, re.M | re.S)
    if block is None:
        pytest.skip("the README shows no comparison yet")
    arguments = shlex.split(block[1])[1:]
    assert comparanda(*arguments, store=bundled.path).stdout == block[2]


@pytest.mark.skipif(not INSTALLS, reason="installs from the network; set COMPARANDA_TEST_INSTALL to run it")
def test_the_command_that_installs_and_serves_works_on_a_fresh_machine(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    copy, home, port = tmp_path / "comparanda", tmp_path / "home", free_port()
    home.mkdir()
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=REPOSITORY, capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(copy, filter="data")
    ours = ("COMPARANDA_", "PYTHON", "XDG_", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)} | {"HOME": str(home)}
    command = next(command for command in COMMANDS if command.endswith("comparanda serve"))
    for what, run in (("install and serve", command), ("serve on a new home", ".venv/bin/comparanda serve")):
        shutil.rmtree(home / ".local", ignore_errors=True)
        begin = time.monotonic()
        process = subprocess.Popen(
            ["bash", "-c", f"{run} --port {port}"], cwd=copy, env=environment, start_new_session=True
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/health", process, INSTALL_DEADLINE_S)
            elapsed_s = time.monotonic() - begin
            address = f"http://127.0.0.1:{port}/pt/compare?slugs=random-forest,k-means"
            with urllib.request.urlopen(address, timeout=30) as answer:
                assert "≠" in answer.read().decode()
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)
        with capfd.disabled():
            print(f"\n{what}: first answer after {elapsed_s:.1f} s")  # noqa: T201
    assert (home / ".local" / "share" / "comparanda" / "comparanda.json").is_file()
