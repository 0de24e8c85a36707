"""Following links: neighbourhoods, paths, bridges between areas, timelines, and why methods are related."""

from __future__ import annotations

import itertools
import re

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, Triple

from comparanda.app import create_app
from comparanda.catalogue import commit_all_or_nothing
from comparanda.index import Index
from comparanda.index.snapshots import Snapshot, Snapshots
from comparanda.namespaces import CMP, DCTERMS, FOAF, RDF, SKOS, XSD, Base
from comparanda.relations import Relations
from comparanda.settings import Settings
from comparanda.stores.embedded import EmbeddedStore

FOREST, MEANS, TRANSFER = "random-forest", "k-means", "transfer-learning-diffusion-model"
LONELY = "t-test"


@pytest.fixture(scope="module")
def snapshot(bundled: EmbeddedStore, base: Base, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return Snapshots(bundled, Index(tmp_path_factory.mktemp("index"), base)).newest()


@pytest.fixture(scope="module")
def relations(snapshot: Snapshot, base: Base) -> Relations:
    return Relations(snapshot, base, ("en",))


def put(store: EmbeddedStore, base: Base, slug: str, *related: str) -> None:
    """Commit the shortest entry that there can be, of a method called like its slug."""
    thing = base.method(slug)
    document = base.document(thing)
    facts = [
        Triple(thing, RDF["type"], CMP["Method"]),
        Triple(thing, SKOS["prefLabel"], Literal(slug, language="en")),
        Triple(document, RDF["type"], FOAF["Document"]),
        Triple(document, FOAF["primaryTopic"], thing),
        Triple(document, DCTERMS["created"], Literal("2026-01-01", datatype=XSD["date"])),
        *(Triple(thing, CMP["related"], base.method(other)) for other in related),
    ]
    with store.writer() as writer:
        commit_all_or_nothing(writer, {document: facts}, None, base)


def page(client: FlaskClient, address: str) -> str:
    response = client.get(address, headers={"Accept": "text/html"})
    assert response.status_code == 200, response.text[:2000]
    return response.text


def test_a_neighbourhood_holds_what_a_method_names_and_what_names_it_with_kinds_and_reasons(
    relations: Relations,
) -> None:
    found = relations.neighbourhood([FOREST], 60)
    [bagging] = [link for link in found.naming(FOREST) if link.target.slug == "bagging-ensemble"]
    assert bagging.kinds == ("extends",)
    assert bagging.reason is not None
    assert bagging.reason.startswith("The forest is bagging of trees")
    assert len(found.naming(FOREST)) == found.centre[0].related
    assert len(found.named_by(FOREST)) == found.centre[0].referenced
    assert all(link.reason and link.reason_language == "en" for link in found.naming(FOREST))


def test_a_neighbourhood_says_how_many_methods_it_leaves_out(relations: Relations) -> None:
    whole, some = relations.neighbourhood([FOREST], 600), relations.neighbourhood([FOREST], 4)
    assert (whole.left_out, len(some.around)) == (0, 4)
    assert some.left_out == len(whole.around) - 4
    assert [method.slug for method in some.around] == [method.slug for method in whole.around[:4]]


def test_each_step_of_a_path_is_a_link_between_its_two_methods(relations: Relations) -> None:
    paths, complete = relations.paths(MEANS, TRANSFER)
    assert complete
    assert paths
    for path in paths:
        assert (path.methods[0].slug, path.methods[-1].slug) == (MEANS, TRANSFER)
        for (near, far), step in zip(itertools.pairwise(path.methods), path.steps, strict=True):
            assert step
            assert all({link.source.slug, link.target.slug} == {near.slug, far.slug} for link in step)


def test_kinship_tells_links_both_ways_common_neighbours_and_what_the_entries_share(relations: Relations) -> None:
    kinship = relations.kinship("adaboost", "boosting", 60)
    assert {(link.source.slug, link.target.slug) for link in kinship.links} >= {("adaboost", "boosting")}
    assert kinship.originators
    around = [
        {method.slug for method in relations.neighbourhood([slug], 600).around} for slug in ("adaboost", "boosting")
    ]
    assert {method.slug for method in kinship.common} == around[0] & around[1] - {"adaboost", "boosting"}
    assert kinship.common_total == len(kinship.common)
    assert relations.kinship("bert-embeddings", "bert-based-classification", 60).sources


def test_the_overview_leads_to_bridges_with_as_many_links_as_it_says(client: FlaskClient) -> None:
    overview = page(client, "/en/explore")
    both, there = re.findall(r'bridges\?area=deep-learning&amp;other=machine-learning"[^>]*>(\d+)<', overview)
    [back] = re.findall(r'bridges\?area=machine-learning&amp;other=deep-learning"[^>]*>(\d+)<', overview)
    listed = page(client, "/en/explore/bridges?area=deep-learning&other=machine-learning")
    assert listed.count('class="reason"') == int(both) == int(there) + int(back)
    assert re.findall(r'<span class="count">(\d+)<', listed) == [there, back]


def test_a_neighbourhood_page_lists_every_link_with_a_way_to_expand_it(client: FlaskClient) -> None:
    text = page(client, f"/en/method/{FOREST}/related")
    assert "Neighbourhood of Random forest" in text
    assert len(re.findall(r'<li data-slug="', text)) == 5 + 23
    assert f"slugs={FOREST},bagging-ensemble" in text


def test_a_neighbourhood_of_several_methods_lists_each_and_lets_one_be_taken_out(client: FlaskClient) -> None:
    text = page(client, f"/en/explore/neighbourhood?slugs={FOREST},{MEANS}")
    assert len(re.findall(r'<section class="centre"', text)) == 2
    assert f'neighbourhood?slugs={MEANS}" aria-label="Remove Random forest"' in text


def test_a_name_leads_to_the_neighbourhood_of_the_method_that_is_called_so(client: FlaskClient) -> None:
    response = client.get("/en/explore/neighbourhood?add=Random+forest")
    assert response.status_code == 303
    assert response.headers["Location"] == f"/en/explore/neighbourhood?slugs={FOREST}"


def test_a_name_that_fits_several_methods_offers_them(client: FlaskClient) -> None:
    text = page(client, f"/en/explore/path?from=regression&to={MEANS}")
    assert f"from=logistic-regression&amp;to={MEANS}" in text


def test_the_path_page_says_direction_kind_and_reason_of_each_step(client: FlaskClient) -> None:
    text = page(client, f"/en/explore/path?from={MEANS}&to={TRANSFER}")
    assert text.count('<section class="path">') == 4
    assert text.count('class="reason"') >= 16


def test_the_path_page_says_where_there_is_no_path(empty: EmbeddedStore, base: Base) -> None:
    """The bundled catalogue is connected; two methods without links are not."""
    for slug in ("one", "two"):
        put(empty, base, slug)
    client = create_app(Settings.from_environment({}, store=str(empty.path)), empty).test_client()
    assert "No chain of links connects" in page(client, "/en/explore/path?from=one&to=two")


def test_reasons_in_another_language_than_the_page_are_marked(client: FlaskClient) -> None:
    text = page(client, f"/th/method/{FOREST}/related")
    assert '<span class="reason" lang="en" dir="ltr">' in text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/en/method/no-such-method/related", 404),
        ("/en/explore/neighbourhood?slugs=random-forest,no-such-method", 404),
        ("/en/explore/neighbourhood", 400),
        ("/en/explore/neighbourhood?slugs=random-forest&limit=0", 400),
        ("/en/explore/neighbourhood?slugs=random-forest&limit=1000000000000000000000", 400),
        ("/en/explore/path?from=random-forest", 400),
        ("/en/explore/path?from=random-forest&to=random-forest", 400),
        ("/en/explore/path?from=random-forest&to=%00qqqqqqqqzzzz", 404),
        ("/en/explore/why?slugs=a,b,c", 400),
        ("/en/explore/bridges?area=deep-learning&other=no-such-area", 400),
    ],
)
def test_what_cannot_be_shown_is_a_problem_that_says_so(client: FlaskClient, address: str, status: int) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert response.json is not None
    assert response.json["status"] == status
