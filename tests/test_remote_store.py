"""Writing to remote stores: one writer at a time, versions that are true, nothing lost; on two real engines."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from comparanda.catalogue import now
from comparanda.catalogue.description import commit_described, describe_anew
from comparanda.catalogue.figures import count_figures, read_figures
from comparanda.catalogue.opening import fill_remote
from comparanda.errors import StoreError, StoreInUse, StoreRefusal
from comparanda.namespaces import CMP, FOAF, OWL, PROV, RDF, SKOS, XSD, Base
from comparanda.queries import queries
from comparanda.stores import Reader, remote_writer
from comparanda.stores.credentials import Credentials
from comparanda.stores.embedded import EmbeddedStore
from comparanda.stores.endpoint import Access
from comparanda.stores.remote import RemoteStore
from comparanda.stores.remote_versions import NO_VERSION, KnownVersion, number_of
from engines import running_oxigraph, running_virtuoso
from misbehaving import Request, answer, sends, serving

BASE = Base()
SAYS, METHOD = SKOS["note"], BASE.method("counting")


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def access(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    """An engine with the vocabularies and one method."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "oxigraph":
        with running_oxigraph(folder) as found:
            yield filled(found)
    else:
        with running_virtuoso(folder) as engine:
            yield filled(engine.access)


def filled(access: Access) -> Access:
    store = RemoteStore(access, BASE)
    assert fill_remote(store, BASE, empty=True) is not None
    with store.writer() as writer:
        writer.replace({BASE.document(METHOD): [Triple(METHOD, RDF["type"], CMP["Method"])]})
        commit_described(writer, BASE, now())
    return access


@pytest.fixture
def store(access: Access) -> RemoteStore:
    """A server's view of the engine, which asks for the version each time."""
    return RemoteStore(replace(access, graphs_url=""), BASE, fresh_s=0.0)


def another(store: RemoteStore) -> RemoteStore:
    """What another server sees."""
    return RemoteStore(store.endpoint.access, BASE, fresh_s=0.0)


def document(name: str) -> NamedNode:
    return BASE.document(BASE.person(name))


def entry(name: str, *notes: str) -> set[Triple]:
    person = BASE.person(name)
    said = {Triple(person, SAYS, Literal(note)) for note in notes}
    return {Triple(person, RDF["type"], FOAF["Person"]), Triple(person, FOAF["name"], Literal(name)), *said}


def commit(store: RemoteStore, *names: str, notes: tuple[str, ...] = (), wait_s: float = 0.0) -> str:
    with store.writer(wait_s) as writer:
        writer.replace({document(name): entry(name, *notes) for name in names})
        return commit_described(writer, BASE, now())


def triples(reader: Reader, graph: NamedNode) -> set[Triple]:
    return set(reader.construct(queries()["entry"].bind(document=graph)))


def stated(reader: Reader) -> object:
    return read_figures(triples(reader, BASE.document(BASE.catalogue())), BASE.catalogue())


# Filling


def test_a_remote_store_is_filled_with_what_an_embedded_one_is_made_with(
    store: RemoteStore, empty: EmbeddedStore
) -> None:
    reader, own = store.reader(), empty.reader()
    for scheme in ("area", "family"):
        graph = BASE.scheme(scheme)
        assert triples(reader, graph) == triples(own, graph) != set()


def test_a_remote_store_that_holds_a_catalogue_is_not_filled_again(store: RemoteStore) -> None:
    before = store.reader().version
    assert before != NO_VERSION
    assert fill_remote(store, BASE) is None
    assert store.reader().version == before


# Commits


def test_what_is_committed_is_seen_by_other_servers_under_the_next_version(store: RemoteStore) -> None:
    before, other = store.reader().version, another(store)
    version = commit(store, "ada")
    assert number_of(version) == number_of(before) + 1
    assert store.reader().version == other.reader().version == version
    assert triples(other.reader(), document("ada")) == entry("ada")
    commit_empty(store, "ada")
    assert triples(other.reader(), document("ada")) == set()


def commit_empty(store: RemoteStore, name: str) -> None:
    with store.writer() as writer:
        writer.replace({document(name): []})
        commit_described(writer, BASE, now())


def test_the_description_is_brought_forward_by_what_changed_and_agrees_with_what_is_counted(
    store: RemoteStore,
) -> None:
    commit(store, "bea", "carl", notes=("one", "two"))
    commit(store, "bea", notes=("two",))
    commit_empty(store, "carl")
    reader = store.reader()
    counted = count_figures(reader, (BASE.document(BASE.catalogue()), BASE.changes()))
    assert stated(reader) == counted


def test_the_steps_between_versions_name_the_graphs_that_changed(store: RemoteStore) -> None:
    before = store.reader().version
    first, second = commit(store, "dora", "emil"), commit(store, "fay")
    assert another(store).changes(before, second) == set(map(document, ("dora", "emil", "fay")))
    assert another(store).changes(first, second) == {document("fay")}
    assert store.changes(second, second) == set()


def test_the_steps_to_a_version_of_another_life_of_the_store_are_not_known(store: RemoteStore) -> None:
    """A store that was emptied and filled again comes to the same numbers."""
    version = commit(store, "gus")
    assert store.changes(f"{number_of(version) - 1}-00000000", version) is None
    assert store.changes(version, f"{number_of(version)}-00000000") is None


def test_a_version_that_names_no_graph_may_have_changed_any(store: RemoteStore) -> None:
    before = store.reader().version
    assert store.changes(before, describe_anew(store, BASE, now())) is None


@pytest.mark.parametrize("by_graph", [False, True], ids=["update", "put"])
def test_a_large_commit_goes_in_pieces_each_of_which_is_a_version_with_whole_entries(
    store: RemoteStore, access: Access, by_graph: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_writer, "PIECE_TRIPLES", 10)
    large = RemoteStore(replace(access, graphs_url=access.graphs_url if by_graph else ""), BASE, fresh_s=0.0)
    names, before = [f"p{number}" for number in range(8)], store.reader().version
    version = commit(large, *names, notes=("one", "two"))
    assert number_of(version) == number_of(before) + 4
    assert store.changes(before, version) == set(map(document, names))
    for name in names:
        assert triples(store.reader(), document(name)) == entry(name, "one", "two")
    with large.writer() as writer:
        writer.replace({document(name): [] for name in names})
        commit_described(writer, BASE, now())
    assert not any(triples(store.reader(), document(name)) for name in names)


def test_a_graph_of_six_thousand_triples_is_written_whole(store: RemoteStore) -> None:
    """Virtuoso's compiler takes no INSERT DATA of so many."""
    notes = tuple(f"note {number}" for number in range(6_000))
    commit(store, "large", notes=notes)
    assert triples(store.reader(), document("large")) == entry("large", *notes)
    commit_empty(store, "large")


def test_truth_values_and_hostile_texts_come_back_as_they_were(store: RemoteStore) -> None:
    """Virtuoso keeps truth values as numbers."""
    hostile = '" } } ; CLEAR ALL ; INSERT DATA { <a:b> <a:b> "\\u0022 \\ \n\r\t \' é 😀 多数決 \u202e'
    values = [Literal(hostile, language="pt-br"), Literal(True), Literal("1815", datatype=XSD["gYear"])]
    written = {Triple(BASE.person("hal"), SAYS, value) for value in values}
    with store.writer() as writer:
        writer.replace({document("hal"): written})
        writer.commit()
    reader = store.reader()
    assert triples(reader, document("hal")) == written
    assert {quad.triple for quad in reader.within({document("hal")})} == written
    rows = reader.select(f"SELECT ?value WHERE {{ GRAPH {document('hal')} {{ ?s ?p ?value }} }}")
    assert {row["value"] for row in rows} == set(values)
    commit_empty(store, "hal")


# Several writers


def counted(store: RemoteStore) -> int:
    """Add one to a number, as a server does that reads an entry, changes and writes it."""
    with store.writer(wait_s=60) as writer:
        held = [triple.object for triple in triples(writer.before, document("counter"))]
        number = int(held[0].value) + 1 if held else 1  # type: ignore[union-attr]
        writer.replace({document("counter"): [Triple(BASE.person("counter"), SAYS, Literal(str(number)))]})
        writer.commit()
    return number


def test_four_servers_that_count_at_once_lose_no_count(store: RemoteStore) -> None:
    """Both engines lose some where each client sends one update that counts."""
    before = number_of(store.reader().version)
    servers = [another(store) for _ in range(4)]
    with ThreadPoolExecutor(4) as together:
        numbers = list(together.map(counted, servers * 5))
    assert sorted(numbers) == list(range(1, 21))
    assert triples(store.reader(), document("counter")) == {Triple(BASE.person("counter"), SAYS, Literal("20"))}
    assert number_of(store.reader().version) == before + 20
    commit_empty(store, "counter")


def test_while_one_writes_another_is_told_so(store: RemoteStore) -> None:
    with store.writer(), pytest.raises(StoreInUse, match="Somebody else is writing"):
        commit(another(store), "ida")
    commit(another(store), "ida")


def test_a_commit_whose_ground_has_moved_is_refused_and_nothing_of_it_is_written(store: RemoteStore) -> None:
    """As after a standstill that was longer than the lease."""
    with store.writer() as writer:
        writer.replace({document("jo"): entry("jo")})
        store.endpoint.update(f"DELETE WHERE {{ GRAPH {BASE.changes()} {{ ?claim {PROV['startedAtTime']} ?began }} }}")
        version = commit(another(store), "kim")
        with pytest.raises(StoreInUse, match="stood still"):
            commit_described(writer, BASE, now())
    assert store.reader().version == version
    assert triples(store.reader(), document("jo")) == set()


def test_what_something_else_than_a_server_wrote_meanwhile_is_not_overwritten(store: RemoteStore) -> None:
    """As a loader of the store's own does, which makes no claim."""
    with store.writer() as writer:
        writer.replace({document("jo"): entry("jo")})
        catalogue = BASE.catalogue()
        version = f"GRAPH {BASE.document(catalogue)} {{ {catalogue} {OWL['versionInfo']}"
        store.endpoint.update(f"DELETE WHERE {{ {version} ?v }} }} ; INSERT DATA {{ {version} '1000' }} }}")
        with pytest.raises(StoreInUse, match="has written"):
            commit_described(writer, BASE, now())
    assert triples(store.reader(), document("jo")) == set()


def test_a_claim_that_a_dead_writer_left_ends_with_its_lease_by_the_clock_of_the_store(store: RemoteStore) -> None:
    left = f"GRAPH {BASE.changes()} {{ <urn:uuid:0000> {PROV['startedAtTime']}"
    store.endpoint.update(f"INSERT {{ {left} ?now }} }} WHERE {{ BIND (NOW() AS ?now) }}")
    with pytest.raises(StoreInUse):
        commit(store, "lea")
    long_ago = Literal("2020-02-29T12:00:00Z", datatype=XSD["dateTime"])
    store.endpoint.update(f"DELETE WHERE {{ {left} ?now }} }} ; INSERT DATA {{ {left} {long_ago} }} }}")
    commit(store, "lea")
    assert not store.reader().select(f"SELECT ?began WHERE {{ {left} ?began }} }}")


# A network that loses something


@dataclass
class Relay:
    """Hands requests on to an engine; what it loses is told by `loses`: before, after or neither."""

    netloc: str
    loses: Callable[[Request], str]

    def __call__(self, connection: socket.socket, request: Request) -> None:
        lost = self.loses(request)
        if lost == "before":
            return
        host, _, port = self.netloc.partition(":")
        with socket.create_connection((host, int(port))) as engine:
            head = [f"{request.method} {request.target} HTTP/1.1", "connection: close"]
            head += [f"{name}: {value}" for name, value in request.headers.items()]
            engine.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + request.body)
            while piece := engine.recv(65_536):
                if lost != "after":
                    connection.sendall(piece)


@contextmanager
def relayed(store: RemoteStore, loses: Callable[[Request], str], timeout_s: float = 60.0) -> Iterator[RemoteStore]:
    """The same store, to which updates go through a relay."""
    access = store.endpoint.access
    target = urlsplit(access.update_url or access.query_url)
    with serving(Relay(target.netloc, loses)) as server:
        update_url = urlsplit(server.url)._replace(path=target.path).geturl()
        yield RemoteStore(replace(access, update_url=update_url, timeout_s=timeout_s), BASE, fresh_s=0.0)


def is_commit(request: Request) -> bool:
    return b"versionInfo" in request.body


@pytest.mark.parametrize("lost", ["before", "after"])
def test_an_update_that_is_lost_on_its_way_or_back_is_done_once(store: RemoteStore, lost: str) -> None:
    left = [lost]
    before = number_of(store.reader().version)
    with relayed(store, lambda request: left.pop() if is_commit(request) and left else "") as shaky:
        version = commit(shaky, "max", notes=(lost,))
    assert not left
    assert store.reader().version == version
    assert number_of(version) == before + 1
    assert triples(store.reader(), document("max")) == entry("max", lost)


def test_an_update_of_which_no_answer_ever_comes_back_is_known_to_be_done_by_its_version(store: RemoteStore) -> None:
    with relayed(store, lambda request: "after" if is_commit(request) else "") as shaky:
        version = commit(shaky, "nina")
    assert store.reader().version == version
    assert triples(store.reader(), document("nina")) == entry("nina")


def test_where_it_is_in_doubt_whether_an_update_still_runs_nobody_else_writes_until_the_lease_is_over(
    store: RemoteStore,
) -> None:
    before = store.reader().version
    with relayed(store, lambda request: "before" if is_commit(request) else "") as shaky:
        with pytest.raises(StoreError):
            commit(shaky, "otto")
        assert store.reader().version == before
        with pytest.raises(StoreInUse):
            commit(store, "otto")
    store.endpoint.update(f"DELETE WHERE {{ GRAPH {BASE.changes()} {{ ?claim {PROV['startedAtTime']} ?began }} }}")


def test_a_store_that_takes_updates_and_keeps_none_is_found_out(store: RemoteStore) -> None:
    """As where the address for updates is that of another store, or readers lag behind."""
    with serving(sends(answer(204, b""))) as elsewhere:
        access = replace(store.endpoint.access, update_url=elsewhere.url)
        with pytest.raises(StoreError, match="cannot be read back"):
            commit(RemoteStore(access, BASE), "paul")


# Signing in


def test_a_writer_signs_in_to_virtuoso_by_digest(access: Access) -> None:
    if "graph-crud" not in access.graphs_url:
        pytest.skip("Oxigraph's server knows no users")
    signed_in = replace(
        access,
        query_url=f"{access.query_url}-auth",
        graphs_url=f"{access.graphs_url}-auth",
        credentials=Credentials("dba", "dba", digest=True),
    )
    store = RemoteStore(signed_in, BASE, fresh_s=0.0)
    version = commit(store, "quinn")
    assert store.reader().version == version
    store.endpoint.put(document("quinn").value, b"")
    assert triples(store.reader(), document("quinn")) == set()
    stranger = replace(signed_in, credentials=Credentials("dba", "not-this-one", digest=True))
    with pytest.raises(StoreRefusal, match="401"):
        RemoteStore(stranger, BASE).reader()


# What counts as the version


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_version_is_asked_for_again_only_when_it_is_no_longer_fresh() -> None:
    clock, versions = Clock(), iter(["1-a", "2-b"])
    known = KnownVersion(lambda: next(versions), fresh_s=1.0, lag_s=0.0, clock=clock)
    assert [known.newest() for _ in range(3)] == ["1-a"] * 3
    clock.now += 1
    assert [known.newest() for _ in range(3)] == ["2-b"] * 3


def test_a_store_that_did_not_tell_its_version_is_not_asked_again_at_once() -> None:
    """A request looks for the version more than once, and each time may take as long as a question may."""
    clock, asked = Clock(), []

    def ask() -> str:
        asked.append(clock.now)
        raise StoreError("The store is away.")

    known = KnownVersion(ask, fresh_s=1.0, lag_s=0.0, clock=clock)
    for _ in range(3):
        with pytest.raises(StoreError, match="away"):
            known.newest()
    assert len(asked) == 1
    clock.now += 1
    with pytest.raises(StoreError, match="away"):
        known.newest()
    assert len(asked) == 2


def test_a_version_made_here_counts_at_once() -> None:
    known = KnownVersion(lambda: "1-a", fresh_s=1.0, lag_s=0.0, clock=Clock())
    assert known.newest() == "1-a"
    known.learn("2-b")
    assert known.newest() == "2-b"


def test_a_version_counts_only_when_readers_that_lag_have_come_up() -> None:
    clock, stated = Clock(), ["1-a"]
    known = KnownVersion(lambda: stated[-1], fresh_s=1.0, lag_s=5.0, clock=clock)
    assert known.newest() == "1-a"
    stated.append("2-b")
    seen = []
    for _ in range(8):
        seen.append(known.newest())
        clock.now += 1
    assert seen == ["1-a"] * 6 + ["2-b"] * 2


def test_while_one_asks_for_the_version_others_go_on_with_the_one_that_they_have() -> None:
    clock, asked, answered = Clock(), threading.Event(), threading.Event()

    def ask() -> str:
        if clock.now:
            asked.set()
            assert answered.wait(10)
            return "2-b"
        return "1-a"

    known = KnownVersion(ask, fresh_s=1.0, lag_s=0.0, clock=clock)
    known.newest()
    clock.now += 1
    with ThreadPoolExecutor(1) as together:
        one = together.submit(known.newest)
        assert asked.wait(10)
        assert known.newest() == "1-a"
        answered.set()
        assert one.result() == "2-b"
