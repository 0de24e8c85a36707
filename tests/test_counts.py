"""The page of counts: tables, pictures, and the same as data."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET

import pytest
from flask.testing import FlaskClient

from comparanda.namespaces import Base
from comparanda.queries import queries
from comparanda.stores.embedded import EmbeddedStore

CSV = {"Accept": "text/csv"}


def lines(client: FlaskClient, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(address, headers=CSV).text)))


def test_methods_by_area_and_family_are_those_of_the_graph(client: FlaskClient, bundled: EmbeddedStore) -> None:
    rows = bundled.reader().select(queries()["methods_by_area_and_family"].bind())
    expected = {
        (Base.slug(row["area"].value), Base.slug(row["family"].value)): row["count"].value  # type: ignore[union-attr]
        for row in rows
    }
    given = {
        (line["family"], line["area"]): line["methods"] for line in lines(client, "/en/counts?rows=family&columns=area")
    }
    assert given == {(family, area): methods for (area, family), methods in expected.items()}


def test_names_and_summaries_by_language_are_counted(client: FlaskClient) -> None:
    covered = {(line["language"], line["texts"]): line["methods"] for line in lines(client, "/en/counts?rows=language")}
    assert int(covered["en", "names"]) > int(covered["th", "names"]) > 0
    assert int(covered["en", "summaries"]) > int(covered["th", "summaries"]) > 0


def test_labels_are_in_the_language_of_the_page(client: FlaskClient) -> None:
    labels = {line["area"]: line["area_label"] for line in lines(client, "/pt/counts")}
    assert labels["deep-learning"] == "Aprendizado profundo"
    assert "Aprendizado profundo" in client.get("/pt/counts").text


def test_names_are_in_the_language_of_texts_and_words_in_that_of_the_page(client: FlaskClient) -> None:
    labels = {line["area"]: line["area_label"] for line in lines(client, "/en/counts?clang=pt")}
    assert labels["deep-learning"] == "Aprendizado profundo"
    tongues = {line["language"]: line["language_label"] for line in lines(client, "/en/counts?rows=language&clang=pt")}
    assert tongues["th"] == "Thai"


@pytest.mark.parametrize(
    "address",
    [
        "/en/counts",
        "/ar/counts?rows=decade",
        "/th/counts?rows=area&columns=decade",
        "/en/counts?rows=language&columns=area",
    ],
)
def test_a_picture_is_well_formed_and_shows_every_number_of_the_table(client: FlaskClient, address: str) -> None:
    joint = "&" if "?" in address else "?"
    picture = ET.fromstring(client.get(f"{address}{joint}format=svg").text)
    shown = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    facts = client.get(f"{address}{joint}format=json").get_json()
    assert len(shown) >= len(facts["cells"]) + len(facts["row_labels"])
    assert not [element for element in picture.iter() if "style" in element.attrib]


def test_a_number_leads_to_the_methods_it_counts(client: FlaskClient) -> None:
    page = client.get("/en/counts?rows=decade").text
    assert 'href="/en/?decade=1990"' in page


@pytest.mark.parametrize(
    "query", ["rows=", "rows=x", "columns=x", "rows=area&columns=area", "of=x", "rows=%00", "format=x"]
)
def test_counts_that_are_not_there_say_which_are(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/en/counts?{query}", headers={"Accept": "application/json"})
    assert 400 <= answer.status_code < 407
    assert answer.get_json()["detail"]


def test_counts_are_sent_again_only_when_they_changed(client: FlaskClient) -> None:
    tag = client.get("/en/counts").headers["ETag"]
    assert client.get("/en/counts", headers={"If-None-Match": tag}).status_code == 304
