"""One version of the embedded store as an rdflib Dataset, without a copy."""

from __future__ import annotations

from typing import Any, NoReturn

from oxrdflib import OxigraphStore
from rdflib import Dataset

from comparanda.namespaces import PREFIXES
from comparanda.stores.oxigraph import OxigraphReader


class ReadOnlyStore(OxigraphStore):
    """oxrdflib's store on an open version, which it keeps from being removed. What would change it is refused."""

    def __init__(self, reader: OxigraphReader) -> None:
        super().__init__(store=reader.database)
        self._reader = reader

    def add_graph(self, graph: Any) -> None:
        """Nothing: rdflib calls this also when a graph is only looked at."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("This Dataset cannot be changed; copy what you want to change into another Graph.")

    add = addN = remove = remove_graph = update = open = destroy = _refuse  # noqa: N815


def read_only_dataset(reader: OxigraphReader) -> Dataset:
    """A Dataset whose default graph is the union of all graphs, with the prefixes of the catalogue."""
    dataset = Dataset(store=ReadOnlyStore(reader), default_union=True)
    for prefix, iri in PREFIXES.items():
        dataset.bind(prefix, iri, replace=True)
    return dataset
