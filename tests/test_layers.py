"""The layers of the package: imports go down, and what is dangerous happens in one place each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import REPOSITORY

PACKAGE = REPOSITORY / "server" / "comparanda"
ENVIRONMENT = {"environ", "environb", "getenv", "putenv"}

# From the bottom up; a module may import from its own row and from rows before it. `name/*` is all below a package.
LAYERS = (
    ("errors", "findings", "namespaces", "resources"),
    ("settings", "terms", "languages"),
    ("descriptions", "queries", "formats", "readers/*"),
    ("stores/*", "shapes", "isolation", "worker", "validation/*"),
    (
        "catalogue/*",
        "index/*",
        "answers",
        "checks",
        "comparison",
        "concepts",
        "coverage",
        "facts",
        "provenance",
        "statements",
    ),
    ("dumps/*", "relations", "render/*", "sparql/*"),
    ("", "library", "rdflib_view"),
    ("web/*",),
    ("app",),
    ("serving", "cli/*", "__main__"),
)
SPARQL = re.compile(r"\b(?:SELECT|CONSTRUCT|ASK|WHERE|INSERT|DELETE)\b[^.]*[{*?]|\b(?:CLEAR|DROP)\b.*\bGRAPH\b")


def module_name(path: Path) -> str:
    """`stores.embedded` for `stores/embedded.py`, `stores` for `stores/__init__.py`, nothing for the package."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").rstrip(".")


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def tree(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def layer(name: str) -> int:
    found = [
        number
        for number, row in enumerate(LAYERS)
        for pattern in row
        if name == pattern or (pattern.endswith("/*") and name.split(".")[0] == pattern[:-2])
    ]
    assert len(found) == 1, f"{name or 'the package itself'} stands in {len(found)} layers"
    return found[0]


def imported(name: str) -> Iterator[str]:
    """The modules of the package that a module imports, wherever in its text."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports by a relative path"
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            found = [each if each.removeprefix("comparanda.") in MODULES else f"{node.module}" for each in whole]
        else:
            continue
        yield from (
            each.removeprefix("comparanda").removeprefix(".") for each in found if each.split(".")[0] == "comparanda"
        )


def texts(node: ast.AST) -> str:
    """All string constants in an expression, one after the other; `?` stands for what is put in between."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(texts(part) if isinstance(part, ast.Constant) else "?" for part in node.values)
    if isinstance(node, ast.BinOp):
        return texts(node.left) + "?" + texts(node.right)
    return ""


def built_texts(name: str) -> Iterator[tuple[int, str]]:
    """Line and text of each string that a module makes out of pieces."""
    for node in ast.walk(tree(name)):
        match node:
            case ast.JoinedStr(values=parts) if any(isinstance(part, ast.FormattedValue) for part in parts):
                yield node.lineno, texts(node)
            case ast.BinOp(op=ast.Mod() | ast.Add()):
                yield node.lineno, texts(node)
            case ast.Call(func=ast.Attribute(value=whole, attr="format" | "format_map" | "replace" | "join")):
                yield node.lineno, texts(whole)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_stands_in_exactly_one_layer(name: str) -> None:
    assert 0 <= layer(name) < len(LAYERS)


@pytest.mark.parametrize("name", MODULES)
def test_imports_go_down_only(name: str) -> None:
    up = [other for other in imported(name) if layer(other) > layer(name)]
    assert not up, f"{name} imports {up} from a layer above its own"


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Packages are taken apart: a package's `__init__` counts as a module of its own."""
    below: dict[str, set[str]] = {name: {other for other in imported(name) if other != name} for name in MODULES}
    while free := [name for name, others in below.items() if not others & below.keys()]:
        for name in free:
            del below[name]
    assert not below, f"these modules import each other: {sorted(below)}"


def test_every_layer_names_a_module_that_exists() -> None:
    known = {*MODULES, *(f"{name.split('.')[0]}/*" for name in MODULES if "." in name)}
    assert {pattern for row in LAYERS for pattern in row} <= known


def test_only_the_settings_read_the_environment() -> None:
    """Others hand it on to processes that they start: as `env=…`, as `{**os.environ, …}`, or by updating it."""
    for name in MODULES:
        nodes = list(ast.walk(tree(name)))
        handed_on = {id(inner) for node in nodes for part in passes_environment(node) for inner in ast.walk(part)}
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and node.module == "os":
                assert not {alias.name for alias in node.names} & ENVIRONMENT, name
            elif isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT and name != "settings":
                assert id(node) in handed_on, f"{name}, line {node.lineno} reads the environment"


def passes_environment(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a call or a dictionary that hand the environment on."""
    if isinstance(node, ast.Dict):
        yield from (value for key, value in zip(node.keys, node.values, strict=True) if key is None)
    if isinstance(node, ast.Call):
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "env")
        if isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            yield node.func


@pytest.mark.parametrize("name", [name for name in MODULES if name != "web.problems"])
def test_no_module_catches_every_exception(name: str) -> None:
    """Except to clean up: a handler may catch all where its last statement raises the same again."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.ExceptHandler):
            caught = {each.id for each in ast.walk(node.type) if isinstance(each, ast.Name)} if node.type else set()
            wide = node.type is None or caught & {"Exception", "BaseException"}
            last = node.body[-1]
            assert not wide or (isinstance(last, ast.Raise) and last.exc is None), f"{name}, line {node.lineno}"


@pytest.mark.parametrize(
    "name", [name for name in MODULES if name != "queries" and name.split(".")[0] not in ("stores", "index")]
)
def test_no_module_builds_sparql_out_of_text(name: str) -> None:
    """What the index puts together is SQL."""
    built = [(line, text) for line, text in built_texts(name) if SPARQL.search(text)]
    assert not built


def test_the_heuristic_finds_the_sparql_that_the_remote_store_builds() -> None:
    """Otherwise the test before would pass whatever is built."""
    assert any(SPARQL.search(text) for _, text in built_texts("stores.remote_writer"))
