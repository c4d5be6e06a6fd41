"""What import-linter cannot see: calls that open files, the one door into `dsl`, lazy heavy imports.

Guarantees: read from the syntax trees, so nothing is run. It does not follow names that are computed.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

PURE = ("attest", "dsl", "engine", "facts")
OPENERS = {"open", "eval", "exec", "compile", "__import__", "input", "breakpoint"}
# Slow to import, and no part of a small run: only inside the function that needs them.
HEAVY = {
    "cryptography",
    "rfc3161_client",
    "rfc8785",
    "securesystemslib",
    "jsonschema",
    "jsonschema_rs",
    "lark",
    "license_expression",
    "lsprotocol",
    "numpy",
    "packageurl",
    "pydantic",
    "pygls",
    "pysat",
    "re2",
    "rich",
    "typer",
    "univers",
    "watchfiles",
    "yaml",
    "z3",
}


def trees(root: Path, folders: tuple[str, ...]) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        yield from _trees(root, folder)


@cache
def _trees(root: Path, folder: str) -> tuple[tuple[str, ast.Module], ...]:
    paths = sorted((root / folder).rglob("*.py"))
    return tuple((str(path.relative_to(root)), ast.parse(path.read_bytes())) for path in paths)


def opened(tree: ast.AST) -> Iterator[int]:
    """Yield the lines of calls to built-ins that reach outside."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OPENERS:
            yield node.lineno


def at_import(nodes: list[ast.stmt]) -> Iterator[str]:
    """Yield the full names of everything imported when the module is (`from a import b` gives `a` and `a.b`)."""
    for node in nodes:
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(module=str(name)):
                yield name
                yield from (f"{name}.{alias.name}" for alias in node.names)
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                yield from at_import(node.orelse)
            case ast.If() | ast.Try():
                yield from at_import([n for n in ast.iter_child_nodes(node) if isinstance(n, ast.stmt)])
            case _:
                pass


def heavy(names: Iterable[str]) -> set[str]:
    return {top for name in names if (top := name.partition(".")[0]) in HEAVY}


def test_pure_folders_open_nothing(root: Path) -> None:
    found = [f"{name}:{line}" for name, tree in trees(root, PURE) for line in opened(tree)]
    assert found == []


def test_an_opening_call_is_seen() -> None:
    assert list(opened(ast.parse("def f():\n    return open('x').read()"))) == [2]


IR = ("ir", "ir_cases")
"""The intermediate form of rules, and that of tests of rules: plain data, both."""


def from_dsl(tree: ast.AST) -> Iterator[str]:
    """Yield the modules and names that a module takes from `dsl`, the IR apart."""
    own = {f"rulewright.dsl.{name}" for name in IR}
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module="rulewright.dsl"):
                yield from (f"rulewright.dsl.{a.name}" for a in node.names if a.name not in IR)
            case ast.ImportFrom(module=str(name)) if name.startswith("rulewright.dsl.") and name not in own:
                yield name
            case ast.Import():
                names = (a.name for a in node.names if a.name.startswith("rulewright.dsl"))
                yield from (name for name in names if name not in own)
            case _:
                pass


def test_engine_knows_of_dsl_only_its_ir(root: Path) -> None:
    found = [f"{name}: {taken}" for name, tree in trees(root, ("engine",)) for taken in from_dsl(tree)]
    assert found == []


def test_another_way_into_dsl_is_seen() -> None:
    text = "from rulewright.dsl import ir, parse\nfrom rulewright.dsl.check import x\nimport rulewright.dsl.ir"
    assert list(from_dsl(ast.parse(text))) == ["rulewright.dsl.parse", "rulewright.dsl.check"]


def test_the_ir_knows_of_dsl_nothing_else(root: Path) -> None:
    for name in IR:
        tree = ast.parse((root / "dsl" / f"{name}.py").read_text(encoding="utf-8"))
        assert list(from_dsl(tree)) == []


def test_heavy_packages_are_imported_where_they_are_used(root: Path) -> None:
    """A module may import one at its top only if nobody imports that module at theirs."""
    folders = ("attest", "cli", "devices", "dsl", "engine", "facts", "sbom", "threats", "src/rulewright")
    imports: dict[str, set[str]] = {}
    for path, tree in trees(root, folders):
        parts = Path(path).with_suffix("").parts
        if parts[:2] == ("src", "rulewright"):
            parts = parts[2:]
        imports[".".join(("rulewright", *parts)).removesuffix(".__init__")] = set(at_import(tree.body))
    slow = {name: heavy(taken) for name, taken in imports.items() if heavy(taken)}
    assert "rulewright.cli.main" in imports
    assert slow.keys().isdisjoint({"rulewright.__main__", "rulewright.cli.main"})
    found = [
        f"{name} imports {leaf}, which imports {sorted(slow[leaf])}"
        for name, taken in sorted(imports.items())
        for leaf in sorted(taken & slow.keys())
        if name not in slow
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import numpy as np", {"numpy"}),
        ("try:\n    from lark import Lark\nexcept ImportError:\n    pass", {"lark"}),
        ("if TYPE_CHECKING:\n    import numpy", set()),
        ("def f():\n    import numpy", set()),
    ],
)
def test_the_search_for_heavy_imports(text: str, expected: set[str]) -> None:
    assert heavy(at_import(ast.parse(text).body)) == expected


MODULES = {
    "cyclonedx-python-lib": "cyclonedx",
    "google-re2": "re2",
    "jsonschema-rs": "jsonschema_rs",
    "libpass": "passlib",
    "python-sat": "pysat",
    "pyyaml": "yaml",
    "rfc3161-client": "rfc3161_client",
    "spdx-tools": "spdx_tools",
    "z3-solver": "z3",
}
DEVELOPMENT = {"dsl/generate.py": {"lark"}}


def imported(tree: ast.AST) -> set[str]:
    """Return the top-level names of everything imported anywhere in a module."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                names |= {alias.name.partition(".")[0] for alias in node.names}
            case ast.ImportFrom(module=str(name)):
                names.add(name.partition(".")[0])
            case _:
                pass
    return names


def test_what_is_imported_is_declared_and_what_is_declared_is_imported(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    declared = {re.split(r"[<>=\[]", entry)[0].lower() for entry in listed}
    modules = {MODULES.get(name, name) for name in declared}
    found: set[str] = set()
    for path, tree in trees(
        root, ("attest", "cli", "devices", "dsl", "engine", "facts", "sbom", "threats", "src/rulewright")
    ):
        found |= imported(tree) - DEVELOPMENT.get(path, set())
    assert found - sys.stdlib_module_names - {"rulewright"} == modules
