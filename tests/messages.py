"""What the interface says, and how far each language goes: `python tests/messages.py` brings the catalogues up to date.

Messages are taken from the templates and from Python; catalogues keep their translations, and keep what nothing says
any more as obsolete entries, out of which a message that comes back takes its translation.
"""

from __future__ import annotations

import io
import string
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

PACKAGE = Path(__file__).resolve().parent.parent / "server" / "comparanda"
TRANSLATIONS = PACKAGE / "translations"
KEYWORDS = {
    "_": None,
    "_n": (1, 2),
    "gettext_noop": None,
    "translate": (2,),
    "translate_plural": (2, 3),
}
HEADER = """# Interface strings of Comparanda.
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plural_forms}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""

Identifier = str | tuple[str, str]  # a tuple of singular and plural


@cache
def extracted() -> set[Identifier]:
    """All messages of templates and Python files."""
    found: set[Identifier] = set()
    for path in sorted(PACKAGE.rglob("*.*")):
        method = {".html": babel_extract, ".py": "python"}.get(path.suffix)
        if method:
            with path.open("rb") as file:
                found |= {message for _, message, _, _ in extract(method, file, KEYWORDS)}
    return found


def catalogues() -> Iterator[tuple[str, Catalog]]:
    """Language and catalogue of each file."""
    for path in sorted(TRANSLATIONS.glob("*.po")):
        with path.open("rb") as file:
            yield path.stem, read_po(file, locale=path.stem)


def messages(catalogue: Catalog) -> dict[Identifier, Message]:
    return {message.id: message for message in catalogue if message.id}


def is_translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def placeholders(text: str) -> set[str]:
    """The names in `{braces}`."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def updated(language: str, catalogue: Catalog, wanted: set[Identifier]) -> Catalog:
    """A catalogue with the wanted messages and the translations that there are; the rest is obsolete."""
    known = messages(catalogue) | {message.id: message for message in catalogue.obsolete.values()}
    new = Catalog(locale=language)
    for identifier in wanted:
        new.add(identifier, known[identifier].string if identifier in known else "")
    for identifier in known.keys() - wanted:
        if is_translated(known[identifier]):
            new.obsolete[new._key_for(identifier)] = known[identifier]
    return new


def written(language: str, catalogue: Catalog) -> bytes:
    """A catalogue as its file: sorted, without places and dates, which would change with everything."""
    body = io.BytesIO()
    write_po(body, catalogue, width=0, omit_header=True, no_location=True, sort_output=True)
    header = HEADER.format(language=language, plural_forms=catalogue.plural_forms)
    return (header + "\n" + body.getvalue().decode()).rstrip().encode() + b"\n"


if __name__ == "__main__":
    said = extracted()
    for tag, found in catalogues():
        new = updated(tag, found, said)
        (TRANSLATIONS / f"{tag}.po").write_bytes(written(tag, new))
        missing = sum(not is_translated(message) for message in messages(new).values())
        sys.stdout.write(f"{tag}: {len(said)} messages, {missing} to translate\n")
