"""Compare pages: a heading, a sentence, and a table with one column a method and nine rows in one order.

The rows come in the same order in every language, so a page in a language nobody knows still reads by position.
What is malformed gives a finding with its line, and what can be read is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from comparanda.errors import UnreadableInput
from comparanda.findings import Finding, Severity
from comparanda.readers.languages import fold, script
from comparanda.terms import CONTROL

ROW_KEYS = (
    "area",
    "family",
    "origin_year",
    "originator",
    "kind",
    "seminal_source",
    "other_names",
    "related",
    "summary",
)
EMPTY = "—"
UNDETERMINED = "und"
# Publishers whose name begins the last row of a page, and the licence of their data.
PUBLISHERS = {"ScholarGate": "https://creativecommons.org/licenses/by/4.0/"}
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_ENDS = re.compile(r"(?<!\\)\|$")
_RULE = re.compile(r"\|?\s*:?-{2,}")
_REMOVE_MARK = re.compile(r"\s*×\s*$")
_DIFFERS_MARK = "≠"
_FOOTER_MARK = "↗"


@dataclass(frozen=True, slots=True)
class PageCell:
    text: str
    line: int


@dataclass(slots=True)
class PageMethod:
    """One column: the name, and the cells by row key. `slug` is None where neither file name nor address gives one."""

    name: PageCell
    slug: str | None
    cells: dict[str, PageCell] = field(default_factory=dict)

    def text(self, key: str) -> str | None:
        """The text of a cell; None where the cell is missing or empty."""
        cell = self.cells.get(key)
        return None if cell is None or cell.text in ("", EMPTY) else cell.text


@dataclass(slots=True)
class ComparePage:
    """What one page states. `differs` is the page's own ≠ mark by row key."""

    language: str
    script: str | None
    methods: list[PageMethod]
    differs: dict[str, bool]
    publisher: str | None
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    label: str
    differs: bool
    cells: list[str]


def decode(content: bytes, source: str) -> str:
    """The text of a page.

    Raises:
        UnreadableInput: it is empty, not UTF-8, or holds NUL characters.
    """
    if not content.strip():
        raise UnreadableInput(f"{source} is empty.", value=source, to_do="Give a compare page.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableInput(
            f"{source} is not UTF-8: byte 0x{content[error.start]:02X} in line {line} is not allowed.",
            value=source,
            to_do="Save it as UTF-8.",
        ) from error
    control = CONTROL.search(text)
    if control and control.group() != "\x00":
        line = text.count("\n", 0, control.start()) + 1
        raise UnreadableInput(
            f"{source} holds the control character U+{ord(control.group()):04X} in line {line}.",
            value=source,
            to_do="Remove it.",
        )
    if "\x00" in text:
        raise UnreadableInput(
            f"{source} holds NUL characters in line {text.count(chr(10), 0, text.index(chr(0))) + 1}.",
            value=source,
            to_do="Give a text file.",
        )
    return text


def read_compare_page(
    text: str,
    labels: Mapping[str, Sequence[str]],
    *,
    source: str,
    language: str | None = None,
    folder_language: str | None = None,
    slugs: Sequence[str] = (),
) -> ComparePage:
    """Read one page.

    Args:
        labels: the row labels by language, in the order of ROW_KEYS.
        source: file name or address, for findings.
        language: the page's language where the caller knows it; else the labels tell it, else `folder_language`.
        slugs: the methods' slugs, in the order of the columns; empty where they are not known.
    Raises:
        UnreadableInput: there is no table with a method in it.
    """
    return _PageReader(text, labels, source).read(language, folder_language, slugs)


class _PageReader:
    def __init__(self, text: str, labels: Mapping[str, Sequence[str]], source: str) -> None:
        self.lines = re.split(r"\r\n|\r|\n", text)
        self.labels = labels
        self.source = source
        self.findings: list[Finding] = []

    def read(self, language: str | None, folder_language: str | None, slugs: Sequence[str]) -> ComparePage:
        table = [
            (number, line.strip())
            for number, line in enumerate(self.lines, 1)
            if line.lstrip().startswith("|") and line.strip() != "|"
        ]
        if not table:
            raise UnreadableInput(
                f"{self.source} has no table.",
                value=self.source,
                to_do="Give a compare page with its table of methods.",
            )
        header_line, header = table[0]
        names = [PageCell(_REMOVE_MARK.sub("", cell), header_line) for cell in _cells(header)]
        while names and not names[-1].text:
            names.pop()
        if not names or (len(table) > 1 and not _RULE.match(table[1][1])):
            raise UnreadableInput(
                f"{self.source} has no table of methods in line {header_line}.",
                value=self.source,
                to_do="The table begins with a row of names and a rule |---|.",
            )
        body, publisher = self._split_footer(table[2:])
        rows = self._rows(body, len(names))
        by_labels = self._language_of(rows, (language, folder_language))
        told, page_script = (
            self._language(by_labels, language, folder_language),
            script(" ".join(r.label for r in rows)),
        )
        given = self._slugs(slugs, len(names), header_line)
        methods = [PageMethod(name, slug) for name, slug in zip(names, given, strict=True)]
        keyed = self._keyed(rows, by_labels)
        for key, row in keyed.items():
            for method, cell in zip(methods, row.cells, strict=False):
                method.cells[key] = PageCell(cell, row.line)
        for method in methods:
            if not method.name.text:
                self._find(Severity.WARNING, "name_missing", "A column has no name and is left out.", method.name.line)
        differs = {key: row.differs for key, row in keyed.items()}
        return ComparePage(told, page_script, [m for m in methods if m.name.text], differs, publisher, self.findings)

    def _split_footer(self, body: list[tuple[int, str]]) -> tuple[list[tuple[int, str]], str | None]:
        """The data rows, and the publisher that the last row names ("ScholarGateDatasets ↗")."""
        for index, (_, line) in enumerate(body):
            cells = _cells(line)
            if len(cells) == 1 and cells[0].endswith(_FOOTER_MARK):
                return body[:index], next((name for name in PUBLISHERS if cells[0].startswith(name)), None)
        return body, None

    def _rows(self, body: list[tuple[int, str]], columns: int) -> list[_Row]:
        """The rows of the table, with findings on what is wrong with their form."""
        rows = []
        for position, (number, line) in enumerate(body):
            label, *cells = _cells(line)
            while len(cells) > columns and not cells[-1]:
                cells.pop()
            if position == len(body) - 1 and not _ENDS.search(line):
                message = f"The row {label!r} breaks off before its end; its last cell may be incomplete."
                self._find(Severity.WARNING, "row_cut", message, number)
            if len(cells) != columns:
                few = len(cells) < columns
                message = (
                    f"The row {label!r} has {len(cells)} cells for {columns} methods; "
                    f"{'the last methods get none' if few else 'the last are left out'}."
                )
                self._find(Severity.WARNING, "cells_missing" if few else "cells_too_many", message, number, label)
            name = label.removesuffix(_DIFFERS_MARK).strip()
            rows.append(_Row(number, name, label.endswith(_DIFFERS_MARK), cells[:columns]))
        return rows

    def _language_of(self, rows: list[_Row], preferred: Sequence[str | None]) -> str | None:
        """The language in which most labels are known, and more than half of them; of equals a preferred one."""
        given = [fold(row.label) for row in rows]
        scores = {}
        for tag, labels in self.labels.items():
            known = [fold(label) for label in labels]
            in_place = sum(a == b for a, b in zip(given, known, strict=False))
            scores[tag] = (sum(label in known for label in given), in_place, tag in preferred)
        best = max(scores, key=lambda tag: scores[tag], default=None)
        return best if best is not None and scores[best][0] * 2 > len(given) else None

    def _language(self, by_labels: str | None, stated: str | None, folder: str | None) -> str:
        """The language of the page, by the caller's word, the labels or the folder."""
        told = stated or by_labels or folder
        if told is None:
            told, code = UNDETERMINED, "language_unknown"
            message = "The row labels are in no known language; the rows are read by position. Give --lang."
        elif by_labels is None:
            code = "labels_unknown"
            message = f"The row labels are not those known for {told}; the rows are read by position."
        elif by_labels != told:
            code = "language_differs"
            message = f"The row labels are {by_labels}, the page is said to be {told}; {told} is used."
        elif folder and folder != told:
            code = "language_differs"
            message = f"The row labels are {told}, the folder is named {folder}; {told} is used."
        else:
            return told
        self._find(Severity.WARNING, code, message, 1)
        return told

    def _keyed(self, rows: list[_Row], by_labels: str | None) -> dict[str, _Row]:
        """The rows by key: by their labels where these are known, else by position."""
        known = {fold(label): key for label, key in zip(self.labels.get(by_labels or "", ()), ROW_KEYS, strict=False)}
        keyed: dict[str, _Row] = {}
        for position, row in enumerate(rows):
            in_place = (
                ROW_KEYS[position] if position < len(ROW_KEYS) and (not known or len(rows) == len(ROW_KEYS)) else None
            )
            key = known.get(fold(row.label)) or in_place
            if key is None or key in keyed:
                message = f"The row {row.label!r} is one too many and is left out."
                self._find(Severity.WARNING, "row_unknown", message, row.line, row.label)
            else:
                keyed[key] = row
        missing = [key for key in ROW_KEYS if key not in keyed]
        if missing:
            last = rows[-1].line if rows else len(self.lines)
            message = f"The table has {len(keyed)} of {len(ROW_KEYS)} rows; missing: {', '.join(missing)}."
            self._find(Severity.WARNING, "rows_missing", message, last)
        return keyed

    def _slugs(self, slugs: Sequence[str], columns: int, line: int) -> list[str | None]:
        if slugs and len(slugs) != columns:
            self._find(
                Severity.WARNING,
                "slugs_do_not_fit",
                f"{len(slugs)} slugs are given for {columns} methods; none is used.",
                line,
                ",".join(slugs),
            )
            return [None] * columns
        return list(slugs) or [None] * columns

    def _find(self, severity: Severity, code: str, message: str, line: int, value: str | None = None) -> None:
        self.findings.append(Finding(severity, code, message, source=self.source, line=line, value=value))


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    parts = [part.replace("\\|", "|").strip() for part in _CELL_BORDER.split(inner)]
    return parts[:-1] if _ENDS.search(inner) and len(parts) > 1 else parts
