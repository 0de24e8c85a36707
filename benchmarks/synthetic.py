"""Make a synthetic catalogue of any size out of the bundled one, as N-Quads.

    python benchmarks/synthetic.py 8000 --seed 1 --out catalogue.nq

The bundled entries are copied again and again, in an order of chance. Everything that is counted or measured stays as
it is in them: the numbers of names, links, sources and authors, years, areas and families, kinds, lengths of texts.
What makes an entry itself is new in each copy: names are put together from the words that names have in that language
(from runs of characters where a script has no spaces), links lead to methods of the whole catalogue, a few of which
are named by very many, and texts are made unique. The same numbers and seed give the same bytes; memory does not grow
with the size. Vocabularies are not among them: `comparanda init --empty` makes a store that has them.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from anyascii import anyascii
from pyoxigraph import NamedNode

from patterns import Source, Template

TEN_LANGUAGES = ("ar", "de", "en", "es", "fr", "ja", "ko", "ru", "th", "zh")
HUB_EXPONENT = 3  # the method of rank r is named r^(-2/3) times as often as the first, the tail of a citation network
FILE_BYTES = 4_000_000
SMALLEST = 50
_PRIME = 2_147_483_647


class Catalogue:
    """A synthetic catalogue of `size` methods."""

    def __init__(self, size: int, seed: int, languages: Iterable[str] | None = None) -> None:
        self._size, self._seed = size, seed
        self._source = Source(languages)
        self._order = list(range(len(self._source.methods)))
        random.Random(seed).shuffle(self._order)
        english = self._source.words["en"]
        self._english = [(piece, slug) for piece in english.pieces if (slug := _slug(piece))]
        self._counts = english.counts

    def documents(self) -> Iterator[str]:
        """The documents one by one: a method, then the sources and people that only it needed so far."""
        chance = random.Random(self._seed)
        done: set[NamedNode] = set()
        for number in range(self._size):
            copy, place = divmod(number, len(self._order))
            if place == 0:
                done = set()
            template = self._source.methods[self._order[place]]
            yield self._method(number, copy, template, chance)
            yield from self._needed(template, copy, done, chance)

    def slug(self, number: int) -> str:
        """The slug of the method of that number."""
        return "-".join([slug for _, slug in self._english_words(number)][:6]) + f"-{number}"

    def hubs(self, count: int) -> list[int]:
        """The numbers of the methods that are named most often."""
        return [rank * _PRIME % self._size for rank in range(count)]

    def _method(self, number: int, copy: int, template: Template, chance: random.Random) -> str:
        values = {"self": self.slug(number), "copy": str(copy)}
        for tag in template.languages:
            values[f"name_{tag}"] = self._source.words[tag].name(chance)
        values["name_en"] = " ".join(word for word, _ in self._english_words(number))
        for place in range(template.other_names):
            values[f"other{place}"] = f"{self._source.other_words.name(chance)} {place + 1}"
        for place, target in enumerate(self._targets(number, template.links, chance)):
            values[f"link{place}"] = self.slug(target)
        return template.text % values

    def _needed(self, template: Template, copy: int, done: set[NamedNode], chance: random.Random) -> Iterator[str]:
        for name in template.needs:
            if name not in done and name in self._source.others:
                done.add(name)
                other = self._source.others[name]
                yield other.text % {"copy": copy, "person": self._source.people.name(chance)}
                yield from self._needed(other, copy, done, chance)

    def _targets(self, number: int, count: int, chance: random.Random) -> list[int]:
        """As many other methods, each once."""
        targets: dict[int, None] = {}
        while len(targets) < count:
            rank = int(self._size * chance.random() ** HUB_EXPONENT)
            target = rank * _PRIME % self._size  # hubs lie anywhere in the catalogue
            if target != number:
                targets[target] = None
        return list(targets)

    def _english_words(self, number: int) -> list[tuple[str, str]]:
        """The words of the English name, from the number alone: a link needs the slug of a method not yet made."""
        words, counts = self._english, self._counts
        count = counts[hash((self._seed, number)) % len(counts)]  # whole numbers hash alike in every process
        return [words[hash((self._seed, number, place)) % len(words)] for place in range(count)]


def _slug(word: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", anyascii(word).lower()).strip("-")


def write(documents: Iterable[str], target: str) -> None:
    """Write to a file ending in .nq or .nq.gz, to standard output (`-`), or into a directory, as files to import."""
    if target == "-":
        sys.stdout.writelines(documents)
    elif target.endswith(".nq.gz"):
        with gzip.open(target, "wt", compresslevel=1, encoding="utf-8") as packed:
            packed.writelines(documents)
    elif target.endswith(".nq"):
        with open(target, "w", encoding="utf-8", buffering=1 << 20) as file:
            file.writelines(documents)
    else:
        _write_files(documents, Path(target))


def _write_files(documents: Iterable[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file: IO[str] | None = None
    number = written = 0
    for document in documents:
        if file is None or written > FILE_BYTES:
            if file is not None:
                file.close()
            number, written = number + 1, 0
            file = open(folder / f"{number:06d}.nq", "w", encoding="utf-8")  # noqa: SIM115
        file.write(document)
        written += len(document.encode())
    if file is not None:
        file.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a synthetic catalogue of any size, as N-Quads.")
    parser.add_argument("size", type=int, help=f"number of methods, {SMALLEST} or more")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--out", default="-", help="file ending in .nq or .nq.gz, - for standard output, or a directory"
    )
    parser.add_argument("--ten-languages", action="store_true", help=f"names in {' '.join(TEN_LANGUAGES)} everywhere")
    given = parser.parse_args()
    if given.size < SMALLEST:
        parser.error(f"size must be {SMALLEST} or more")
    catalogue = Catalogue(given.size, given.seed, TEN_LANGUAGES if given.ten_languages else None)
    write(catalogue.documents(), given.out)


if __name__ == "__main__":
    main()
