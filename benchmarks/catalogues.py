"""Stores of synthetic catalogues, each made once and kept in a folder for all benchmarks."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph
from pyoxigraph import RdfFormat

from comparanda.catalogue.bulk import import_dumps
from comparanda.catalogue.bundle import vocabulary_quads
from comparanda.catalogue.opening import make_store, open_index
from comparanda.catalogue.staging import Staging
from comparanda.namespaces import Base
from comparanda.settings import Settings
from comparanda.shapes import shapes
from comparanda.stores.embedded import EmbeddedStore
from synthetic import TEN_LANGUAGES, Catalogue

HOME = Path(tempfile.gettempdir()) / "comparanda-benchmarks"
SEED = 1
PACKED_FROM = 500_000  # methods; a million take 26 GB otherwise


@dataclass(frozen=True)
class Made:
    """A catalogue of `size` methods named in ten languages: `store` is Comparanda's, `database` Oxigraph's in it."""

    size: int
    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @property
    def settings(self) -> Settings:
        return Settings.from_environment({}, store=str(self.store))

    @property
    def database(self) -> Path:
        store = EmbeddedStore(self.store)
        return self.store / "versions" / f"{store.version():06d}"

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(self.size, SEED, TEN_LANGUAGES)

    def entries(self) -> Path:
        """A file of N-Quads with the entries."""
        name = "entries.nq.gz" if self.size >= PACKED_FROM else "entries.nq"
        file, partial = self.folder / name, self.folder / f"partial-{name}"
        self.folder.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            script = Path(__file__).resolve().parent / "synthetic.py"
            options = [str(self.size), "--seed", str(SEED), "--ten-languages", "--out", str(partial)]
            subprocess.run([sys.executable, str(script), *options], check=True)
            partial.rename(file)
        return file

    def quads(self) -> list[Path]:
        """Files of N-Quads with all that is in the store: entries and vocabularies."""
        vocabularies = self.folder / "vocabularies.nq"
        pyoxigraph.serialize(vocabulary_quads(Base()), str(vocabularies), RdfFormat.N_QUADS)
        return [vocabularies, self.entries()]


def planned(size: int, home: Path) -> Made:
    """The catalogue of that size, of which nothing needs to be there yet."""
    return Made(size, home / (f"{size // 1000}k" if size % 1000 == 0 else str(size)))


def made(size: int, home: Path) -> Made:
    """The catalogue of that size, its store made now if it is not there."""
    found = planned(size, home)
    if not (found.folder / "finished").exists():
        print(f"Making a store of {size:,} methods in {found.folder} …", file=sys.stderr)
        _make(found)
        (found.folder / "finished").touch()
    open_index(found.settings).follow(EmbeddedStore(found.store))  # made anew where its form has changed
    return found


def _make(wanted: Made) -> None:
    base, store = Base(), EmbeddedStore(wanted.store)
    make_store(store, base, empty=True)
    outcome = import_dumps(store, Staging(store, [wanted.entries()], base), shapes(), open_index(wanted.settings))
    assert not outcome.rejected, "the gate refuses synthetic entries"
