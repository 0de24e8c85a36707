"""Hostile documents are parsed in a process that can be killed: the caller gets N-Quads or an error, and lives."""

from __future__ import annotations

import contextlib
import re
import resource
import time
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Quad, RdfFormat

from comparanda.errors import UnknownFormat, UnreadableInput
from comparanda.formats import GRAPH_FORMATS, find_format
from comparanda.isolation import Limits, parse_isolated
from comparanda.terms import Literal, NamedNode

BASE_IRI = "https://example.org/methods/"
A, B = NamedNode("urn:a"), NamedNode("urn:b")


def parse(content: bytes | str, format_name: str = "ttl", limits: Limits | None = None) -> list[Quad]:
    data = content if isinstance(content, bytes) else content.encode()
    quads = parse_isolated(data, format_name, BASE_IRI, f"hostile.{format_name}", limits)
    return list(pyoxigraph.parse(quads, format=RdfFormat.N_QUADS))


def refusal(content: bytes | str, format_name: str = "ttl", limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableInput) as caught:
        parse(content, format_name, limits)
    assert caught.value.status == 422
    assert caught.value.value == f"hostile.{format_name}"
    assert caught.value.to_do
    assert "Traceback" not in caught.value.what
    return caught.value.what


@pytest.mark.parametrize("known", GRAPH_FORMATS, ids=lambda known: known.name)
def test_every_format_is_parsed_to_the_same_quads(known: object) -> None:
    triple = Quad(A, B, Literal('é \\ " \n 多', language="fr")).triple
    form = known.rdf  # type: ignore[attr-defined]
    content = pyoxigraph.serialize([triple], format=form)
    assert content is not None
    assert [quad.triple for quad in parse(content, known.name)] == [triple]  # type: ignore[attr-defined]


def test_named_graphs_are_kept() -> None:
    assert parse("<urn:g> { <urn:a> <urn:b> <urn:a> }", "trig") == [Quad(A, B, A, NamedNode("urn:g"))]


def test_an_unknown_format_is_refused_before_anything_is_read() -> None:
    with pytest.raises(UnknownFormat, match="ttl is closest"):
        find_format("tttl", GRAPH_FORMATS)


def test_blank_nodes_of_two_documents_are_never_the_same() -> None:
    content = "_:x <urn:b> _:x ."
    [first], [second] = parse(content), parse(content)
    assert first.subject == first.object
    assert first.subject != second.subject


# Text that is not what it should be


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("<urn:a> <urn:b> .\n", 1),
        ("<urn:a> <urn:b> <urn:a> .\n\n<urn:a> <urn:b> <urn:a>\n<urn:a> <urn:b> <urn:a> .\n", 4),
        ("@prefix a: <urn:a> .\n# a comment\nb:c a:b a:c .\n", 3),
        ('<urn:a> <urn:b> "never closed .\n', 1),
    ],
)
def test_a_syntax_error_carries_its_line(content: str, line: int) -> None:
    message = refusal(content)
    assert message.startswith("hostile.ttl is no valid ttl: ")
    assert re.search(rf"\bline {line}\b", message)


def test_a_byte_order_mark_is_no_error() -> None:
    assert parse(b"\xef\xbb\xbf<urn:a> <urn:b> <urn:a> .") == [Quad(A, B, A)]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_document_that_is_not_utf_8_is_refused(encoding: str) -> None:
    assert "is no valid ttl" in refusal('<urn:a> <urn:b> "Médias" .'.encode(encoding))


@pytest.mark.parametrize("known", GRAPH_FORMATS, ids=lambda known: known.name)
@pytest.mark.parametrize("content", [b"", b"  \n", b"\xef\xbb\xbf"], ids=["empty", "spaces", "mark"])
def test_an_empty_document_is_refused_in_every_format(known: object, content: bytes) -> None:
    assert "is no valid" in refusal(content, known.name)  # type: ignore[attr-defined]


def test_a_document_without_a_triple_is_refused() -> None:
    assert "it holds no triple" in refusal("@prefix a: <urn:a> .\n# nothing else\n")


# Names


@pytest.mark.parametrize(
    ("content", "format_name"),
    [
        ("<id/a> <#p> <> .", "ttl"),
        ("@base <id/> . <a> <../#p> <..> .", "ttl"),
        ("{ <id/a> <#p> <> }", "trig"),
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="https://example.org/methods/#">'
            '<rdf:Description rdf:about="id/a"><p rdf:resource=""/></rdf:Description></rdf:RDF>',
            "rdf",
        ),
        ('{"@id": "id/a", "https://example.org/methods/#p": {"@id": ""}}', "jsonld"),
    ],
)
def test_a_relative_iri_is_resolved_against_the_base_and_never_a_file(content: str, format_name: str) -> None:
    [quad] = parse(content, format_name)
    assert quad == Quad(NamedNode(f"{BASE_IRI}id/a"), NamedNode(f"{BASE_IRI}#p"), NamedNode(BASE_IRI))


@pytest.mark.parametrize("format_name", ["nt", "nq"])
def test_a_relative_iri_is_refused_where_the_format_has_none(format_name: str) -> None:
    assert "is no valid" in refusal("<a> <b> <c> .\n", format_name)


@pytest.mark.parametrize(
    "term",
    [
        "<http://a b>",
        "<http://a{}>",
        '"a"@en_GB',
        '"a"^^<no scheme>',
        '"1"^^<http://d> } } ; DROP ALL ; INSERT DATA {<a:>',
    ],
)
def test_a_term_that_is_not_legal_is_refused(term: str) -> None:
    assert "is no valid ttl" in refusal(f"<urn:a> <urn:b> {term} .")


# Bombs and links


def test_a_billion_laughs_are_refused_at_once() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = (
        f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "laugh">{entities}]>'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e">'
        '<rdf:Description rdf:about="urn:a"><e:b>&l9;</e:b></rdf:Description></rdf:RDF>'
    )
    begin = time.monotonic()
    assert "a DOCTYPE or ENTITY declaration is not allowed" in refusal(bomb, "rdf")
    assert time.monotonic() - begin < 10


def test_a_file_is_not_read_by_an_external_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    document = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{secret.as_uri()}">]><r>&x;</r>'
    assert "DOCTYPE or ENTITY" in refusal(document, "rdf")


@pytest.mark.parametrize("context", ["http://127.0.0.1:9/context.jsonld", "file:///etc/hostname", "context.jsonld"])
def test_a_context_that_lies_elsewhere_is_refused(context: str) -> None:
    message = refusal(f'{{"@context": "{context}", "@id": "urn:a", "name": "A"}}', "jsonld")
    assert "is no valid jsonld" in message


def test_a_context_in_the_document_is_read() -> None:
    document = '{"@context": {"name": "urn:b"}, "@id": "urn:a", "name": "A"}'
    assert parse(document, "jsonld") == [Quad(A, B, Literal("A"))]


@pytest.mark.parametrize(
    ("content", "format_name"),
    [
        ("<urn:a> <urn:b> " + "<<( <urn:a> <urn:b> " * 20_000 + "<urn:a>" + " )>>" * 20_000 + " .", "ttl"),
        ("<urn:a> <urn:b> " + "<<( <urn:a> <urn:b> " * 20_000 + "<urn:a>" + " )>>" * 20_000 + " .", "nt"),
        ("<urn:a> <urn:b> " + "[ <urn:b> " * 5_000 + "<urn:a>" + " ]" * 5_000 + " .", "ttl"),
        ("<urn:a> <urn:b> " + "( " * 5_000 + ")" * 5_000 + " .", "ttl"),
    ],
    ids=["triple-terms", "triple-terms-nt", "blank-nodes", "lists"],
)
def test_deep_nesting_gives_quads_or_an_error_and_leaves_the_caller_alive(content: str, format_name: str) -> None:
    with contextlib.suppress(UnreadableInput):
        assert parse_isolated(content.encode(), format_name, BASE_IRI, "deep", Limits(deadline_s=20))
    assert parse("<urn:a> <urn:b> <urn:a> .") == [Quad(A, B, A)]


def test_what_takes_too_long_is_given_up() -> None:
    nested = '{"urn:b": ' * 20_000 + '"x"' + "}" * 20_000
    begin = time.monotonic()
    assert refusal(nested, "jsonld", Limits(deadline_s=0.5)).startswith("hostile.jsonld ")
    assert time.monotonic() - begin < 10


def test_what_takes_too_much_memory_is_given_up() -> None:
    text = f'<urn:a> <urn:b> "{"x" * 40_000_000}" .'
    assert "too deep or too large" in refusal(text, limits=Limits(max_memory_bytes=150_000_000))


def test_the_limits_are_those_of_the_child_only() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    parse("<urn:a> <urn:b> <urn:a> .", limits=Limits(max_memory_bytes=500_000_000))
    assert resource.getrlimit(resource.RLIMIT_AS) == before
