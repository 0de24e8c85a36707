"""Questions are files: `queries/<name>.rq` is valid SPARQL, and its comment header declares it.

The header: the question in a sentence, then one line a parameter (`$name  type  comment  e.g. example`)
and a column (`?name  type  comment`), then where the question comes from. A parameter's comment begins with
`optional;` where it may be left out. A check, `check_<name>.rq`, asks for what is not as it should be, and says on a
line `Severity: …` how grave that is. Parameters travel as RDF terms: `bind` replaces the whole token `$name`
with the serialised term, the one way on which rdflib, Oxigraph and Virtuoso agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from comparanda.errors import BrokenQuery, InvalidTerm
from comparanda.findings import Severity
from comparanda.namespaces import RDF, XSD
from comparanda.resources import folder
from comparanda.terms import Literal, NamedNode, Term

CHECK = "check_"
_HEADER_LINE = re.compile(r"# ([$?])(\w+) +(\S+) *(.*)")
_SEVERITY = re.compile(rf"Severity: ({'|'.join(Severity)})\Z")
_EXAMPLE = re.compile(r"(?:^|\s+)e\.g\. (\S.*)$")
# What must be passed over, so that $name inside it stays as it is: comments, IRIs, strings.
_TOKEN = re.compile(
    r"""(?P<skip>\#[^\n]*|<[^<>"{}|^`\\\s]*>|\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\$(?P<parameter>\w+)|\?(?P<variable>\w+)"""
)
_DATATYPES = frozenset(
    XSD[name] for name in ("string", "integer", "decimal", "double", "boolean", "date", "dateTime", "gYear")
) | {RDF["langString"]}


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kind: str
    comment: str
    example: str | None

    @property
    def optional(self) -> bool:
        return self.comment.startswith("optional;")


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: str
    comment: str


@dataclass(frozen=True, slots=True)
class Query:
    """One question: `name` is the file's name, `body` the SPARQL without the header; only a check has a severity."""

    name: str
    question: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    origin: str
    body: str
    severity: Severity | None = None

    def bind(self, **values: Term | None) -> str:
        """The SPARQL text with each `$name` replaced by its term; an optional parameter left out stays a variable.

        Raises:
            InvalidTerm: a value is missing, unknown, or neither an absolute IRI nor a literal of a listed datatype.
        """
        declared = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in declared:
                raise InvalidTerm(
                    f"The query {self.name} has no parameter {name}.",
                    value=name,
                    to_do=f"Use one of {', '.join(declared) or 'none'}.",
                )
        texts: dict[str, str] = {}
        for name, parameter in declared.items():
            value = values.get(name)
            if value is not None:
                texts[name] = _term_text(name, value)
            elif not parameter.optional:
                raise InvalidTerm(
                    f"The query {self.name} needs a value for {name}.",
                    value=name,
                    to_do=f"Give {parameter.comment or 'a value'}.",
                )
        return _TOKEN.sub(lambda match: texts.get(match["parameter"] or "", match[0]), self.body)

    def with_examples(self) -> str:
        """The SPARQL text with the examples of the header in the place of the parameters."""
        examples = self.examples()
        return _TOKEN.sub(lambda match: examples.get(match["parameter"] or "", match[0]), self.body)

    def examples(self) -> dict[str, str]:
        """The example of each parameter, as SPARQL text."""
        return {parameter.name: parameter.example for parameter in self.parameters if parameter.example}


def _term_text(name: str, value: Term) -> str:
    if (isinstance(value, NamedNode) and ":" in value.value) or (
        isinstance(value, Literal) and value.datatype in _DATATYPES
    ):
        return str(value)
    raise InvalidTerm(
        f"The value of {name} is {value}.",
        value=str(value),
        to_do="Give an absolute IRI or a literal of a common datatype.",
    )


def parse_query(name: str, text: str) -> Query:
    """Read a query file.

    Raises:
        BrokenQuery: no header, header and body name different parameters or columns, or a check has no severity.
    """
    lines = text.splitlines()
    end = next((index for index, line in enumerate(lines) if not line.startswith("#")), len(lines))
    header, body = lines[:end], "\n".join(lines[end:]).strip() + "\n"
    parameters, columns, prose = [], [], []
    for line in header:
        match = _HEADER_LINE.match(line)
        if match is None:
            prose.append(line.lstrip("# ").rstrip())
        elif match[1] == "$":
            example = _EXAMPLE.search(match[4])
            comment = match[4][: example.start()].strip() if example else match[4].strip()
            parameters.append(Parameter(match[2], match[3], comment, example[1].strip() if example else None))
        else:
            columns.append(Column(match[2], match[3], match[4].strip()))
    sentences = [line for line in prose if line]
    if not sentences:
        raise BrokenQuery(
            f"The query {name} has no header.", value=name, to_do="Begin the file with the question as a comment."
        )
    _compare_header_with_body(name, {p.name for p in parameters}, [c.name for c in columns], body)
    severity = _severity(name, sentences, [c.name for c in columns])
    origin = " ".join(line for line in sentences[1:] if not _SEVERITY.match(line))
    return Query(name, sentences[0], tuple(parameters), tuple(columns), origin, body, severity)


def _severity(name: str, sentences: list[str], columns: list[str]) -> Severity | None:
    """What the header of a check says on its line `Severity: …`; None for a question that is no check."""
    found = [Severity(match[1]) for match in map(_SEVERITY.match, sentences) if match]
    if not name.startswith(CHECK) and not found:
        return None
    if not name.startswith(CHECK) or len(found) != 1 or not {"focus", "detail"} <= set(columns):
        raise BrokenQuery(
            f"{name} is no whole check: it has {len(found)} severities and the columns {', '.join(columns) or 'none'}.",
            value=name,
            to_do=f"Name it {CHECK}…, give it the columns focus and detail and one line "
            f"`# Severity: ` with {', '.join(Severity)}.",
        )
    return found[0]


def _compare_header_with_body(name: str, parameters: set[str], columns: list[str], body: str) -> None:
    used = {match["parameter"] for match in _TOKEN.finditer(body) if match["parameter"]}
    if used != parameters:
        raise BrokenQuery(
            f"Header and body of {name} name different parameters: {', '.join(sorted(used ^ parameters))}.",
            value=name,
            to_do="Declare each $name in the header.",
        )
    if parameters & set(columns):
        raise BrokenQuery(
            f"{name} uses {', '.join(sorted(parameters & set(columns)))} as parameter and as column, "
            "which SPARQL takes for one variable.",
            value=name,
            to_do="Rename one of them.",
        )
    names = projected(body)
    if names != columns:
        raise BrokenQuery(
            f"{name} declares the columns {columns} and selects {names}.",
            value=name,
            to_do="Declare each column, in order.",
        )


def without_comments(sparql: str) -> str:
    """`sparql` without comments, and with the insides of IRIs and strings blanked out."""
    return _TOKEN.sub(lambda match: match[0] if not match["skip"] else " ", sparql)


def projected(body: str) -> list[str]:
    """The variables that a SELECT query projects, in order; none for other queries and SELECT *."""
    body = without_comments(body)
    begin = re.search(r"\bSELECT\b(?:\s+(?:DISTINCT|REDUCED)\b)?", body, re.IGNORECASE)
    if begin is None or re.search(r"\b(?:ASK|CONSTRUCT|DESCRIBE)\b", body[: begin.start()], re.IGNORECASE):
        return []
    depth, names, inner = 0, [], ""
    for match in re.finditer(r"[(){]|\?(\w+)|\bWHERE\b", body[begin.end() :], re.IGNORECASE):
        if depth == 0 and (match[0] == "{" or match[0].upper() == "WHERE"):
            break
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        inner = match[1] or inner
        if (match[1] and depth == 0) or (match[0] == ")" and depth == 0):
            names.append(match[1] or inner)
    return names


@cache
def queries(directory: Path | None = None) -> dict[str, Query]:
    """All questions, by name.

    Raises:
        BrokenQuery: one of the files is broken.
    """
    source = directory or folder("queries")
    return {path.stem: parse_query(path.stem, path.read_text(encoding="utf-8")) for path in sorted(source.glob("*.rq"))}
