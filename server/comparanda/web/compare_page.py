"""The page of a comparison: where its columns can go, what its methods share, how it is taken away and cited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import render_template, url_for

from comparanda.answers import MAX_METHODS, MIN_METHODS
from comparanda.comparison import Comparison, MethodName
from comparanda.formats import COMPARISON_FORMATS
from comparanda.languages import direction, lookup_chain
from comparanda.namespaces import Base
from comparanda.shapes import LINK_COUNT, NAME_COUNT
from comparanda.stores import Reader
from comparanda.web import Site, today
from comparanda.web.addresses import public_url
from comparanda.web.preferences import page_language

_GRAPHS = ("ttl", "jsonld")  # the same either way round


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for: methods, the languages of the page and of texts, rows, and which way round."""

    slugs: tuple[str, ...]
    language: str
    texts: str
    rows: str = "all"
    transposed: bool = False

    def page(self, slugs: Iterable[str]) -> str:
        """The address of the page with other methods or another order."""
        return url_for("compare.page", language=page_language(self.language), slugs=",".join(slugs), rows=self._rows)

    def exports(self, forms: Iterable[str], transposed: bool | None = None) -> dict[str, str]:
        """Addresses by format, the way round that is asked for unless another one is given."""
        address = url_for("compare.negotiated", slugs=",".join(self.slugs), lang=self.texts, rows=self._rows)
        way = "&transposed=true" if (self.transposed if transposed is None else transposed) else ""
        return {form: f"{address}&format={form}{way}" for form in forms}

    @property
    def _rows(self) -> str | None:
        return None if self.rows == "all" else self.rows


@dataclass(frozen=True, slots=True)
class Column:
    """A method, and the addresses of the comparison without it and with it one place further back or on."""

    method: MethodName
    without: str
    back: str | None
    on: str | None


def comparison_page(here: Site, reader: Reader, asked: Asked) -> str:
    """The page in one language, with names and texts in another where the reader asks for that.

    Raises:
        BadRequest: wrong slugs, or an unknown choice of rows.
        UnknownMethod: slugs that no method has.
    """
    language = page_language(asked.language)
    comparison = _comparison(here, reader, asked)
    chain = lookup_chain(asked.language, language)
    return render_template(
        "compare.html",
        language=language,
        comparison=comparison,
        shown=comparison.only(asked.rows),
        labels={shape.key: shape.label(chain) for shape in here.answers.shapes.rows},
        rows=asked.rows,
        slugs=asked.slugs,
        most=MAX_METHODS,
        columns=[_column(asked, method, place) for place, method in enumerate(comparison.methods)],
        shared=_shared(here, reader, comparison, asked.texts),
        exports=_exports(asked),
        names=[_isolated(method, language) for method in comparison.methods],
        lasting_address=public_url().rstrip("/") + asked.page(asked.slugs),
        today=today(),
    )


def _comparison(here: Site, reader: Reader, asked: Asked) -> Comparison:
    if len(asked.slugs) >= MIN_METHODS:
        return here.answers.compare(reader, asked.slugs, asked.texts)
    if asked.slugs:  # what is left when a reader removes the second of two methods
        return here.answers.method(reader, asked.slugs[0], asked.texts)
    return Comparison(asked.texts, reader.version, (), ())


def _exports(asked: Asked) -> dict[bool, dict[str, str]]:
    """Addresses by format, the way round that is asked for first; under True methods are lines."""
    names = [known.name for known in COMPARISON_FORMATS if known.name not in ("html", "txt")]  # txt is for terminals
    return {
        way: asked.exports((name for name in names if way == asked.transposed or name not in _GRAPHS), way)
        for way in (asked.transposed, not asked.transposed)
    }


def _column(asked: Asked, method: MethodName, place: int) -> Column:
    rest = [*asked.slugs[:place], *asked.slugs[place + 1 :]]

    def moved(to: int) -> str | None:
        """With the method in another place; the keyboard stays on the same link, or on the other one at the end."""
        if not 0 <= to <= len(rest):
            return None
        stays = "back" if to == len(rest) or 0 < to < place else "on"
        return f"{asked.page([*rest[:to], method.slug, *rest[to:]])}#{stays}-{method.slug}"

    return Column(method, asked.page(rest), moved(place - 1), moved(place + 1))


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
