"""A remote store that misbehaves: every fault ends in time, with an error that says what it is, and shows no secret."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from flask.testing import FlaskClient

from comparanda.app import create_app
from comparanda.errors import BadRequest, BadStoreAnswer, StoreError, StoreRefusal, StoreTimeout
from comparanda.namespaces import Base
from comparanda.settings import Settings
from comparanda.stores.breaker import FAILURES, FIRST_PAUSE_S, LONGEST_PAUSE_S, Breaker
from comparanda.stores.credentials import Credentials
from comparanda.stores.endpoint import TRIES, Access, Endpoint
from comparanda.stores.reading import read_n_triples, read_rows
from comparanda.stores.remote import RemoteReader
from comparanda.terms import Literal
from conftest import free_port
from misbehaving import ROWS, Request, answer, sends, serving

TIMEOUT_S, AMPLE_S = 0.5, 30.0
SECRET = "correct-horse-battery-staple"
QUERY = "SELECT ?x WHERE { ?x ?y ?z }"
TRIPLE = b"<urn:a> <urn:b> <urn:c> .\n"
HTML = answer(200, b"<!DOCTYPE html><title>Maintenance</title>", "text/html")


def endpoint(url: str, **more: object) -> Endpoint:
    return Endpoint(Access(url, **{"timeout_s": AMPLE_S, **more}))  # type: ignore[arg-type]


def ask(url: str, **more: object) -> object:
    return RemoteReader(endpoint(url, **more), Base(), "1").select(QUERY)


def silence(connection: socket.socket, _: Request) -> None:
    connection.recv(1)  # until the other side has had enough


def drip(connection: socket.socket, _: Request) -> None:
    """A byte at a time, always before a time-out of the socket, for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nX-Drip: ")
    while True:
        connection.sendall(b"a")
        time.sleep(TIMEOUT_S / 20)


def drip_body(connection: socket.socket, _: Request) -> None:
    connection.sendall(answer(Content_Length="100000", body=b"{"))
    while True:
        connection.sendall(b" ")
        time.sleep(TIMEOUT_S / 20)


def deaf(connection: socket.socket, _: Request) -> None:
    connection.close()


def chunked(body: bytes, *, whole: bool) -> bytes:
    head = answer(body=b"", Content_Length="", Transfer_Encoding="chunked")
    return head + f"{len(body):x}\r\n".encode() + body + b"\r\n" + (b"0\r\n\r\n" if whole else b"")


def test_a_whole_answer_is_read_with_a_length_and_in_chunks() -> None:
    for whole in (answer(), chunked(ROWS, whole=True)):
        with serving(sends(whole)) as server:
            assert ask(server.url) == [{"x": Literal("1")}]


# Connections


def test_questions_go_over_one_connection_and_each_update_over_its_own() -> None:
    """On a connection that was idle it cannot be told whether the other side has seen what was sent last."""
    with serving(sends(answer()), keeps=True) as server:
        asked = endpoint(server.url)
        for _ in range(3):
            asked.query(QUERY, {"application/sparql-results+json": read_rows})
        assert server.connections == 1
        for _ in range(3):
            asked.update("INSERT DATA { <urn:a> <urn:b> 1 }")
        assert server.connections == 4


@pytest.mark.parametrize("behave", [sends(answer()), sends(answer(Connection="close"))], ids=["silent", "told"])
def test_a_connection_on_which_the_store_has_hung_up_is_not_missed(
    behave: Callable[[socket.socket, Request], None],
) -> None:
    with serving(behave) as server:
        reader = RemoteReader(endpoint(server.url), Base(), "1")
        assert [reader.select(QUERY) for _ in range(5)] == [[{"x": Literal("1")}]] * 5
        assert len(server.requests) == 5


def test_what_comes_after_an_answer_is_not_taken_for_the_next_one() -> None:
    other = answer(body=ROWS.replace(b'"1"', b'"2"'))
    with serving(sends(answer() + other, answer()), keeps=True) as server:
        reader = RemoteReader(endpoint(server.url), Base(), "1")
        assert [reader.select(QUERY) for _ in range(3)] == [[{"x": Literal("1")}]] * 3


def test_a_refusal_is_read_that_comes_before_all_was_sent() -> None:
    """As from a store that wants a password before it looks at what is put."""

    listener = socket.create_server(("127.0.0.1", 0))

    def refuse() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(1_000)
            connection.sendall(answer(413, b"too large", "text/plain"))
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(1_000_000):
                pass

    with listener:
        thread = threading.Thread(target=refuse)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/data"
        with pytest.raises(StoreRefusal, match="413"):
            endpoint(url, graphs_url=url).put("urn:a", TRIPLE * 300_000)
        thread.join()


# What is no answer


@pytest.mark.parametrize(
    "given",
    [
        HTML,
        answer(media_type="application/json"),
        answer(body=ROWS[:-20]),
        answer(body=ROWS[:-20], Content_Length=str(len(ROWS))),
        answer(body=b'{"head": {}, "boolean": true}'),
        answer(body=b"\xff\xfe"),
        answer(Content_Length=""),
        answer(X_SPARQL_MaxRows="10000"),
        answer(X_SQL_State="S1TAT"),
        chunked(ROWS, whole=False),
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
    ],
    ids=[
        "html", "type", "json-cut", "cut", "ask", "bytes", "no-length", "rows-cut", "time-cut", "chunks-cut", "ssh",
        "headers",
    ],
)  # fmt: skip
def test_what_is_no_whole_answer_of_the_right_kind_is_an_error(given: bytes) -> None:
    with serving(sends(given)) as server, pytest.raises(StoreError) as raised:
        ask(server.url)
    assert raised.value.status in (502, 503)


@pytest.mark.parametrize("given", [{"Content_Length": "1000"}, {"Content_Length": ""}, {"media_type": "text/html"}])
def test_a_graph_that_ends_between_two_triples_is_not_taken_for_the_whole_graph(given: dict[str, str]) -> None:
    """N-Triples that are cut at the end of a line are N-Triples."""
    cut = answer(**{"body": TRIPLE, "media_type": "application/n-triples", **given})  # type: ignore[arg-type]
    with serving(sends(cut)) as server, pytest.raises(BadStoreAnswer):
        endpoint(server.url).query(QUERY, {"application/n-triples": read_n_triples})


def test_an_error_that_oxigraph_writes_at_the_end_of_an_answer_is_an_error() -> None:
    """A query that Oxigraph's server stops has status 200 and ends with the words of the error, properly."""
    with serving(sends(answer(body=ROWS[:40] + b"The query was cancelled"))) as server, pytest.raises(BadStoreAnswer):
        ask(server.url)


def test_an_answer_may_not_be_larger_than_memory_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comparanda.stores.exchange.MAX_ANSWER_BYTES", 1_000_000)
    with serving(sends(answer(body=b" " * 2_000_000))) as server, pytest.raises(BadStoreAnswer, match="larger"):
        ask(server.url)


# Time


@pytest.mark.parametrize("behave", [silence, drip, drip_body], ids=["silent", "head", "body"])
def test_an_exchange_ends_with_its_time_whatever_the_store_does(
    behave: Callable[[socket.socket, Request], None],
) -> None:
    with serving(behave) as server:
        begin = time.monotonic()
        with pytest.raises(StoreTimeout):
            ask(server.url, timeout_s=TIMEOUT_S)
        assert TIMEOUT_S * 0.9 < time.monotonic() - begin < AMPLE_S
        assert len(server.requests) == 1


def test_no_thread_stays_behind_with_a_store_that_drips() -> None:
    with serving(drip) as server:
        before = threading.active_count()
        for _ in range(3):
            with pytest.raises(StoreTimeout):
                ask(server.url, timeout_s=TIMEOUT_S)
        assert threading.active_count() <= before + 3  # those of the server itself


def test_a_store_that_refuses_the_connection_is_known_at_once() -> None:
    begin = time.monotonic()
    with pytest.raises(StoreError, match=r"refused") as raised:
        ask(f"http://127.0.0.1:{free_port()}/sparql")
    assert raised.value.status == 503
    assert time.monotonic() - begin < AMPLE_S / 2


# Trying again


def test_a_question_is_asked_again_where_the_connection_was_lost() -> None:
    tried: list[Request] = []

    def behave(connection: socket.socket, request: Request) -> None:
        tried.append(request)
        if len(tried) == TRIES:
            connection.sendall(answer())

    with serving(behave) as server:
        assert ask(server.url) == [{"x": Literal("1")}]
    assert len(tried) == TRIES


@pytest.mark.parametrize("status", [429, 503])
def test_a_store_that_says_when_to_come_back_is_asked_again_then_and_not_before(status: int) -> None:
    with serving(sends(answer(status, b"busy", "text/plain", Retry_After="1"), answer())) as server:
        begin = time.monotonic()
        assert ask(server.url) == [{"x": Literal("1")}]
        assert time.monotonic() - begin >= 1
        assert len(server.requests) == 2


@pytest.mark.parametrize("form", ["seconds", "date"])
@pytest.mark.parametrize("status", [429, 503])
def test_who_asks_hears_at_once_when_a_store_wants_to_be_left_alone_for_long(status: int, form: str) -> None:
    later = "60" if form == "seconds" else format_datetime(datetime.now(UTC) + timedelta(seconds=61), usegmt=True)
    with serving(sends(answer(status, b"busy", "text/plain", Retry_After=later))) as server:
        with pytest.raises(StoreError) as raised:
            ask(server.url)
        assert raised.value.retry_after_s == pytest.approx(60, abs=2)
        assert len(server.requests) == 1


def test_what_a_store_refuses_is_not_asked_again() -> None:
    with serving(sends(answer(400, b"Virtuoso 37000 Error SP030: syntax error", "text/plain"))) as server:
        with pytest.raises(StoreRefusal, match="SP030") as raised:
            ask(server.url)
        assert raised.value.status == 502
        assert len(server.requests) == 1


def test_an_update_is_sent_once_where_its_answer_is_lost() -> None:
    """It may have been done."""
    for behave in (deaf, sends(answer(503, b"", "text/plain")), silence):
        with serving(behave) as server, pytest.raises(StoreError):
            endpoint(server.url, timeout_s=TIMEOUT_S).update("INSERT DATA { <urn:a> <urn:b> 1 }")
        assert len(server.requests) == 1


def test_a_graph_is_put_again_where_the_answer_is_lost() -> None:
    with serving(sends(b"", answer(204, b""))) as server:
        endpoint(server.url, graphs_url=server.url).put("urn:a", TRIPLE)
    assert [(request.method, request.target) for request in server.requests] == [("PUT", "/sparql?graph=urn%3Aa")] * 2
    assert {request.body for request in server.requests} == {TRIPLE}


def test_a_graph_that_is_not_there_is_as_good_as_removed() -> None:
    with serving(sends(answer(404, b"no such graph", "text/plain"))) as server:
        endpoint(server.url, graphs_url=server.url).put("urn:a", b"")
    assert [request.method for request in server.requests] == ["DELETE"]


# The breaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_breaker_opens_after_failures_in_a_row_and_closes_when_a_try_succeeds() -> None:
    clock = Clock()
    breaker = Breaker("the store", clock)
    for _ in range(FAILURES - 1):
        breaker.failed()
    breaker.succeeded()
    for _ in range(FAILURES):
        breaker.check()
        breaker.failed()
    with pytest.raises(StoreError) as raised:
        breaker.check()
    assert raised.value.retry_after_s == FIRST_PAUSE_S
    clock.now += FIRST_PAUSE_S
    breaker.check()
    with pytest.raises(StoreError):  # one tries, the others wait for it
        breaker.check()
    breaker.succeeded()
    breaker.check()
    breaker.check()


def test_the_pause_of_the_breaker_doubles_with_each_try_that_fails_up_to_a_limit() -> None:
    clock = Clock()
    breaker = Breaker("the store", clock)
    for _ in range(FAILURES):
        breaker.failed()
    pauses = []
    for _ in range(8):
        begin = clock.now
        while True:
            try:
                breaker.check()
                break
            except StoreError:
                clock.now += 0.5
        pauses.append(clock.now - begin)
        breaker.failed()
    assert pauses[:3] == [FIRST_PAUSE_S, FIRST_PAUSE_S * 2, FIRST_PAUSE_S * 4]
    assert max(pauses) == pauses[-1] == LONGEST_PAUSE_S


def test_a_store_that_fails_is_left_alone_and_the_answer_comes_at_once() -> None:
    with serving(deaf) as server:
        asked = endpoint(server.url)
        for _ in range(FAILURES):
            with pytest.raises(StoreError):
                asked.update("INSERT DATA { <urn:a> <urn:b> 1 }")
        seen, begin = len(server.requests), time.monotonic()
        with pytest.raises(StoreError, match="left alone") as raised:
            asked.query(QUERY, {"application/sparql-results+json": read_rows})
        assert time.monotonic() - begin < 0.05  # nothing was sent
        assert raised.value.retry_after_s is not None
        assert len(server.requests) == seen


def test_questions_that_a_store_refuses_do_not_open_the_breaker() -> None:
    with serving(sends(*[answer(400, b"", "text/plain")] * (FAILURES + 1), answer())) as server:
        asked = RemoteReader(endpoint(server.url), Base(), "1")
        for _ in range(FAILURES + 1):
            with pytest.raises(StoreRefusal):
                asked.select(QUERY)
        assert asked.select(QUERY)


# Credentials


@pytest.mark.parametrize(
    ("given", "header"),
    [
        (Credentials(), None),
        (Credentials("ada", SECRET), "Basic YWRhOmNvcnJlY3QtaG9yc2UtYmF0dGVyeS1zdGFwbGU="),
        (Credentials(token=SECRET), f"Bearer {SECRET}"),
    ],
    ids=["none", "basic", "bearer"],
)
def test_credentials_go_with_every_request(given: Credentials, header: str | None) -> None:
    with serving(sends(answer())) as server:
        asked = endpoint(server.url, graphs_url=server.url, credentials=given)
        asked.query(QUERY, {"application/sparql-results+json": read_rows})
        asked.update("INSERT DATA { <urn:a> <urn:b> 1 }")
        asked.put("urn:a", TRIPLE)
    assert [request.headers.get("authorization") for request in server.requests] == [header] * 3


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("digest", [False, True])
def test_no_redirection_is_followed_and_no_other_host_sees_credentials(status: int, digest: bool) -> None:
    """SPARQLWrapper sends them on."""
    with serving(sends(answer())) as other, serving(sends(answer(status, b"", Location=other.url))) as server:
        with pytest.raises(BadStoreAnswer, match="redirection"):
            ask(server.url, credentials=Credentials("ada", SECRET, digest=digest))
        assert not other.requests


def echo(connection: socket.socket, request: Request) -> None:
    """What a proxy in debug mode may do."""
    said = f"{request.headers} ada:{SECRET} {SECRET}".encode()
    connection.sendall(answer(500, said, "text/plain"))


@pytest.mark.parametrize("given", [{"store_user": "ada", "store_password": SECRET}, {"store_token": SECRET}])
def test_no_secret_is_in_messages_logs_and_what_is_shown_of_settings(
    given: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with serving(echo) as server, caplog.at_level(logging.DEBUG):
        settings = Settings.from_environment({}, store=server.url, query_timeout_s=TIMEOUT_S, **given)
        application = create_app(settings).test_client()
        said = application.get("/health").get_data(as_text=True)
    shown = f"{settings} {settings!r} {said} {caplog.text} {Credentials('ada', SECRET, SECRET)!r}"
    assert "status 500" in caplog.text
    assert SECRET not in shown
    assert "YWRhOmNvcnJlY3Q" not in shown


def test_an_address_that_holds_a_password_is_refused_without_being_repeated() -> None:
    for name in ("store", "store_update_url", "store_graphs_url", "store_writer_url"):
        with pytest.raises(BadRequest) as raised:
            Settings.from_environment({}, **{"store": "http://h/s", name: f"http://ada:{SECRET}@host/sparql"})
        assert SECRET not in f"{raised.value} {raised.value.value}"


def test_a_user_and_a_token_are_one_too_many() -> None:
    with pytest.raises(BadRequest, match="token"):
        Settings.from_environment({}, store="http://host/sparql", store_user="ada", store_token=SECRET)


# What readers of ours get


@pytest.fixture
def broken(request: pytest.FixtureRequest) -> Iterator[FlaskClient]:
    with serving(request.param) as server:
        settings = Settings.from_environment({}, store=server.url, query_timeout_s=TIMEOUT_S)
        yield create_app(settings).test_client()


LATER = {"Retry_After": "7"}
FAULTS = {
    "lost": (deaf, 503, 5),
    "silent": (silence, 504, 5),
    "drip": (drip, 504, 5),
    "429": (sends(answer(429, b"", "text/plain", **LATER)), 503, 7),
    "503": (sends(answer(503, b"", "text/plain", **LATER)), 503, 7),
    "500": (sends(answer(500, b"", "text/plain")), 503, 5),
    "html": (sends(HTML), 502, 5),
    "cut": (sends(answer(body=ROWS[:-20])), 502, 5),
    "redirect": (sends(answer(302, b"", Location="http://elsewhere.example/")), 502, 5),
    "refused": (sends(answer(403, b"", "text/plain")), 502, 5),
}


@pytest.mark.parametrize(("broken", "status", "later"), FAULTS.values(), ids=FAULTS, indirect=["broken"])
@pytest.mark.parametrize("path", ["/compare?slugs=k-means,random-forest&format=json", "/health", "/en/"])
def test_readers_of_a_broken_store_get_a_problem_and_a_time_to_come_back(
    broken: FlaskClient, status: int, later: int, path: str
) -> None:
    begin = time.monotonic()
    response = broken.get(path, headers={"Accept": "application/json"})
    assert time.monotonic() - begin < AMPLE_S / 2
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert int(response.headers["Retry-After"]) == later
    assert "127.0.0.1" not in response.text
    assert response.headers["Cache-Control"] == "no-store"
