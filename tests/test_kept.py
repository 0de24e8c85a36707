"""Answers given before: the same to the byte, and never one of another version, format, language or day."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, Triple

from comparanda.app import create_app
from comparanda.catalogue import commit_all_or_nothing
from comparanda.catalogue.opening import make_store
from comparanda.namespaces import CMP, Base
from comparanda.queries import queries
from comparanda.settings import Settings
from comparanda.stores.embedded import EmbeddedStore
from comparanda.web import kept

JSON = {"Accept": "application/json"}
PAIR = "/compare?slugs=random-forest,extra-trees"


class Counted:
    """An application that counts what it is asked."""

    def __init__(self, store: EmbeddedStore) -> None:
        self.asked = 0
        self.app = create_app(Settings.from_environment({}, store=str(store.path)), store)
        inner = self.app.wsgi_app._application  # type: ignore[attr-defined]

        def counting(environ, start_response):  # type: ignore[no-untyped-def]
            self.asked += 1
            return inner(environ, start_response)

        self.app.wsgi_app._application = counting  # type: ignore[attr-defined]
        self.client = self.app.test_client()


@pytest.fixture
def counted(bundled: EmbeddedStore) -> Counted:
    return Counted(bundled)


@pytest.mark.parametrize("path", [PAIR, "/pt" + PAIR, "/en/method/random-forest", "/api/suggest?q=rand"])
def test_the_second_answer_is_the_first_without_asking(counted: Counted, path: str) -> None:
    first, second = counted.client.get(path), counted.client.get(path)
    assert counted.asked == 1
    assert (second.status, second.headers, second.data) == (first.status, first.headers, first.data)


@pytest.mark.parametrize(
    "headers",
    [{"Accept": "text/csv"}, {"Accept-Language": "pt"}, {"Host": "localhost:81"}, {"If-None-Match": '"x"'}],
)
def test_a_request_that_asks_otherwise_is_asked(counted: Counted, headers: dict[str, str]) -> None:
    counted.client.get(PAIR)
    counted.client.get(PAIR, headers=headers)
    assert counted.asked == 2


@pytest.mark.parametrize("path", ["/compare?slugs=random-forest,no-such", "/health", "/dumps/"])
def test_errors_and_what_changes_without_a_version_are_not_kept(counted: Counted, path: str) -> None:
    counted.client.get(path)
    counted.client.get(path)
    assert counted.asked == 2


def test_a_kept_answer_still_has_its_tag_for_conditions(counted: Counted) -> None:
    counted.client.get(PAIR)
    tag = counted.client.get(PAIR).headers["ETag"]
    assert counted.client.get(PAIR, headers={"If-None-Match": tag}).status_code == 304


def test_a_new_version_is_answered_anew(tmp_path: Path, base: Base) -> None:
    store = EmbeddedStore(tmp_path / "store")
    make_store(store, base)
    counted = Counted(store)
    before = counted.client.get(PAIR, headers=JSON).get_json()
    document = base.document(base.method("extra-trees"))
    with store.writer() as writer:
        entry = writer.reader.construct(queries()["entry"].bind(document=document))
        added = Triple(base.method("extra-trees"), CMP["originatorStatement"], Literal("Somebody else"))
        commit_all_or_nothing(writer, {document: [*entry, added]}, None, base)
    after = counted.client.get(PAIR, headers=JSON).get_json()
    assert counted.asked == 2
    assert before["version"] != after["version"]


def test_what_is_kept_has_a_bound(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MAX_BYTES", 10_000)
    paths = [f"/compare?slugs=random-forest,{other}" for other in ("extra-trees", "k-means", "decision-tree")]
    for path in (*paths, paths[0]):
        assert counted.client.get(path).status_code == 200
    assert counted.asked == 4


def test_an_answer_that_is_made_twice_at_once_counts_once(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that ask before there is an answer both make it; the room that it takes is not lost for good."""
    answers = counted.app.wsgi_app
    inner, first = answers._application, counted.client.get(PAIR).data  # type: ignore[attr-defined]
    monkeypatch.setattr(kept, "MAX_BYTES", 3 * len(first))

    def asked_by_another_meanwhile(environ, start_response):  # type: ignore[no-untyped-def]
        answers._application = inner  # type: ignore[attr-defined]
        counted.app.test_client().get(environ["PATH_INFO"] + "?" + environ["QUERY_STRING"])
        answers._application = asked_by_another_meanwhile  # type: ignore[attr-defined]
        return inner(environ, start_response)

    answers._application = asked_by_another_meanwhile  # type: ignore[attr-defined]
    for other in ("k-means", "decision-tree", "extra-trees", "bagging-ensemble", "ridge-regression"):
        assert counted.client.get(f"/compare?slugs=random-forest,{other}").status_code == 200
    held = sum(len(answer.body) for answer in answers._kept.values())  # type: ignore[attr-defined]
    assert answers._bytes == held > 0  # type: ignore[attr-defined]
