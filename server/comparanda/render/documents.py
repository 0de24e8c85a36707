"""A comparison as documents: an XLSX workbook, and a LaTeX table.

XlsxWriter and not openpyxl: it is released several times a year, needs nothing else, and never makes a text a formula.
"""

from __future__ import annotations

import io
import re
import urllib.parse
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xlsxwriter import Workbook

from comparanda.comparison import Cell, Comparison, Link
from comparanda.languages import direction
from comparanda.namespaces import is_web_address
from comparanda.render.table import marked, table

_MADE = datetime(2000, 1, 1)  # a workbook must say when it was made; the same data shall give the same bytes
_MAX_CELL_CHARACTERS = 16_000  # at most 32,767 units of UTF-16
_MAX_HREF_BYTES = 2_000
_FILL = "#FFF3D6"
_LINK = "#0B57A4"
_READING_ORDER = {"ltr": 1, "rtl": 2}


def as_xlsx(comparison: Comparison, transposed: bool = False) -> bytes:
    """A workbook of one sheet: cells are text, differing rows are filled, heading and first column stay in view."""
    output = io.BytesIO()
    with Workbook(output, {"in_memory": True}) as book:
        title = _in_one_line(" · ".join(method.name for method in comparison.methods))[:255]
        version = f"Data version {_in_one_line(comparison.version)}"
        book.set_properties({"title": title, "comments": version, "created": _MADE})
        sheet = book.add_worksheet("Comparison")
        if direction(comparison.language) == "rtl":
            sheet.right_to_left()
        sheet.freeze_panes(1, 1)
        lines = table(comparison, transposed)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, len(lines[0]), 40)
        if not transposed:
            sheet.set_column(1, 1, 4)
        formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        filled = marked(comparison)
        for row, line in enumerate(lines):
            for column, cell in enumerate(line):
                href = _href(cell.links)
                look = _look(cell, row == 0 or column == 0, filled[column if transposed else row], href is not None)
                key = tuple(look.items())
                if key not in formats:
                    formats[key] = book.add_format(look)
                _write(sheet, (row, column), cell.text, href, formats[key])
    return output.getvalue()


def _look(cell: Cell, heading: bool, filled: bool, linked: bool) -> dict[str, Any]:
    look: dict[str, Any] = {"text_wrap": True, "valign": "top"}
    if heading:
        look["bold"] = True
    if cell.language:
        look["reading_order"] = _READING_ORDER[direction(cell.language)]
    if filled:
        look["bg_color"] = _FILL
    if linked:
        look |= {"font_color": _LINK, "underline": 1}
    return look


def _write(sheet: Any, place: tuple[int, int], text: str, href: str | None, look: Any) -> None:
    text = _CONTROL.sub("", re.sub(r"\r\n?", "\n", text))
    if len(text) > _MAX_CELL_CHARACTERS:  # a cell cannot hold more, and says so
        text = f"{text[:_MAX_CELL_CHARACTERS]} … [{len(text) - _MAX_CELL_CHARACTERS:,} more characters: see the JSON]"
    if text.startswith("<r>") and text.endswith("</r>"):  # the library would take it for its own markup
        sheet.write_rich_string(*place, text[0], text[1], text[2:], look)
    elif href is not None:
        sheet.write_url(*place, href, look, text)
    else:
        sheet.write_string(*place, text, look)


def _href(links: Sequence[Link]) -> str | None:
    """The first address that can be followed: a cell of a workbook holds one."""
    return next((link.href for link in links if link.href and _can_be_followed(link.href)), None)


def _can_be_followed(href: str) -> bool:
    return is_web_address(href.lower()) and href == _in_one_line(href) and len(href.encode()) <= _MAX_HREF_BYTES


# Characters that mean something to TeX, that some font encodings or babel's shorthands turn into others, and two
# symbols of ours that text fonts lack.
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "`": r"\textasciigrave{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"\char34{}",
        "≠": r"$\neq$",
        "↗": r"$\nearrow$",
        **{special: f"\\{special}" for special in "&%$#_{}"},
    }
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_BREAK = re.compile(r"[\t\n\x0b\x0c\r\x85\u2028\u2029]+")


def as_latex(comparison: Comparison, transposed: bool = False) -> bytes:
    """A longtable to be included in a document, with a comment that says what it is and needs."""
    lines = table(comparison, transposed)
    count = len(lines[0]) - (1 if transposed else 2)
    size, gap = (r"\small", 4) if count <= 4 else (r"\footnotesize", 3) if count <= 9 else (r"\tiny", 2)
    share = f"{0.8 / max(count, 1):.4f}"
    columns = [_paragraph("0.14"), *([] if transposed else ["c"]), f"*{{{count}}}{{{_paragraph(share)}}}" * (count > 0)]
    heading, *body = [
        [_bold(cell) if row == 0 or column == 0 else _linked(cell) for column, cell in enumerate(line)]
        for row, line in enumerate(lines)
    ]
    slugs = ", ".join(method.slug for method in comparison.methods)
    written = [
        f"% Comparison of {slugs}: data version {_in_one_line(comparison.version)}, language {comparison.language}.",
        r"% Needs \usepackage{array,longtable}, for links also \usepackage{hyperref}.",
        "% Other scripts than Latin need LuaLaTeX or XeLaTeX and a font that has them; many methods need a wide page.",
        r"\begingroup",
        r"\providecommand{\href}[2]{#2}",
        rf"{size}\setlength{{\tabcolsep}}{{{gap}pt}}\setlength{{\LTleft}}{{0pt}}",
        rf"\begin{{longtable}}{{{''.join(columns)}}}",
        r"\hline",
        f"{' & '.join(heading)} \\tabularnewline",
        r"\hline",
        r"\endhead",
        *(f"{' & '.join(line)} \\tabularnewline\n\\hline" for line in body),
        r"\end{longtable}",
        r"\endgroup",
    ]
    return ("\n".join(written) + "\n").encode()


def _paragraph(share: str) -> str:
    return rf">{{\raggedright\arraybackslash}}p{{\dimexpr {share}\linewidth-2\tabcolsep\relax}}"


def _bold(cell: Cell) -> str:
    return rf"\textbf{{{latex_text(cell.text)}}}" if cell.text else ""


def latex_text(text: str) -> str:
    """`text` in one line, without anything that TeX would take for more than a character.

    >>> latex_text("50 % of x_1")
    '50 \\\\% of x\\\\_1'
    """
    apart = re.sub(r"([-',])(?=\1)", "\\1\0", _in_one_line(text))  # two hyphens would become a dash
    return apart.translate(_LATEX).replace("\0", "{}")


def _in_one_line(text: str) -> str:
    return _CONTROL.sub("", _BREAK.sub(" ", text))


def _linked(cell: Cell) -> str:
    """The text of a cell, in which the markers of its links are links."""
    written, rest = [], cell.text
    for link in cell.links:
        before, marker, after = rest.partition(f"{link.label} ↗")
        if marker:
            shown = latex_text(marker)
            href = link.href if link.href and _can_be_followed(link.href) else None
            written += [latex_text(before), rf"\href{{{_latex_address(href)}}}{{{shown}}}" if href else shown]
            rest = after
    return "".join([*written, latex_text(rest)])


def _latex_address(href: str) -> str:
    quoted = urllib.parse.quote(href, safe=":/?#@!&'()*+,;=%[]").replace("~", "%7E")
    return re.sub(r"([%#&_])", r"\\\1", quoted)
