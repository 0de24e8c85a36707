"""The one place where text from outside becomes RDF terms.

Terms are built by pyoxigraph's constructors, which refuse what is not legal; rdflib's constructors do not
(a datatype IRI built by rdflib can end a SPARQL update and begin another).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TypeAlias

from anyascii import anyascii
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from comparanda.errors import InvalidTerm
from comparanda.namespaces import XSD

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
GraphName: TypeAlias = NamedNode | BlankNode | DefaultGraph
__all__ = ["BlankNode", "GraphName", "Literal", "NamedNode", "Quad", "Term", "Triple"]

MAX_LITERAL_CHARACTERS = 1_000_000
MAX_SLUG_CHARACTERS = 100

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")


def iri(value: str) -> NamedNode:
    """An absolute IRI.

    >>> iri("https://example.org/a").value
    'https://example.org/a'

    Raises:
        InvalidTerm: `value` is relative or no IRI.
    """
    try:
        return NamedNode(value)
    except ValueError as error:
        raise InvalidTerm(
            f"{value[:200]!r} is not an absolute IRI ({error}).",
            value=value[:200],
            to_do="Give an IRI with its scheme, such as https://…",
        ) from error


def text(value: str, language: str | None = None) -> Literal:
    """A literal with a language tag, or a plain string.

    >>> str(text("K-médias", "pt"))
    '"K-médias"@pt'

    Raises:
        InvalidTerm: control characters, more than a million characters, or no language tag.
    """
    if len(value) > MAX_LITERAL_CHARACTERS:
        raise InvalidTerm(
            f"A text of {len(value):,} characters is longer than {MAX_LITERAL_CHARACTERS:,}.",
            value=value[:80],
            to_do="Shorten it.",
        )
    found = CONTROL.search(value)
    if found:
        raise InvalidTerm(
            f"The text {value[:80]!r} holds the control character U+{ord(found.group()):04X}.",
            value=value[:80],
            to_do="Remove it.",
        )
    try:
        if language is None:
            return Literal(value)
        return Literal(value, language=language_tag(language))
    except UnicodeEncodeError as error:
        raise InvalidTerm(
            f"The text {value[:80]!r} is no Unicode text.", value=repr(value[:80]), to_do="Correct it."
        ) from error
    except ValueError as error:
        raise InvalidTerm(
            f"{language!r} is not a language tag ({error}).", value=language, to_do="Use a BCP 47 tag such as pt."
        ) from error


def year(value: int) -> Literal:
    """An xsd:gYear.

    >>> str(year(1908))
    '"1908"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    """
    return Literal(f"{value:04d}", datatype=XSD["gYear"])


def slug(value: str) -> str:
    """`value` if it is a slug: ASCII letters in lower case, digits and single hyphens.

    Raises:
        InvalidTerm: it is none.
    """
    if not SLUG.match(value) or len(value) > 200:
        raise InvalidTerm(
            f"{value[:200]!r} is not a slug.",
            value=value[:200],
            to_do="Use lower-case ASCII letters, digits and single hyphens, such as t-test.",
        )
    return value


def language_tag(value: str) -> str:
    """`value` in lower case if it has the form of a BCP 47 tag.

    Raises:
        InvalidTerm: it has not.
    """
    if not _LANGUAGE.match(value):
        raise InvalidTerm(
            f"{value[:80]!r} is not a language tag.", value=value[:80], to_do="Use a BCP 47 tag such as pt or zh-Hant."
        )
    return value.lower()


def mint_slug(name: str) -> str:
    """A slug from a name in any script; empty where nothing of the name can be spelt in ASCII.

    >>> mint_slug("Análise de componentes (ACP)")
    'analise-de-componentes-acp'
    >>> mint_slug("多数決")
    'duoshujue'
    """
    spelt = anyascii(unicodedata.normalize("NFC", name)).lower().replace("'", "")
    whole = re.sub(r"[^a-z0-9]+", "-", spelt).strip("-")
    if len(whole) <= MAX_SLUG_CHARACTERS:
        return whole
    return whole[: MAX_SLUG_CHARACTERS + 1].rsplit("-", 1)[0][:MAX_SLUG_CHARACTERS].strip("-")
