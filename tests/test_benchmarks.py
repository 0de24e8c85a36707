"""The synthetic catalogues that the benchmarks measure on."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple

from comparanda.catalogue.bundle import entry_quads, vocabulary_quads
from comparanda.namespaces import CMP, RDF, SKOS, Base
from comparanda.shapes import shapes
from comparanda.stores.oxigraph import OxigraphReader
from comparanda.validation import validate
from synthetic import TEN_LANGUAGES, Catalogue

SIZE = 60


@cache
def made(size: int = SIZE) -> tuple[Quad, ...]:
    text = "".join(Catalogue(size, seed=1, languages=TEN_LANGUAGES).documents())
    return tuple(pyoxigraph.parse(text.encode(), format=RdfFormat.N_QUADS))


def methods(quads: tuple[Quad, ...]) -> set[object]:
    return {quad.subject for quad in quads if quad.predicate == RDF["type"] and quad.object == CMP["Method"]}


def test_a_synthetic_catalogue_passes_the_gate(base: Base) -> None:
    vocabulary = pyoxigraph.Store()
    vocabulary.extend(vocabulary_quads(base))
    graphs: dict[NamedNode, list[Triple]] = defaultdict(list)
    for quad in made():
        assert isinstance(quad.graph_name, NamedNode)
        graphs[quad.graph_name].append(quad.triple)
    assert list(validate(graphs, shapes(), base, OxigraphReader(vocabulary, "1"))) == []


def test_it_has_as_many_methods_as_asked_for_each_named_in_ten_languages() -> None:
    names = Counter(quad.subject for quad in made() if quad.predicate == SKOS["prefLabel"])
    assert len(methods(made())) == SIZE
    assert names == dict.fromkeys(methods(made()), len(TEN_LANGUAGES))


def test_its_entries_are_as_large_as_those_of_the_bundled_catalogue(base: Base) -> None:
    bundled = tuple(entry_quads(base))
    per_method = len(bundled) / len(methods(bundled))
    assert len(made()) / SIZE > 0.9 * per_method


def test_a_few_methods_are_named_by_very_many() -> None:
    catalogue = Catalogue(600, seed=1)
    found = Counter(
        quad.object
        for quad in pyoxigraph.parse("".join(catalogue.documents()).encode(), format=RdfFormat.N_QUADS)
        if quad.predicate == CMP["related"]
    )
    hub, mean = Base().method(catalogue.slug(catalogue.hubs(1)[0])), found.total() / 600
    assert found.most_common(1)[0][0] == hub
    assert found[hub] > 20 * mean


def test_the_same_size_and_seed_give_the_same_catalogue() -> None:
    first, again, other = (list(Catalogue(SIZE, seed=seed).documents()) for seed in (1, 1, 2))
    assert first == again
    assert first != other
