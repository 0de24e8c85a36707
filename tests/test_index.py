"""The index: what is found by which letters, lists and counts, and that it stays true while the graph changes."""

from __future__ import annotations

import itertools
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from comparanda.answers import Answers
from comparanda.catalogue import commit_all_or_nothing
from comparanda.catalogue.opening import make_store
from comparanda.errors import UnknownLanguage
from comparanda.index import Index, filling, links, lists
from comparanda.index.documents import NAME, SUMMARY
from comparanda.index.folding import fold, indexed_text, pieces
from comparanda.index.lists import Narrowing
from comparanda.index.reading import IndexReader, Listed
from comparanda.index.search import explained, search, suggest
from comparanda.index.snapshots import Snapshots
from comparanda.namespaces import CMP, OWL, RDF, SKOS, Base
from comparanda.queries import queries
from comparanda.shapes import shapes
from comparanda.stores.embedded import EmbeddedStore

EN = ("en",)
FOREST = "random-forest"
TABLES = {
    "method": "SELECT slug, listed, area, family, kind, year, decade, related, referenced FROM method"
    " WHERE listed OR referenced ORDER BY slug",
    "text": "SELECT slug, role, language, position, text, folded FROM text JOIN method ON id = method"
    " ORDER BY slug, role, language, position",
    "link": "SELECT s.slug, t.slug, kinds FROM link JOIN method AS s ON s.id = source"
    " JOIN method AS t ON t.id = target ORDER BY s.slug, t.slug",
    "facet": "SELECT * FROM facet ORDER BY role, language, area, family, decade",
    "area_link": "SELECT * FROM area_link ORDER BY source_area, target_area, kinds",
    "entry": "SELECT name, said FROM entry ORDER BY name",
    "elsewhere": "SELECT name, document FROM elsewhere ORDER BY name, document",
}


def read(index: Index) -> IndexReader:
    connected = index.connect()
    assert connected is not None
    return IndexReader(*connected)


def contents(index: Index) -> dict[str, list[tuple[object, ...]]]:
    """All that an index holds, without the numbers of methods."""
    reader = read(index)
    return {table: reader.rows(sql) for table, sql in TABLES.items()}


def edit(store: EmbeddedStore, base: Base, slug: str, change: Callable[[list[Triple]], list[Triple]]) -> None:
    """Commit what `change` makes of the triples of a method's entry."""
    document = base.document(base.method(slug))
    with store.writer() as writer:
        triples = change(writer.reader.construct(queries()["entry"].bind(document=document)))
        commit_all_or_nothing(writer, {document: triples}, None, base)


def slugs(found: Iterable[Listed]) -> list[str]:
    return [method.slug for method in found]


@pytest.fixture(scope="module")
def built(bundled: EmbeddedStore, base: Base, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The index of the bundled catalogue; tests only read it."""
    index = Index(tmp_path_factory.mktemp("index"), base)
    index.follow(bundled)
    return index


@pytest.fixture(scope="module")
def index(built: Index) -> IndexReader:
    return read(built)


@pytest.mark.parametrize(
    ("letters", "slug", "found"),
    [
        ("การวิเคราะห์ความแปรปรวน", "analysis-of-variance", "การวิเคราะห์ความแปรปรวน"),
        ("تحليل التباين", "analysis-of-variance", "تحليل التباين"),
        ("ANALYSE DE LA VARIANCE", "analysis-of-variance", "Analyse de la variance"),
        ("生存森林", "random-survival-forest", "随机生存森林"),
        ("森林", "random-survival-forest", "随机生存森林"),
        ("森", "random-survival-forest", "随机生存森林"),
        ("breiman", "random-forest", "Breiman, L."),
        ("k means", "k-means", None),
        ("rAnDóm förest", "random-forest", None),
    ],
)
def test_a_method_is_found_by_any_of_its_names_in_any_script(
    index: IndexReader, letters: str, slug: str, found: str | None
) -> None:
    suggested = {method.slug: method.found for method in suggest(index, letters, EN)}
    assert slug in suggested
    assert suggested[slug] == found


def test_the_first_letters_of_a_name_come_before_letters_inside_one(index: IndexReader) -> None:
    suggested = suggest(index, "rand", EN, 5)
    assert suggested[0].slug == FOREST
    assert all(fold(method.found or method.name).startswith("rand") for method in suggested)


def test_a_name_in_the_readers_language_is_what_is_found(index: IndexReader) -> None:
    found = suggest(index, "การวิเคราะห์ความแปรปรวน", ("th", "en"), 1)[0]
    assert (found.name, found.language, found.found) == ("การวิเคราะห์ความแปรปรวน", "th", None)


def test_all_words_must_be_found_in_whatever_order(index: IndexReader) -> None:
    assert FOREST in slugs(suggest(index, "breiman forest", EN))
    assert suggest(index, "forest breiman nosuchword", EN) == []


@pytest.mark.parametrize("letters", ["", "   ", '"', "'", "*", "\x1f", "\x00", "\udcff", "x" * 5_000, "%", "_"])
def test_letters_that_mean_something_to_an_engine_are_letters(index: IndexReader, letters: str) -> None:
    assert suggest(index, letters, EN) == []
    assert search(index, letters, EN).found == ()


def test_a_search_reads_summaries_too(index: IndexReader) -> None:
    matches = search(index, "forest", EN)
    assert matches.complete
    assert {match.role for match in matches.found} >= {NAME, SUMMARY}
    assert slugs(explained(index, matches.found, EN))[0] == FOREST
    assert "meta-analysis-article" in slugs(explained(index, search(index, "forest plot", EN).found, EN))


@pytest.mark.parametrize("word", ["ab", "abc", "abcd", "森", "森林", "สถิติ", "k"])
def test_the_pieces_of_a_word_are_among_those_of_a_text_that_holds_it(word: str) -> None:
    fed = indexed_text([fold(f"{word}x y"), "z"])
    for piece in pieces(fold(word)).split(" AND "):
        assert piece.strip('"').replace('""', '"') in fed


@pytest.mark.parametrize("wrong", ["k-maens", "andom-forest", "random-forrest", "analysis-of-varience", "zzzzzzzz"])
def test_the_index_names_the_same_slugs_like_a_wrong_one_as_a_search_through_all(
    wrong: str, built: Index, bundled: EmbeddedStore, base: Base, answers: Answers
) -> None:
    indexed = Answers(base, shapes(), snapshots=Snapshots(bundled, built))
    found = indexed.closest_slugs(bundled.reader(), [wrong])
    assert found[wrong][:1] == answers.closest_slugs(bundled.reader(), [wrong])[wrong][:1]


def test_the_index_knows_the_languages_that_only_names_are_in(tmp_path: Path, empty: EmbeddedStore, base: Base) -> None:
    known = Answers(base, shapes(), snapshots=Snapshots(empty, Index(tmp_path / "index", base)))
    with pytest.raises(UnknownLanguage, match="'tlh'"):
        known.known_language(empty.reader(), "tlh")
    named = [Triple(base.method("a"), RDF["type"], CMP["Method"])]
    named.append(Triple(base.method("a"), SKOS["prefLabel"], Literal("pov", language="tlh")))
    with empty.writer() as writer:
        writer.replace({base.document(base.method("a")): named})
        writer.commit()
    assert known.known_language(empty.reader(), "tlh-Latn") == "tlh"


@pytest.mark.parametrize("order", lists.ORDERS)
def test_pages_of_a_list_hold_every_method_once(index: IndexReader, order: str) -> None:
    whole = [
        method
        for offset in range(0, 700, 50)
        for method in lists.page(index, Narrowing(), order, ("th", "en"), offset, 50)
    ]
    assert len(whole) == len(set(whole)) == lists.total(index, Narrowing())


@pytest.mark.parametrize("order", lists.ORDERS)
@pytest.mark.parametrize("narrowing", [Narrowing(decade=("2010",)), Narrowing(summary="en"), Narrowing(summary="th")])
def test_an_order_is_the_same_whether_few_methods_are_sorted_or_many_passed_over(
    index: IndexReader, order: str, narrowing: Narrowing
) -> None:
    whole = lists.page(index, narrowing, order, ("fr", "en"), 0, 100_000)
    pages = [
        method
        for offset in range(0, len(whole), 40)
        for method in lists.page(index, narrowing, order, ("fr", "en"), offset, 40)
    ]
    assert whole == pages
    assert len(whole) == lists.total(index, narrowing)


def test_a_list_by_name_is_in_the_order_of_the_names_shown(index: IndexReader) -> None:
    shown = index.listed(lists.page(index, Narrowing(), "name", ("pt", "en"), 0, 1_000), ("pt", "en"))
    assert "Aprendizagem por Transferência com Modelo de Difusão" in [method.name for method in shown]
    assert [fold(method.name) for method in shown] == sorted(fold(method.name) for method in shown)


def test_counts_of_a_facet_are_what_the_list_then_holds(index: IndexReader) -> None:
    for narrowing in (
        Narrowing(),
        Narrowing(area=("deep-learning",)),
        Narrowing(decade=("2010", "2000"), summary="en"),
    ):
        for facet in ("area", "family", "decade"):
            for value, methods in lists.counts(index, narrowing.without(facet), facet)[:5]:
                narrowed = replace(narrowing, **{facet: (value,)})
                assert len(lists.page(index, narrowed, "year", EN, 0, 1_000)) == methods == lists.total(index, narrowed)


def test_counted_links_are_those_of_the_graph(index: IndexReader, bundled: EmbeddedStore, base: Base) -> None:
    rows = bundled.reader().select(queries()["method_related_count"].bind(method=base.method(FOREST)))
    stated = {str(row["direction"]): int(str(row["count"]).split('"')[1]) for row in rows}
    counted = links.counts_by_kind(index, FOREST)
    assert (counted["related"][""], counted["referenced"][""]) == (stated['"related"'], stated['"referenced by"'])


def test_a_path_leads_over_links_from_one_method_to_the_other(index: IndexReader) -> None:
    paths, complete = links.shortest_paths(index, FOREST, "analysis-of-variance")
    assert complete
    for path in paths:
        assert (path[0], path[-1]) == (FOREST, "analysis-of-variance")
        identifiers = list(index.identifiers(path).values())
        linked = {frozenset((pair.source, pair.target)) for pair in links.pairs_among(index, identifiers)}
        assert all({*step} in linked for step in itertools.pairwise(path))
    assert len({len(path) for path in paths}) == 1


def test_there_is_no_path_to_a_method_that_is_not_there(index: IndexReader) -> None:
    assert links.shortest_paths(index, FOREST, "no-such-method") == ([], True)


def test_a_neighbourhood_says_how_many_methods_it_leaves_out(index: IndexReader) -> None:
    pairs, left_out = links.neighbours(index, [FOREST], 5)
    assert len({slug for pair in pairs for slug in (pair.source, pair.target)}) == 6
    whole, nothing = links.neighbours(index, [FOREST], 1_000)
    everybody = {slug for pair in whole for slug in (pair.source, pair.target)}
    assert (nothing, left_out) == (0, len(everybody) - 6)


def test_after_any_edits_the_index_is_the_one_that_would_be_made_anew(tmp_path: Path, base: Base) -> None:
    """Names, areas, links and whole entries come and go; a fixed seed draws which."""
    store, chance = EmbeddedStore(tmp_path / "store"), random.Random(5)
    make_store(store, base)
    index = Index(tmp_path / "index", base)
    index.follow(store)
    known = [str(row[0]) for row in read(index).rows("SELECT slug FROM method WHERE listed ORDER BY slug")]
    areas = [NamedNode(f"{base.iri}vocabulary/area/{area}") for area in ("deep-learning", "bayesian", "sampling")]
    for _ in range(12):
        for slug in chance.sample(known, 3):
            edit(store, base, slug, lambda triples, slug=slug: drawn(triples, slug, known, areas, base, chance))
        index.follow(store)
    followed = contents(index)
    index.rebuild(store)
    assert followed == contents(index)
    for letters in ("forest", "x1", "การ"):
        assert slugs(suggest(read(index), letters, EN)) == slugs(suggest(read(index), letters, EN))


def test_what_a_change_counts_is_looked_up_and_not_searched_for(index: IndexReader) -> None:
    """No count of what changed reads a table of methods, texts or links from one end to the other."""
    index.rows("CREATE TEMP TABLE changed (id INTEGER PRIMARY KEY, moved INTEGER NOT NULL)")
    steps = [row[3] for count in filling.CHANGED_COUNTS for row in index.rows(f"EXPLAIN QUERY PLAN {count}", (1,))]
    assert "SEARCH text USING PRIMARY KEY (method=? AND role=?)" in steps
    assert {step for step in steps if step.startswith("SCAN")} <= {"SCAN changed", "SCAN counted"}


def drawn(
    triples: list[Triple], slug: str, known: list[str], areas: list[NamedNode], base: Base, chance: random.Random
) -> list[Triple]:
    """What becomes of an entry: taken out, or with another area, name, link, summary, or replaced by another."""
    thing, kind = base.method(slug), chance.randrange(6)
    if kind == 0:
        return []
    added = {
        1: Triple(thing, CMP["area"], chance.choice(areas)),
        2: Triple(thing, SKOS["altLabel"], Literal(f"x{chance.random()}")),
        3: Triple(thing, CMP["related"], base.method(chance.choice(known))),
        4: Triple(thing, SKOS["definition"], Literal("สรุป", language="th")),
        5: Triple(thing, OWL["deprecated"], Literal(True)),
    }[kind]
    dropped = added.predicate if kind == 1 else None
    return [triple for triple in triples if triple.predicate != dropped] + [added]


def test_an_open_index_stays_at_its_version_while_the_next_is_written(
    tmp_path: Path, empty: EmbeddedStore, base: Base
) -> None:
    index = Index(tmp_path / "index", base)
    snapshots = Snapshots(empty, index)
    before = snapshots.newest()
    name = Triple(base.method("new-method"), SKOS["prefLabel"], Literal("Quite new", language="en"))
    kind = Triple(
        base.method("new-method"), NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), CMP["Method"]
    )
    edit(empty, base, "new-method", lambda _: [name, kind])
    after = snapshots.newest()
    assert (before.index.version, after.index.version) == (before.reader.version, after.reader.version)
    assert suggest(before.index, "quite", EN) == []
    assert slugs(suggest(after.index, "quite", EN)) == ["new-method"]


def test_who_can_do_without_an_index_does_not_wait_for_one(tmp_path: Path, empty: EmbeddedStore, base: Base) -> None:
    index = Index(tmp_path / "index", base)
    snapshots, before = Snapshots(empty, index), empty.reader().version
    assert snapshots.at(before) is None
    assert index.version() is None
    index.follow(empty)
    kept = snapshots.at(before)
    assert kept is not None
    edit(empty, base, "new-method", lambda _: [Triple(base.method("new-method"), RDF["type"], CMP["Method"])])
    after = snapshots.at(empty.reader().version)
    assert after is not None
    assert (kept.version, after.version) == (before, empty.reader().version)
    assert snapshots.at(before) is None


def test_an_index_of_another_format_is_made_anew(tmp_path: Path, empty: EmbeddedStore, base: Base) -> None:
    index = Index(tmp_path / "index", base)
    index.follow(empty)
    with sqlite3.connect(next((tmp_path / "index").glob("*.sqlite"))) as database:
        database.execute("UPDATE state SET format = 1")
    database.close()
    assert index.version() is None
    assert index.follow(empty)
    assert index.version() == empty.reader().version


@pytest.mark.parametrize("order", ["year", "-year"])
def test_the_methods_of_a_decade_come_in_the_order_of_years_without_those_of_others(
    index: IndexReader, order: str
) -> None:
    """However the page is made, of few methods or of many."""
    decades = [decade for decade, _ in lists.counts(index, lists.Narrowing(), "decade") if decade]
    for narrowing in (lists.Narrowing(decade=(decades[0], decades[-1])), lists.Narrowing(decade=tuple(decades[-2:]))):
        whole = lists.page(index, narrowing, order, ("en",), 0, 10_000)
        assert set(whole) == lists.among(index, narrowing)
        assert lists.page(index, narrowing, order, ("en",), 0, 20) == whole[:20]


def test_kinds_of_few_methods_are_counted_among_these_alone(index: IndexReader) -> None:
    for area, _ in lists.counts(index, lists.Narrowing(), "area"):
        narrowing = lists.Narrowing(area=(area,), decade=("2010",))
        condition, values = narrowing.condition(few=True)
        rows = index.rows(f"SELECT kind FROM method WHERE {condition} AND kind <> ''", values)
        expected = Counter(kind for (kind,) in rows).most_common()
        assert sorted(lists.kinds(index, narrowing, 1_000) or ()) == sorted(expected)
