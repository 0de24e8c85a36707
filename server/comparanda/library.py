"""The catalogue in Python: `comparanda.open()`.

>>> import comparanda, tempfile
>>> folder = tempfile.TemporaryDirectory()
>>> library = comparanda.open(f"{folder.name}/store", fill_new=True)
>>> for row in library.compare("k-means", "hierarchical-clustering", language="pt").rows:
...     if row.key == "origin_year":
...         print(row.label, row.differs, [cell.text for cell in row.cells])
Ano de origem True ['1967 (formalized 1982)', '1963']
>>> library.question("methods_named", name="K-means clustering")[0].method
'https://w3id.org/comparanda/id/method/k-means'
>>> library.question("names_by_language")[0]._fields
('language', 'count')
>>> folder.cleanup()

Answers are those of the server: the version that was newest when the library was opened, until `refresh`.
"""

from __future__ import annotations

import keyword
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from functools import cache
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from pyoxigraph import Literal, NamedNode

from comparanda.answers import Answers
from comparanda.catalogue.opening import open_store
from comparanda.comparison import Comparison, MethodName, RelatedMethod
from comparanda.errors import BadRequest, BrokenInstallation, InvalidTerm, StoreError, UnknownMethod
from comparanda.namespaces import XSD, Base, is_web_address
from comparanda.queries import Parameter, Query, queries
from comparanda.settings import Settings
from comparanda.shapes import shapes
from comparanda.stores.oxigraph import OxigraphReader
from comparanda.terms import Term, iri, slug, text

if TYPE_CHECKING:
    import pandas
    import rdflib

Value: TypeAlias = "str | int | float | bool | Decimal | None"

_TRIPLE = ("subject", "predicate", "object")
_NUMBERS: dict[NamedNode, Callable[[str], int | float | Decimal]] = {
    XSD["integer"]: int,
    XSD["decimal"]: Decimal,
    XSD["double"]: float,
    XSD["float"]: float,
}


class Text(str):
    """A text with the language that it is in, None if that is not said.

    >>> Text("K-médias", "pt").language
    'pt'
    """

    __slots__ = ("language",)
    language: str | None

    def __new__(cls, value: str, language: str | None = None) -> Text:
        made = super().__new__(cls, value)
        made.language = language
        return made


class Library:
    """Questions to one version of a catalogue, with answers as Python values."""

    def __init__(self, settings: Settings, *, fill_new: bool = False) -> None:
        self._store = open_store(settings, fill_new=fill_new)
        self._answers = Answers(Base(settings.base_iri), shapes(), settings.default_language)
        self._reader = self._store.reader()

    def __repr__(self) -> str:
        return f"<comparanda.Library, version {self.version}>"

    @property
    def version(self) -> str:
        return self._reader.version

    def refresh(self) -> str:
        """Move to the newest version; returns it."""
        self._reader = self._store.reader()
        return self.version

    def compare(self, *slugs: str, language: str | None = None, rows: str = "all") -> Comparison:
        """2 to 20 methods side by side; `rows` is all, different or same. Raises like `Answers.compare`."""
        return self._answers.compare(self._reader, slugs, self._language(language)).only(rows)

    def method(self, name: str, language: str | None = None) -> Comparison:
        """One method, by its slug, as a comparison with a single column.

        Raises:
            UnknownMethod: there is no such method.
        """
        return self._answers.method(self._reader, slug(name), self._language(language))

    def related(self, name: str, language: str | None = None) -> list[RelatedMethod]:
        """The methods that a method names as related. Raises like `method`."""
        return self._answers.related(self._reader, self._known(name), self._language(language))

    def referenced_by(self, name: str, language: str | None = None) -> list[MethodName]:
        """The methods that name a method as related. Raises like `method`."""
        return self._answers.referenced_by(self._reader, self._known(name), self._language(language))

    def methods(self, language: str | None = None) -> list[MethodName]:
        """All methods, sorted by name."""
        return self._answers.methods(self._reader, self._language(language))

    def statistics(self) -> dict[str, dict[str, int]]:
        """Counts of entries, of links by kind, of works by verification, of names by language."""
        return self._answers.statistics(self._reader)

    def questions(self) -> dict[str, str]:
        """Name and sentence of every question that `question` answers."""
        return {query.name: query.question for query in queries().values()}

    def question(self, name: str, /, **parameters: str | int) -> list[Any]:
        """The rows of a question of `queries/`, as named tuples with the columns that the file declares.

        IRIs and texts are `str`, texts with their `language` (see `Text`), numbers are numbers, what is unbound is
        None. A column that is a Python keyword ends with an underscore. A graph gives rows of subject, predicate
        and object.

        Args:
            parameters: texts, numbers and absolute IRIs; a method may be given by its slug.
        Raises:
            BadRequest: there is no such question.
            InvalidTerm: a parameter is missing, unknown or no legal value.
        """
        query = _query(name)
        kinds = {parameter.name: parameter for parameter in query.parameters}
        terms = {given: self._term(kinds.get(given), value) for given, value in parameters.items()}
        sparql = query.bind(**terms)
        if not query.columns:
            graph = sorted(self._reader.construct(sparql), key=str)
            return [_row_type(_TRIPLE)(*map(_value, triple)) for triple in graph]
        names = tuple(column.name for column in query.columns)
        made = _row_type(names)
        return [made(*(_value(row[column]) for column in names)) for row in self._reader.select(sparql)]

    def frame(
        self, answer: str | Comparison | Mapping[str, Any] | Sequence[Any], /, **parameters: Any
    ) -> pandas.DataFrame:
        """A pandas DataFrame of an answer, or of the question with that name.

        A comparison has a line for each row and a column for each method, statistics a line for each count.

        Raises:
            BrokenInstallation: pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise BrokenInstallation(
                "pandas is not installed.", value="pandas", to_do="Install it with `pip install 'comparanda[pandas]'`."
            ) from error
        if isinstance(answer, str):
            columns = [_field(column.name) for column in _query(answer).columns] or list(_TRIPLE)
            return pandas.DataFrame([tuple(row) for row in self.question(answer, **parameters)], columns=columns)
        if isinstance(answer, Comparison):
            lines = {
                row.key: [row.label, row.differs, row.difference, *(cell.text for cell in row.cells)]
                for row in answer.rows
            }
            heads = ["label", "differs", "difference", *(method.slug for method in answer.methods)]
            return pandas.DataFrame.from_dict(lines, orient="index", columns=heads)
        if isinstance(answer, Mapping):
            counts = [(group, name, count) for group, found in answer.items() for name, count in found.items()]
            return pandas.DataFrame(counts, columns=["group", "name", "count"])
        return pandas.DataFrame([_flat(row) for row in answer])

    def dataset(self) -> rdflib.Dataset:
        """The whole version as an rdflib Dataset that cannot be changed; its default graph is the union of all.

        It is a view by oxrdflib on the embedded store, not a copy: it is there at once whatever the size, and SPARQL
        runs on Oxigraph (a comparison took 2 ms where rdflib's own engine took 2,258 ms). oxrdflib is kept by the
        author of Oxigraph and released with it.

        Raises:
            StoreError: a remote store has no view; ask its endpoint with rdflib's SPARQLStore.
        """
        if not isinstance(self._reader, OxigraphReader):
            raise StoreError("A remote store has no rdflib view.", to_do="Use rdflib's SPARQLStore on its endpoint.")
        from comparanda.rdflib_view import read_only_dataset

        return read_only_dataset(self._reader)

    def _language(self, language: str | None) -> str:
        return language or self._answers.default_language

    def _known(self, name: str) -> str:
        if not self._answers.names(self._reader, slug(name)):
            raise UnknownMethod([name], self._answers.closest_slugs(self._reader, [name]))
        return name

    def _term(self, parameter: Parameter | None, value: str | int) -> Term:
        if parameter is not None and parameter.kind == "IRI" and isinstance(value, str):
            return (
                self._answers.base.method(slug(value))
                if parameter.name == "method" and ":" not in value
                else iri(value)
            )
        if isinstance(value, bool | int):
            return Literal(value)
        if isinstance(value, str):
            return text(str(value), value.language if isinstance(value, Text) else None)
        raise InvalidTerm(
            f"The value {value!r} is of no kind that a question takes.", value=str(value), to_do="Give a text."
        )


def open_library(store: str | PathLike[str] | None = None, *, fill_new: bool | None = None) -> Library:
    """See `comparanda.open`."""
    settings = Settings.from_environment(store=None if store is None else _place(fspath(store)))
    own = settings.store == Settings.from_environment({}).store
    return Library(settings, fill_new=own if fill_new is None else fill_new)


def _place(store: str) -> str:
    return store if is_web_address(store) else str(Path(store).expanduser())


def _query(name: str) -> Query:
    if name not in queries():
        raise BadRequest(f"There is no question {name!r}.", value=name, to_do=f"Use one of {', '.join(queries())}.")
    return queries()[name]


def _field(column: str) -> str:
    return f"{column}_" if keyword.iskeyword(column) else column


@cache
def _row_type(columns: tuple[str, ...]) -> Callable[..., Any]:
    made: Callable[..., Any] = namedtuple("Row", [_field(column) for column in columns])  # type: ignore[misc]
    return made


def _value(term: Term | None) -> Value:
    if isinstance(term, NamedNode):
        return term.value
    if isinstance(term, Literal):
        if term.datatype == XSD["boolean"]:
            return term.value in ("true", "1")
        try:
            return _NUMBERS[term.datatype](term.value)
        except (KeyError, ValueError, ArithmeticError):
            return Text(term.value, term.language)
    return None if term is None else str(term)


def _flat(row: Any) -> dict[str, Any]:
    """A row as columns; of what it holds in turn, such as the method of a link, each part is a column."""
    if isinstance(row, tuple):
        return dict(row._asdict())  # type: ignore[attr-defined]
    found: dict[str, Any] = {}
    for name, value in asdict(row).items():
        found |= value if isinstance(value, dict) else {name: value}
    return found
