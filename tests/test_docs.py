"""The documents list what the code has: settings, errors, commands, decisions."""

from __future__ import annotations

import re
from dataclasses import fields

import click
import pytest

import comparanda.errors as errors
from comparanda.cli import main
from comparanda.errors import ComparandaError
from comparanda.settings import Settings
from conftest import REPOSITORY

DOCS = REPOSITORY / "docs"


def _error_classes() -> dict[str, type[ComparandaError]]:
    found = {name: value for name, value in vars(errors).items() if isinstance(value, type)}
    return {n: c for n, c in found.items() if issubclass(c, ComparandaError) and c is not ComparandaError}


def _rows(name: str) -> list[list[str]]:
    lines = (DOCS / name).read_text("utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| `")]


def test_every_setting_stands_in_the_table_with_its_sentence() -> None:
    table = {row[0].strip("` "): row[-1] for row in _rows("settings.md")}
    assert table == {f"COMPARANDA_{row.name.upper()}": row.metadata["sentence"] for row in fields(Settings)}


def test_every_error_stands_in_the_table_with_its_code_and_status() -> None:
    table = {row[0].strip("` "): (row[1].strip("`"), int(row[2])) for row in _rows("errors.md")}
    assert table == {name: (found.code, found.status) for name, found in _error_classes().items()}


def test_no_two_errors_share_a_code() -> None:
    codes = [found.code for found in _error_classes().values()]
    assert len(codes) == len(set(codes))


def test_the_tree_at_the_top_of_the_errors_names_each_class_with_its_status() -> None:
    drawn = dict(re.findall(r"[├└]── (\w+) +(\d{3})", errors.__doc__ or ""))
    assert drawn == {name: str(found.status) for name, found in _error_classes().items()}


@pytest.mark.parametrize("name", main.list_commands(click.Context(main)))
def test_every_command_says_what_it_does(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    assert command.help


def test_links_between_documents_lead_somewhere() -> None:
    missing = []
    for document in [*REPOSITORY.glob("*.md"), *DOCS.rglob("*.md"), REPOSITORY / "ontology" / "README.md"]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", document.read_text("utf-8")):
            if not (document.parent / target).exists():
                missing.append(f"{document.name}: {target}")
    assert missing == []
