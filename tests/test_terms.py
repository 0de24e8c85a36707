"""Terms: text from outside becomes a legal RDF term or an error that says what to do."""

from __future__ import annotations

import pytest

from comparanda.errors import InvalidTerm
from comparanda.namespaces import DEFAULT_BASE, RDF, XSD, Base
from comparanda.terms import (
    MAX_LITERAL_CHARACTERS,
    MAX_SLUG_CHARACTERS,
    Literal,
    NamedNode,
    iri,
    language_tag,
    mint_slug,
    slug,
    text,
    year,
)


@pytest.mark.parametrize(
    "value", ["https://example.org/a#b", "urn:isbn:9780262035613", "mailto:a@b.c", "http://例え.jp/ü"]
)
def test_an_absolute_iri_stays_as_it_is(value: str) -> None:
    assert iri(value) == NamedNode(value)


@pytest.mark.parametrize("value", ["", "a", "/id/method/t-test", "//example.org/a", "#part", "?q=1", "../a"])
def test_iri_refuses_a_relative_iri(value: str) -> None:
    with pytest.raises(InvalidTerm, match="is not an absolute IRI"):
        iri(value)


@pytest.mark.parametrize("character", [*'<>"{}|^`\\ \t\n\r', "\x00", "\x7f", "\ud800"])
def test_iri_refuses_a_character_that_could_end_it(character: str) -> None:
    with pytest.raises(InvalidTerm):
        iri(f"http://example.org/{character}")


def test_iri_shows_at_most_two_hundred_characters_of_what_it_refuses() -> None:
    with pytest.raises(InvalidTerm) as caught:
        iri("x" * 10_000)
    assert caught.value.value == "x" * 200
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("value", ["", " ", "K-médias", "多数決", "a\tb\nc\rd", "\"\\'", "\u202eabc", "e\u0301", "😀"])
def test_text_keeps_every_character(value: str) -> None:
    assert text(value).value == value
    assert text(value, "pt").value == value


def test_text_without_a_language_is_a_plain_string() -> None:
    assert text("a").datatype == XSD["string"]
    assert text("a").language is None


def test_text_with_a_language_is_tagged_in_lower_case() -> None:
    assert text("a", "zh-Hant") == Literal("a", language="zh-hant")
    assert text("a", "pt").datatype == RDF["langString"]


@pytest.mark.parametrize("code", [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
def test_text_refuses_a_control_character_and_names_it(code: int) -> None:
    with pytest.raises(InvalidTerm, match=f"U\\+{code:04X}"):
        text(f"a{chr(code)}b", "en")


def test_text_takes_a_million_characters_and_no_more() -> None:
    assert len(text("x" * MAX_LITERAL_CHARACTERS).value) == MAX_LITERAL_CHARACTERS
    with pytest.raises(InvalidTerm, match="1,000,001 characters"):
        text("x" * (MAX_LITERAL_CHARACTERS + 1))


@pytest.mark.parametrize("tag", ["", "e", "en_GB", "en-", "en\n", "-en", "english language", "pt\u2011BR", "1n", "ẽn"])
def test_text_refuses_what_is_no_language_tag(tag: str) -> None:
    with pytest.raises(InvalidTerm, match="is not a language tag"):
        text("a", tag)


@pytest.mark.parametrize(("tag", "expected"), [("pt", "pt"), ("PT-br", "pt-br"), ("zh-Hant-TW", "zh-hant-tw")])
def test_language_tag_is_in_lower_case(tag: str, expected: str) -> None:
    assert language_tag(tag) == expected


@pytest.mark.parametrize(("value", "expected"), [(1908, "1908"), (763, "0763"), (2026, "2026")])
def test_a_year_has_four_digits(value: int, expected: str) -> None:
    assert year(value) == Literal(expected, datatype=XSD["gYear"])


@pytest.mark.parametrize("value", ["a", "t-test", "k-means-2", "2-stage-least-squares", "a" * 200])
def test_a_slug_stays_as_it_is(value: str) -> None:
    assert slug(value) == value


@pytest.mark.parametrize(
    "value",
    ["", "-", "-a", "a-", "a--b", "A", "a b", "a_b", "a.b", "a/b", "../a", "a\n", "ä", "٣", "a" * 201, "a%2Fb"],
)
def test_slug_refuses_what_is_none(value: str) -> None:
    with pytest.raises(InvalidTerm, match="is not a slug"):
        slug(value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Student's t-test", "students-t-test"),
        ("Área sob a curva (ROC)", "area-sob-a-curva-roc"),
        ("A\u0301rea", "area"),
        ("Крива навчання", "krivanavchannya"),
        ("  --  K   means!! ", "k-means"),
        ("ARIMA(p,d,q)", "arima-p-d-q"),
    ],
)
def test_a_slug_is_minted_from_the_letters_of_a_name(name: str, expected: str) -> None:
    assert mint_slug(name).replace("-", "") == expected.replace("-", "")
    assert slug(mint_slug(name)) == mint_slug(name)


@pytest.mark.parametrize("name", ["", "—", "…!?", "\u200b", "\ud800"])
def test_no_slug_is_minted_where_nothing_can_be_spelt(name: str) -> None:
    assert mint_slug(name) == ""


@pytest.mark.parametrize("name", ["word " * 100, "x" * 500, "多" * 500, "ab-" * 200])
def test_a_minted_slug_is_a_slug_of_at_most_a_hundred_characters(name: str) -> None:
    assert 0 < len(mint_slug(name)) <= MAX_SLUG_CHARACTERS
    assert slug(mint_slug(name))


def test_a_long_minted_slug_ends_with_a_whole_word() -> None:
    assert set(mint_slug("word " * 100).split("-")) == {"word"}


@pytest.mark.parametrize(
    ("thing", "document"),
    [
        ("id/method/t-test", "doc/method/t-test"),
        ("id/source/a-2001", "doc/source/a-2001"),
        ("doc/method/t-test", "doc/method/t-test"),
        ("doc/method/t-test#name-1", "doc/method/t-test"),
        ("vocabulary/area", "vocabulary/area"),
        ("vocabulary/area/finance", "vocabulary/area"),
    ],
)
def test_every_thing_has_the_document_that_its_iri_tells(thing: str, document: str) -> None:
    base = Base("https://example.org/methods/")
    assert base.document(NamedNode(base.iri + thing)) == NamedNode(base.iri + document)


def test_the_document_of_a_thing_of_others_is_its_own_iri_without_the_fragment() -> None:
    assert Base(DEFAULT_BASE).document(NamedNode("http://e.org/a#b")) == NamedNode("http://e.org/a")


def test_a_part_of_an_entry_is_a_fragment_of_its_document() -> None:
    base = Base(DEFAULT_BASE)
    part = base.part(base.work("a-2001"), "author-1")
    assert part.value == f"{DEFAULT_BASE}doc/source/a-2001#author-1"
    assert base.document(part) == base.document(base.work("a-2001"))
