"""Reports on the quality of the data: what the shapes refuse, what `queries/check_*.rq` find, methods met twice.

The gate keeps violations out of the store; these reports show what else could be better, and what came in past the
gate, by the loader of a database or by a remote endpoint.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from comparanda.findings import Finding, Severity
from comparanda.namespaces import SKOS, Base
from comparanda.queries import CHECK, Query, queries
from comparanda.readers.languages import fold
from comparanda.shapes import Shapes
from comparanda.stores import Reader, Row
from comparanda.terms import Term
from comparanda.validation import validate

SIMILAR = 0.9
PAIRED_FULLY = 20
SCORES = {("prefLabel", "prefLabel"): 1.0, ("altLabel", "prefLabel"): 0.9, ("altLabel", "altLabel"): 0.8}
SCORE_OF_SIMILAR = 0.7
_BUCKET_CHARACTERS = 2
_GRAVEST_FIRST = (Severity.VIOLATION, Severity.WARNING, Severity.INFO)
_JOINED = "\N{ARABIC TATWEEL}"  # only stretches a word
_SEPARATORS = frozenset("\N{MINUS SIGN}`´¨")  # what Unicode counts as symbols, and writers use as punctuation


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found. `severity` is that of the check, whether or not it found anything."""

    name: str
    question: str
    severity: Severity
    findings: tuple[Finding, ...] = ()

    def count(self, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.findings)

    def as_dict(self, examples: int | None = None) -> dict[str, object]:
        return {
            "name": self.name,
            "question": self.question,
            "severity": self.severity,
            "count": len(self.findings),
            "findings": [finding.as_dict() for finding in self.findings[:examples]],
        }


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two methods that may be one: how sure that is, from 0 to 1, and the pairs of names that say so."""

    first: NamedNode
    second: NamedNode
    score: float
    names: tuple[tuple[Literal, Literal], ...]

    def as_finding(self) -> Finding:
        matches = "; ".join(f"{_shown(one)} = {_shown(other)}" for one, other in self.names)
        message = f"{self.score:.1f} {matches}"
        return Finding(Severity.WARNING, "duplicates", message, focus=self.first.value, value=self.second.value)


def run_checks(reader: Reader, shapes: Shapes, base: Base, *, with_shapes: bool = True) -> list[Check]:
    """All checks, the gravest first, then by name.

    Args:
        with_shapes: validate every entry too.
    """
    found = [_ask(reader, query) for query in queries().values() if query.severity is not None]
    same = tuple(pair.as_finding() for pair in duplicates(reader))
    found.append(Check("duplicates", "Which methods have a name of another one?", Severity.WARNING, same))
    if with_shapes:
        found.append(_conformity(reader, shapes, base))
    return sorted(found, key=lambda check: (_GRAVEST_FIRST.index(check.severity), check.name))


def stored_entries(reader: Reader, base: Base) -> dict[NamedNode, list[Triple]]:
    """All graphs but the one in which the store describes itself, which nobody entered."""
    described = base.document(base.catalogue())
    graphs: dict[NamedNode, list[Triple]] = {}
    for quad in reader.quads():
        if isinstance(quad.graph_name, NamedNode) and quad.graph_name != described:
            graphs.setdefault(quad.graph_name, []).append(quad.triple)
    return graphs


def duplicates(reader: Reader) -> list[Duplicate]:
    """Methods that share a name in whatever language, script and case, or nearly share one and the seminal source.

    Methods that another one replaces are left out. Names are compared within buckets of equal or similar ones, so
    that the time grows with the number of names. Sorted by score, the surest first.
    """
    names = _names(reader.select(queries()["methods_by_name"].bind()))
    matches: dict[tuple[NamedNode, NamedNode], list[tuple[float, Literal, Literal]]] = defaultdict(list)
    for score, one, other in itertools.chain(_equal(names), _similar(names)):
        if other.method.value < one.method.value:
            one, other = other, one
        matches[one.method, other.method].append((score, one.text, other.text))
    found = [_duplicate(pair, scored) for pair, scored in matches.items()]
    return sorted(found, key=lambda pair: (-pair.score, pair.first.value, pair.second.value))


@dataclass(frozen=True)
class _Name:
    """A name of a method, folded for comparison."""

    method: NamedNode
    role: str
    text: Literal
    sources: frozenset[NamedNode]

    @cached_property
    def tokens(self) -> str:
        """The different words in the order of their letters."""
        return " ".join(sorted(set(_words(self.text.value))))

    @cached_property
    def letters(self) -> str:
        """The name in one piece: k-means, k means and kmeans are one, and so are scripts with and without spaces."""
        return "".join(_words(self.text.value))


def _words(text: str) -> list[str]:
    """The words of a name, folded, without punctuation.

    >>> _words("K–Means (clustering)"), _words("サポート・ベクター"), _words("ｔ検定")
    (['k', 'means', 'clustering'], ['サポート', 'ベクター'], ['t検定'])
    """
    return "".join(" " if _separates(letter) else letter for letter in fold(text.replace(_JOINED, ""))).split()


def _separates(letter: str) -> bool:
    return letter in _SEPARATORS or unicodedata.category(letter)[0] == "P"


def _names(rows: Iterable[Row]) -> list[_Name]:
    said: dict[tuple[NamedNode, str, Literal], set[NamedNode]] = defaultdict(set)
    for row in rows:
        method, name, source = row["method"], row["name"], row["source"]
        if isinstance(method, NamedNode) and isinstance(name, Literal):
            role = "prefLabel" if row["property"] == SKOS["prefLabel"] else "altLabel"
            said[method, role, name].update([source] if isinstance(source, NamedNode) else [])
    return [_Name(method, role, name, frozenset(sources)) for (method, role, name), sources in said.items()]


def _equal(names: Iterable[_Name]) -> Iterator[tuple[float, _Name, _Name]]:
    """Pairs of names of two methods that are the same letters."""
    buckets: dict[str, list[_Name]] = defaultdict(list)
    for name in names:
        buckets[name.letters].append(name)
    for letters, bucket in buckets.items():
        for one, other in _pairs(bucket) if letters else ():
            roles = (min(one.role, other.role), max(one.role, other.role))
            yield SCORES[roles], one, other


def _similar(names: Iterable[_Name]) -> Iterator[tuple[float, _Name, _Name]]:
    """Pairs of names of two methods with one seminal source whose words are nearly the same, in any order."""
    buckets: dict[tuple[NamedNode, str], list[_Name]] = defaultdict(list)
    for name in names:
        for source in name.sources:
            buckets[source, name.tokens[:_BUCKET_CHARACTERS]].append(name)
    for bucket in buckets.values():
        for one, other in _pairs(bucket):
            if one.letters != other.letters and _similarity(one.tokens, other.tokens) > SIMILAR:
                yield SCORE_OF_SIMILAR, one, other


def _similarity(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() > SIMILAR else 0.0


def _pairs(bucket: Sequence[_Name]) -> Iterator[tuple[_Name, _Name]]:
    """Each name with each of another method; in a large bucket only the first with the others."""
    firsts = 1 if len(bucket) > PAIRED_FULLY else len(bucket)
    return (
        (bucket[place], other)
        for place in range(firsts)
        for other in bucket[place + 1 :]
        if bucket[place].method != other.method
    )


def _duplicate(pair: tuple[NamedNode, NamedNode], scored: Iterable[tuple[float, Literal, Literal]]) -> Duplicate:
    """The pair with the best score, and the names that have it or another one, the best first."""
    best = sorted(set(scored), key=lambda match: (-match[0], str(match[1]), str(match[2])))
    return Duplicate(*pair, best[0][0], tuple(dict.fromkeys((one, other) for _, one, other in best)))


def _shown(name: Literal) -> str:
    return f"{name.value} @{name.language}" if name.language else name.value


def _ask(reader: Reader, query: Query) -> Check:
    """The rows of a check as findings; columns besides focus and detail are their value."""
    assert query.severity is not None, "the loader gives every check a severity"
    further = [column.name for column in query.columns if column.name not in ("focus", "detail")]
    code = query.name.removeprefix(CHECK)
    found = [
        Finding(
            query.severity,
            code,
            _text(row["detail"]),
            focus=_text(row["focus"]),
            value=" ".join(_text(row[name]) for name in further) or None,
        )
        for row in reader.select(query.bind())
    ]
    return Check(code, query.question, query.severity, tuple(found))


def _text(term: Term | None) -> str:
    return "" if term is None else str(getattr(term, "value", term))


def _conformity(reader: Reader, shapes: Shapes, base: Base) -> Check:
    """What the gate would say of every entry of the store, were it to come in now."""
    found = sorted(
        validate(stored_entries(reader, base), shapes, base, None),
        key=lambda finding: (_GRAVEST_FIRST.index(finding.severity), str(finding)),
    )
    gravest = found[0].severity if found else Severity.VIOLATION
    return Check("shapes", "What do the shapes say of the entries?", gravest, tuple(found))
