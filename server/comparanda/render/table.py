"""A comparison as lines of cells: rows as lines and methods as columns, or transposed; and what a cell may hold."""

from __future__ import annotations

from comparanda.comparison import Cell, Comparison

MARK = "≠"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(comparison: Comparison, transposed: bool = False) -> list[list[Cell]]:
    """A heading, then a line for each row: label, mark, cells. Transposed, the marks are the second line."""
    heading = [Cell(""), Cell(MARK), *(Cell(method.name, method.language) for method in comparison.methods)]
    rows = [
        [Cell(row.label, comparison.language), Cell(MARK if row.differs else ""), *row.cells] for row in comparison.rows
    ]
    lines = [heading, *rows]
    return [list(line) for line in zip(*lines, strict=True)] if transposed else lines


def marked(comparison: Comparison) -> list[bool]:
    """Whether each line of the table, or each column of the transposed one, stands for a row that differs."""
    return [False, *(row.differs for row in comparison.rows)]


def inert(text: str) -> str:
    """The text of a cell, with an apostrophe before what a spreadsheet would take for a formula.

    >>> inert("=1+1"), inert("a-b")
    ("'=1+1", 'a-b')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
