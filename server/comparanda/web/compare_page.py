"""The page of a comparison: where its columns can go, what its methods share, how it is taken away and cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import render_template, url_for

from comparanda.answers import MAX_METHODS
from comparanda.comparison import Comparison, MethodName
from comparanda.formats import COMPARISON_FORMATS
from comparanda.languages import direction, lookup_chain
from comparanda.namespaces import Base
from comparanda.shapes import LINK_COUNT, NAME_COUNT
from comparanda.stores import Reader
from comparanda.web import Site
from comparanda.web.addresses import public_url
from comparanda.web.preferences import page_language

_GRAPHS = ("ttl", "jsonld")  # the same either way round


@dataclass(frozen=True, slots=True)
class Column:
    """A method, and the addresses of the comparison without it and with it one place further back or on."""

    method: MethodName
    without: str
    back: str | None
    on: str | None


def today() -> date:
    """The day on which a comparison is read, as its citation says."""
    return datetime.now(UTC).date()


def comparison_page(here: Site, reader: Reader, slugs: Sequence[str], language: str, texts: str, rows: str) -> str:
    """The page in one language, with names and texts in another where the reader asks for that.

    Raises:
        BadRequest: wrong slugs, or an unknown choice of rows.
        UnknownMethod: slugs that no method has.
    """
    shown = page_language(language)
    if len(slugs) >= 2:
        comparison = here.answers.compare(reader, slugs, texts)
    elif slugs:  # what is left when a reader removes the second of two methods
        comparison = here.answers.method(reader, slugs[0], texts)
    else:
        comparison = Comparison(shown, reader.version, (), ())
    chain = lookup_chain(language, shown)
    return render_template(
        "compare.html",
        language=shown,
        comparison=comparison,
        shown=comparison.only(rows),
        labels={shape.key: shape.label(chain) for shape in here.answers.shapes.rows},
        rows=rows,
        slugs=slugs,
        most=MAX_METHODS,
        columns=[_column(shown, comparison.methods, place, rows) for place in range(len(comparison.methods))],
        shared=_shared(here, reader, comparison, texts),
        exports=_exports(slugs, texts, rows),
        names=[_isolated(method, shown) for method in comparison.methods],
        address=public_url().rstrip("/") + _address(shown, slugs, rows),
        today=today(),
    )


def export_address(slugs: Sequence[str], language: str, rows: str, form: str, transposed: bool) -> str:
    """The address of a comparison in one format."""
    return url_for(
        "compare.negotiated",
        slugs=",".join(slugs),
        lang=language,
        rows=None if rows == "all" else rows,
        format=form,
        transposed="true" if transposed else None,
    )


def _exports(slugs: Sequence[str], language: str, rows: str) -> dict[bool, dict[str, str]]:
    """Addresses by format, of the comparison as it is shown and, under True, with methods as lines."""
    names = [known.name for known in COMPARISON_FORMATS if known.name != "html"]
    return {
        transposed: {
            name: export_address(slugs, language, rows, name, transposed)
            for name in names
            if not (transposed and name in _GRAPHS)
        }
        for transposed in (False, True)
    }


def _column(language: str, methods: Sequence[MethodName], place: int, rows: str) -> Column:
    slugs = [method.slug for method in methods]
    slug, rest = slugs[place], slugs[:place] + slugs[place + 1 :]

    def moved(to: int) -> str | None:
        """With the method in another place; the keyboard stays on the link, or on the other one where it ends."""
        if not 0 <= to < len(slugs):
            return None
        kept = "back" if (to < place and to > 0) or to == len(rest) else "on"
        return f"{_address(language, [*rest[:to], slug, *rest[to:]], rows)}#{kept}-{slug}"

    return Column(methods[place], _address(language, rest, rows), moved(place - 1), moved(place + 1))


def _address(language: str, slugs: Sequence[str], rows: str) -> str:
    return url_for("compare.page", language=language, slugs=",".join(slugs), rows=None if rows == "all" else rows)


def _shared(
    here: Site, reader: Reader, comparison: Comparison, language: str
) -> dict[str, Sequence[str] | Sequence[MethodName]]:
    """What all methods have in the rows that only count it: names, or methods that they are linked to."""
    rules, methods = {shape.key: shape.rule for shape in here.answers.shapes.rows}, here.answers.base.method("").value
    found: dict[str, Sequence[str] | Sequence[MethodName]] = {}
    for row in comparison.rows:
        if row.shared and rules[row.key] == NAME_COUNT:
            found[row.key] = row.shared
        elif row.shared and rules[row.key] == LINK_COUNT:
            slugs = [Base.slug(item) for item in row.shared if item.startswith(methods)]
            found[row.key] = here.answers.headings(reader, slugs, language)
    return found


def _isolated(method: MethodName, language: str) -> str:
    """The name of a method, to be put into a sentence that may run the other way."""
    same = direction(method.language) == direction(language)
    return method.name if same else f"\u2068{method.name}\u2069"
