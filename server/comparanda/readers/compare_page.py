"""Compare pages: a heading, a sentence, and a table with one column a method and nine rows in one order.

The rows come in the same order in every language, so a page in a language nobody knows still reads by position.
What is malformed gives a finding with its line, and what can be read is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from babel import localedata

from comparanda.errors import InvalidTerm, UnreadableInput
from comparanda.findings import Finding, Severity
from comparanda.readers.languages import fold, script
from comparanda.terms import slug

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
        self.lines = text.splitlines()
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
        rows, given_labels = self._rows(body, len(names))
        told, page_script = self._language(given_labels, language, folder_language)
        methods = [
            PageMethod(name, given)
            for name, given in zip(names, self._slugs(slugs, len(names), header_line), strict=True)
        ]
        differs = self._place_cells(rows, methods)
        return ComparePage(told, page_script, [m for m in methods if m.name.text], differs, publisher, self.findings)

    def _split_footer(self, body: list[tuple[int, str]]) -> tuple[list[tuple[int, str]], str | None]:
        """The data rows, and the publisher that the last row names ("ScholarGateDatasets ↗")."""
        for index, (_, line) in enumerate(body):
            cells = _cells(line)
            if len(cells) == 1 and cells[0].endswith(_FOOTER_MARK):
                return body[:index], next((name for name in PUBLISHERS if cells[0].startswith(name)), None)
        return body, None

    def _rows(self, body: list[tuple[int, str]], columns: int) -> tuple[list[tuple[int, bool, list[str]]], list[str]]:
        """Line, ≠ mark and cells of each row, and the labels."""
        rows, labels = [], []
        for position, (number, line) in enumerate(body):
            label, *cells = _cells(line)
            while len(cells) > columns and not cells[-1]:
                cells.pop()
            if position == len(body) - 1 and not line.endswith("|"):
                self._find(
                    Severity.WARNING,
                    "row_cut",
                    f"The row {label!r} breaks off before its end; its last cell may be incomplete.",
                    number,
                )
            if position >= len(ROW_KEYS):
                self._find(
                    Severity.WARNING,
                    "row_unknown",
                    f"The row {label!r} is one too many and is left out.",
                    number,
                    label,
                )
                continue
            if len(cells) != columns:
                self._find(
                    Severity.WARNING,
                    "cells_missing" if len(cells) < columns else "cells_too_many",
                    f"The row {label!r} has {len(cells)} cells for {columns} methods; "
                    f"{'the last methods get none' if len(cells) < columns else 'the last are left out'}.",
                    number,
                    label,
                )
            labels.append(label.removesuffix(_DIFFERS_MARK).strip())
            rows.append((number, label.endswith(_DIFFERS_MARK), cells[:columns]))
        if len(rows) < len(ROW_KEYS):
            last = body[-1][0] if body else len(self.lines)
            self._find(
                Severity.WARNING,
                "rows_missing",
                f"The table has {len(rows)} of {len(ROW_KEYS)} rows; missing: {', '.join(ROW_KEYS[len(rows) :])}.",
                last,
            )
        return rows, labels

    def _language(self, given: list[str], stated: str | None, folder: str | None) -> tuple[str, str | None]:
        """The language and script of the page, by the caller's word, the labels or the folder."""
        folded = [fold(label) for label in given]
        scores = {
            tag: sum(a == fold(b) for a, b in zip(folded, labels, strict=False)) for tag, labels in self.labels.items()
        }
        best = max(scores, key=lambda tag: (scores[tag], tag == stated, tag == folder), default=None)
        by_labels = best if best is not None and given and scores[best] * 2 > len(given) else None
        page_script = script(" ".join(given))
        told = stated or by_labels or folder
        if told is None:
            self._find(
                Severity.WARNING,
                "language_unknown",
                "The row labels are in no known language; the rows are read by position and the names tagged und. "
                "Give --lang.",
                1,
            )
            return UNDETERMINED, page_script
        if by_labels is None:
            self._find(
                Severity.WARNING,
                "labels_unknown",
                f"The row labels are not those known for {told}; the rows are read by position.",
                1,
            )
        elif by_labels != told:
            self._find(
                Severity.WARNING,
                "language_differs",
                f"The row labels are {by_labels}, the page is said to be {told}; {told} is used.",
                1,
            )
        elif folder and folder != told:
            self._find(
                Severity.WARNING,
                "language_differs",
                f"The row labels are {told}, the folder is named {folder}; {told} is used.",
                1,
            )
        return told, page_script

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

    def _place_cells(self, rows: list[tuple[int, bool, list[str]]], methods: list[PageMethod]) -> dict[str, bool]:
        differs = {}
        for key, (number, mark, cells) in zip(ROW_KEYS, rows, strict=False):
            differs[key] = mark
            for method, cell in zip(methods, cells, strict=False):
                method.cells[key] = PageCell(cell, number)
        for method in methods:
            if not method.name.text:
                self._find(Severity.WARNING, "name_missing", "A column has no name and is left out.", method.name.line)
        return differs

    def _find(self, severity: Severity, code: str, message: str, line: int, value: str | None = None) -> None:
        self.findings.append(Finding(severity, code, message, source=self.source, line=line, value=value))


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    parts = [part.replace("\\|", "|").strip() for part in _CELL_BORDER.split(inner)]
    return parts[:-1] if inner.endswith("|") and len(parts) > 1 else parts


def split_names(cell: str | None) -> list[str]:
    """The names in a cell, which commas separate where they stand outside brackets.

    >>> split_names("graph clustering, Communities (Louvain, Leiden), ARIMA(p,d,q)")
    ['graph clustering', 'Communities (Louvain, Leiden)', 'ARIMA(p,d,q)']
    """
    if cell is None:
        return []
    balanced = cell.count("(") == cell.count(")")
    names, depth, begin = [], 0, 0
    for index, character in enumerate(cell):
        depth += {"(": 1, ")": -1}.get(character, 0) if balanced else 0
        if depth <= 0 and cell.startswith(", ", index):
            names.append(cell[begin:index])
            begin = index + 2
    return list(dict.fromkeys(name.strip() for name in (*names, cell[begin:]) if name.strip()))


def slugs_of_file(stem: str) -> list[str]:
    """The slugs in a file name such as `a+b`; empty where it is not made of slugs.

    >>> slugs_of_file("k-means+pca"), slugs_of_file("000_dc0cd9")
    (['k-means', 'pca'], [])
    """
    return _valid_slugs(stem.split("+")) if "+" in stem else []


def slugs_of_url(url: str) -> list[str]:
    """The slugs in the address of a compare page.

    >>> slugs_of_url("https://example.org/pt/compare?slugs=a%2Cb")
    ['a', 'b']
    """
    return _valid_slugs(",".join(parse_qs(urlsplit(url).query).get("slugs", [])).split(","))


def language_of_folder(name: str) -> str | None:
    """The language that a folder is named after, if CLDR knows one of that name.

    >>> language_of_folder("pt"), language_of_folder("tmp")
    ('pt', None)
    """
    return name.lower() if localedata.exists(name) else None


def _valid_slugs(parts: Sequence[str]) -> list[str]:
    try:
        return [slug(part) for part in parts]
    except InvalidTerm:
        return []
