"""From shapes to plans.

The constraint components of the shapes are a closed list. A shape with any other part is not compiled: it is opaque,
and pyshacl is asked about everything that it targets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from math import inf

from pyoxigraph import NamedNode

from comparanda.errors import BrokenInstallation
from comparanda.findings import Severity
from comparanda.namespaces import CMP, RDF, SH, Base
from comparanda.shapes import Shapes
from comparanda.terms import BlankNode, Literal, Term
from comparanda.validation.constraints import VALUE_CONSTRAINTS, Test, either, every, is_iri, one_of, sound
from comparanda.validation.plans import TYPE, Fact, Order, Plan, Plans, Rule
from comparanda.validation.schema import PLACES

About = Mapping[NamedNode, list[Term]]


def _terms(*names: str) -> frozenset[NamedNode]:
    return frozenset(SH[name] for name in names)


DOCUMENTATION = _terms("name", "description", "order", "message", "severity") | {RDF["type"], CMP["comparedBy"]}
_NODE_SHAPE = DOCUMENTATION | _terms("targetClass", "closed", "ignoredProperties", "property", "sparql")
_PROPERTY_SHAPE = DOCUMENTATION | _terms("path", "minCount", "maxCount", "uniqueLang")
_LOOKS_AT_THE_TERM = _terms("datatype", "nodeKind", "class", "node", "in", "or")
_OTHER_TARGETS = _terms("targetNode", "targetSubjectsOf", "targetObjectsOf", "target")
_TRUE = Literal(True)
_ONE_NOT_AFTER_THE_OTHER = re.compile(
    r"SELECT \$this \?path \?value WHERE \{ \$this (\S+) \?value ; (\S+) \?end \. "
    r"BIND\(\1 AS \?path\) FILTER\(STR\(\?value\) > STR\(\?end\)\) \}"
)


@cache
def compile_plans(shapes: Shapes, base: Base) -> Plans:
    """The shapes of one catalogue, compiled.

    Raises:
        BrokenInstallation: a shape has targets that are no classes, or one that another shape has as well.
    """
    by_class: dict[Term, Plan] = {}
    for shape in shapes.subjects:
        about = shapes.about(shape)
        targets = about.get(SH["targetClass"], [])
        if about.keys() & _OTHER_TARGETS or len(targets) > 1 or by_class.keys() & set(targets):
            message = f"The shape {shape} has other targets than one class of its own."
            raise BrokenInstallation(message, value=str(shape), to_do="Give each class one shape with sh:targetClass.")
        for kind in targets:
            by_class[kind] = Compiler(shapes, base).plan(shape, kind)
    facts = [
        fact for plan in by_class.values() for rules in plan.rules.values() for rule in rules for fact in rule.facts
    ]
    opaque = frozenset(plan.shape for plan in by_class.values() if plan.opaque)
    closed: dict[Term, Term] = {plan.closed: plan.shape for plan in by_class.values()}
    return Plans(by_class, sorted({path for path, _ in facts} | {TYPE}), opaque, closed)


class Compiler:
    """Makes plans of node shapes and rules of property shapes."""

    def __init__(self, shapes: Shapes, base: Base) -> None:
        self._shapes = shapes
        self._base = base

    def plan(self, shape: Term, kind: Term) -> Plan:
        about = self._shapes.about(shape)
        ignored = [self._shapes.members(head) for head in about.get(SH["ignoredProperties"], ())]
        orders = [self._order(self._shapes.about(constraint)) for constraint in about.get(SH["sparql"], ())]
        closed = (about.get(SH["closed"]), ignored) in (([_TRUE], [[RDF["type"]]]), (None, []))
        opaque: list[Term] = [] if about.keys() <= _NODE_SHAPE and closed and None not in orders else [shape]
        rules: dict[str, list[Rule]] = {}
        for part in about.get(SH["property"], ()):
            rule = self.rule(part)
            if rule is None:
                opaque.append(part)
            else:
                rules.setdefault(rule.path, []).append(rule)
        return Plan(
            shape=shape,
            closed=BlankNode(),
            place=f"{self._base.iri}id/{PLACES[kind]}/" if kind in PLACES else "",
            rules=rules,
            required=[rule for of_path in rules.values() for rule in of_path if rule.least],
            orders=[order for order in orders if order],
            opaque=opaque,
        )

    def rule(self, shape: Term) -> Rule | None:
        """A property shape; None where it has a part that is not on the list."""
        about = self._shapes.about(shape)
        constraints = self.constraints(about, _PROPERTY_SHAPE)
        path, message = _one(about, "path"), _one(about, "message")
        least, most = _number(about, "minCount", 0), _number(about, "maxCount", inf)
        severity = _severity(about)
        unique = about.get(SH["uniqueLang"])
        if constraints is None or least is None or most is None or unique not in (None, [_TRUE]):
            return None
        if not isinstance(path, NamedNode) or severity is None or (least and not isinstance(message, Literal)):
            return None
        return Rule(
            shape=shape,
            path=path.value,
            test=every(constraints[0]),
            facts=constraints[1],
            least=int(least),
            most=most,
            once_in_a_language=unique is not None,
            severity=severity,
            message=message.value if isinstance(message, Literal) else "",
        )

    def constraints(self, about: About, others: frozenset[NamedNode]) -> tuple[list[Test], list[Fact]] | None:
        """Tests and facts of what a shape asks of a value; None where it asks for something not on the list."""
        tests: list[Test | None] = [] if about.keys() & _LOOKS_AT_THE_TERM else [sound]
        facts: list[Fact | None] = []
        for parameter in about.keys() - others:
            for value in about[parameter]:
                if parameter == SH["class"]:
                    facts.append(self._fact(RDF["type"], value))
                elif parameter == SH["node"]:
                    facts += self._facts_of_node(self._shapes.about(value))
                else:
                    tests.append(self._test(parameter, value) if len(about[parameter]) == 1 else None)
        known_tests = [is_iri] * bool(facts) + [test for test in tests if test]
        known_facts = [fact for fact in facts if fact]
        return None if None in tests or None in facts else (known_tests, known_facts)

    def _test(self, parameter: NamedNode, value: Term) -> Test | None:
        if parameter == SH["in"]:
            return one_of(self._base.rebased(member) for member in self._shapes.members(value))
        if parameter != SH["or"]:
            make = VALUE_CONSTRAINTS.get(parameter)
            return make(value) if make else None
        parts = [self.constraints(self._shapes.about(part), DOCUMENTATION) for part in self._shapes.members(value)]
        known = [every(part[0]) for part in parts if part and not part[1]]
        return either(known) if known and len(known) == len(parts) else None

    def _facts_of_node(self, about: About) -> list[Fact | None]:
        """Of a node shape that asks for values of properties, and for nothing else."""
        found: list[Fact | None] = [] if about.keys() <= DOCUMENTATION | _terms("property") else [None]
        for part in about.get(SH["property"], ()):
            asked = self._shapes.about(part)
            known = asked.keys() <= DOCUMENTATION | _terms("path", "hasValue")
            values = asked.get(SH["hasValue"], [])
            found += [self._fact(_one(asked, "path"), value) for value in values] if known else [None]
        return found

    def _fact(self, path: Term | None, value: Term) -> Fact | None:
        if not isinstance(path, NamedNode) or not isinstance(value, NamedNode):
            return None
        return path.value, self._base.rebased(value).value

    def _order(self, about: About) -> Order | None:
        """A SPARQL constraint that compares texts; None where it asks something else."""
        select, message, severity = _one(about, "select"), _one(about, "message"), _severity(about)
        if not isinstance(select, Literal) or not isinstance(message, Literal) or severity is None:
            return None
        prefixes = dict(re.findall(r"PREFIX (\w+): <([^>]*)>", select.value))
        body = " ".join(re.sub(r"PREFIX \w+: <[^>]*>", "", select.value).split())
        match = _ONE_NOT_AFTER_THE_OTHER.fullmatch(body)
        names = [name.partition(":") for name in match.groups()] if match else []
        iris = [prefixes[prefix] + name for prefix, _, name in names if prefix in prefixes]
        known = len(iris) == 2 and about.keys() <= DOCUMENTATION | _terms("select")
        return Order(iris[0], iris[1], severity, message.value) if known else None


def _severity(about: About) -> Severity | None:
    given = about.get(SH["severity"], [SH["Violation"]])
    return next((each for each in Severity if given == [SH[each]]), None)


def _one(about: About, name: str) -> Term | None:
    values = about.get(SH[name], [])
    return values[0] if len(values) == 1 else None


def _number(about: About, name: str, default: float) -> float | None:
    if SH[name] not in about:
        return default
    value = _one(about, name)
    return int(value.value) if isinstance(value, Literal) and value.value.isdecimal() else None
