"""The catalogue as a reader of one language sees it, for one request."""

from __future__ import annotations

from functools import cached_property

from flask import Response, render_template, request

from comparanda.concepts import ConceptName
from comparanda.index.snapshots import Snapshot
from comparanda.languages import lookup_chain
from comparanda.relations import Relations
from comparanda.web import answer, entity_tag, site
from comparanda.web.i18n import translate
from comparanda.web.preferences import content_language, page_language
from comparanda.web.relation_names import RELATION_NAMES


class View:
    """One version of the catalogue, with names and words in the languages of the reader.

    Args:
        language: of the page; `?clang=` may ask for another one of names and texts.
        snapshot: the newest by default.
    """

    def __init__(self, language: str, snapshot: Snapshot | None = None) -> None:
        self.language = page_language(language)
        self.chain = lookup_chain(content_language(language), site().settings.default_language)
        self.snapshot = snapshot or site().snapshot()
        self.index = self.snapshot.index
        self.relations = Relations(self.snapshot, site().answers.base, self.chain)

    @cached_property
    def areas(self) -> dict[str, ConceptName]:
        return self._concepts("area")

    @cached_property
    def families(self) -> dict[str, ConceptName]:
        return self._concepts("family")

    @cached_property
    def kinds(self) -> dict[str, str]:
        """How the kinds of links are called, and under '' those without one."""
        return {
            **{kind: translate(self.language, name) for kind, name in RELATION_NAMES.items()},
            "": translate(self.language, "related to"),
        }

    def area_name(self, slug: str) -> str:
        """How an area is called; nothing where a method has none."""
        return self.areas[slug].name if slug in self.areas else slug

    def page(self, template: str, **values: object) -> Response:
        content = render_template(
            template,
            language=self.language,
            version=self.index.version,
            areas=self.areas,
            kinds=self.kinds,
            **values,
        )
        tag = entity_tag(self.index.version, request.full_path, self.language)
        return answer(content, "text/html", self.language, tag)

    def _concepts(self, scheme: str) -> dict[str, ConceptName]:
        return site().concepts.names(self.snapshot.reader, scheme, self.chain)


def asked_view() -> View:
    """The catalogue in the language of `?lang=`, for answers that are no pages."""
    return View(request.args.get("lang") or site().settings.default_language)
