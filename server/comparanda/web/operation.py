"""For operators: is the server well?"""

from __future__ import annotations

from flask import Blueprint, Response, json

from comparanda import __version__
from comparanda.queries import queries
from comparanda.web import site

blueprint = Blueprint("operation", __name__)


@blueprint.get("/health")
def health() -> Response:
    """Ask the store one real question.

    Raises:
        StoreError: it cannot answer.
    """
    reader = site().reader()
    rows = reader.select(queries()["classes_of"].bind(resource=site().answers.base.scheme("area")))
    facts = {"status": "ok" if rows else "empty", "version": reader.version, "software": f"comparanda {__version__}"}
    response = Response(json.dumps(facts), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
