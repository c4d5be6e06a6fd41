"""SPDX expressions: what parses, what is valid, what is allowed."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.facts.identity import license_tree
from rulewright.facts.identity import licenses as lic
from rulewright.facts.identity.license_tree import And, Expression, License, Or

CORPUS = Path(__file__).resolve().parents[3].parent / "shared/corpus"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mit", "MIT"),
        (" ( Apache-2.0 ) ", "Apache-2.0"),
        ("MIT AND (BSD-3-Clause AND ISC)", "MIT AND BSD-3-Clause AND ISC"),
        ("MIT OR ISC AND Zlib", "MIT OR ISC AND Zlib"),
        ("(MIT OR ISC) AND Zlib", "(MIT OR ISC) AND Zlib"),
        ("gpl-2.0+", "GPL-2.0+"),
        ("Apache-2.0+ with LLVM-Exception", "Apache-2.0+ WITH LLVM-exception"),
        ("documentref-x:licenseref-Y", "DocumentRef-x:LicenseRef-Y"),
        ("MIT WITH AdditionRef-mine", "MIT WITH AdditionRef-mine"),
        ("FOO or MIT", "FOO OR MIT"),
    ],
)
def test_canonical(text: str, expected: str) -> None:
    assert lic.canonical(text) == expected
    assert lic.canonical(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "NOASSERTION",
        "none",
        "MIT AND",
        "OR MIT",
        "MIT ISC",
        "Apache 2.0",
        "(MIT",
        "MIT)",
        "()",
        "MIT AND OR ISC",
        "MIT WITH",
        "MIT WITH (X)",
        "MIT + ISC",
        "MIT WITH LLVM-exception WITH LLVM-exception",
        "MIT And ISC",
    ],
)
def test_not_an_expression(text: str) -> None:
    assert lic.parse(text) is None
    assert lic.canonical(text) is None
    assert lic.ids(text) is None
    assert lic.allows(text, frozenset({"MIT"})) is None
    assert lic.requires_any(text, frozenset({"MIT"})) is None
    assert not lic.is_valid(text)


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("MIT AND OR ISC", 8, "expected a licence id before `OR`"),
        ("MIT ISC", 4, "expected AND, OR or the end before `ISC`"),
        ("(MIT", 4, "`)` is missing"),
        ("BSD-3-Clause OR BSD", 16, "`BSD` is no SPDX licence id"),
        ("MIT OR FOO+", 7, "`FOO` is no SPDX licence id"),
        ("MIT WITH LLVM", 9, "`LLVM` is no SPDX exception id"),
    ],
)
def test_a_problem_has_its_place(text: str, position: int, message: str) -> None:
    assert lic.problem(text) == (position, message)


@pytest.mark.parametrize(
    "text", ["LicenseRef-x+", "LicenseRef-a_b", "LicenseRef-", "MIT WITH Classpath", "\u212aazlib", "DocumentRef-x:MIT"]
)
def test_parses_but_is_not_valid(text: str) -> None:
    assert lic.parse(text) is not None
    assert not lic.is_valid(text)


@pytest.mark.parametrize(
    "text", ["LicenseRef-x", "DocumentRef-a.b:LicenseRef-c", "GPL-2.0", "GPL-2.0+", "MIT+", "eCos-2.0"]
)
def test_valid(text: str) -> None:
    assert lic.is_valid(text)


OK = frozenset({"MIT", "Apache-2.0", "BSD-3-Clause", "GPL-2.0-only WITH Classpath-exception-2.0"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MIT", True),
        ("mit and apache-2.0", True),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only AND MIT", False),
        ("(GPL-3.0-only OR MIT) AND (ISC OR BSD-3-Clause)", True),
        ("Apache-2.0+", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("Apache-2.0 WITH AdditionRef-x", False),
        ("Apache-2.0 WITH Commons-Clause", None),
        ("GPL-2.0-with-classpath-exception", True),
        ("GPL-2.0 WITH Classpath-exception-2.0", True),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0", True),
        ("GPL-2.0-only", False),
        ("BSD", None),
        ("BSD OR MIT", True),
        ("BSD AND MIT", None),
        ("BSD AND GPL-3.0-only", False),
        ("LicenseRef-x", False),
    ],
)
def test_allows(text: str, expected: Any) -> None:
    assert lic.allows(text, OK) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GPL-3.0-only", True),
        ("GPL-3.0-only OR MIT", False),
        ("GPL-3.0-only AND MIT", True),
        ("GPL-3.0 WITH Autoconf-exception-3.0", True),
        ("(GPL-3.0-only AND MIT) OR GPL-3.0+", True),
        ("GPLv3", None),
        ("GPLv3 AND GPL-3.0-only", True),
        ("GPLv3 OR MIT", False),
    ],
)
def test_requires_any(text: str, expected: Any) -> None:
    assert lic.requires_any(text, frozenset({"GPL-3.0-only"})) is expected


def test_depth_and_length_are_bounded() -> None:
    deep = license_tree.MAX_DEPTH
    assert lic.parse("(" * deep + "MIT" + ")" * deep) == License("MIT")
    too_deep = license_tree.read("(" * 3000 + "MIT" + ")" * 3000)
    assert too_deep == (deep, f"parentheses nest deeper than {deep}")
    assert lic.parse("MIT" + " OR MIT" * 9000) == Or((License("MIT"),) * 9001)
    assert lic.parse("MIT" + " OR MIT" * 10_000) is None


def test_scancode_references() -> None:
    assert lic.is_scancode_ref("LicenseRef-scancode-public-domain")
    assert not lic.is_scancode_ref("LicenseRef-public-domain")
    assert not lic.is_scancode_ref("MIT")


def test_ids_and_exceptions() -> None:
    text = "ISC OR (mit AND GPL-2.0+ WITH classpath-exception-2.0) OR MIT"
    assert lic.ids(text) == ("GPL-2.0+", "ISC", "MIT")
    assert lic.exceptions(text) == ("Classpath-exception-2.0",)
    assert lic.deprecated_ids(text) == ("GPL-2.0+",)


ATOMS = ["MIT", "ISC", "Zlib", "GPL-2.0-only", "LicenseRef-x"]
TREES: st.SearchStrategy[Expression] = st.recursive(
    st.builds(License, st.sampled_from(ATOMS)),
    lambda inner: st.tuples(inner, inner).map(And) | st.tuples(inner, inner).map(Or),
    max_leaves=8,
)


def choices(tree: Expression) -> list[frozenset[str]]:
    """Every choice, written out: the meaning that the fast functions must agree with."""
    if isinstance(tree, License):
        return [frozenset({tree.id})]
    parts = [choices(part) for part in tree.parts]
    if isinstance(tree, Or):
        return [choice for part in parts for choice in part]
    return [frozenset().union(*combination) for combination in itertools.product(*parts)]


@given(TREES, st.frozensets(st.sampled_from(ATOMS)))
def test_allows_and_requires_any_mean_choices(tree: Expression, names: frozenset[str]) -> None:
    text = lic.to_text(tree)
    assert lic.allows(text, names) is any(choice <= names for choice in choices(tree))
    assert lic.requires_any(text, names) is all(choice & names for choice in choices(tree))


@given(TREES)
def test_writing_and_reading_agree(tree: Expression) -> None:
    text = lic.to_text(tree)
    read = lic.parse(text)
    assert read is not None
    assert lic.to_text(read) == text
    assert choices(read) == choices(tree)


WORDS = st.lists(st.sampled_from(["MIT", "AND", "OR", "WITH", "(", ")", "+", "LLVM-exception", "x", "\ud800", "or"]))


@given(st.text() | WORDS.map(" ".join))
def test_no_text_raises(text: str) -> None:
    lic.problem(text)
    lic.allows(text, frozenset({text}))
    lic.requires_any(text, frozenset({"MIT"}))
    lic.is_scancode_ref(text)
    shown = lic.canonical(text)
    assert shown is None or lic.canonical(shown) == shown


def texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            wanted = key in {"expression", "licenseConcluded", "licenseDeclared"} or (key == "id" and "url" in node)
            if isinstance(value, str) and wanted:
                yield value
            yield from texts(value)
    elif isinstance(node, list):
        for item in node:
            yield from texts(item)


def real_expressions() -> set[str]:
    found: set[str] = set()
    for file in sorted(CORPUS.glob("*-json/**/*.json")):
        if file.stat().st_size < 2_000_000:
            try:
                found.update(texts(json.loads(file.read_bytes())))
            except (ValueError, RecursionError):
                continue
    return found - {"NOASSERTION", "NONE"}


def second_opinion(text: str) -> str | None:
    """What license-expression makes of it, `None` if it finds an error."""
    from license_expression import ExpressionError, get_spdx_licensing

    licensing = get_spdx_licensing()
    try:
        tree = None if licensing.validate(text).errors else licensing.parse(text)
    except (ExpressionError, AttributeError):
        return None
    return None if tree is None else str(tree.render("{symbol.key}"))


@pytest.mark.corpus
def test_license_expression_agrees_on_real_strings() -> None:
    """It knows only ScanCode's LicenseRefs and not the deprecated `-with-` ids; else it must agree.

    Where both accept, they must read the same tree (it renames deprecated ids, so those are left out).
    """
    if not CORPUS.is_dir():
        pytest.skip("the shared corpus is absent")
    real = real_expressions()
    assert len(real) > 50
    differing = []
    for text in sorted(real):
        theirs, names = second_opinion(text), lic.ids(text) or ()
        if theirs is None and any("LicenseRef-" in name or "-with-" in name for name in names):
            continue
        same = lic.is_valid(text) == (theirs is not None)
        if same and theirs is not None and not lic.deprecated_ids(text):
            same = lic.canonical(theirs) == lic.canonical(text)
        if not same:
            differing.append((text, theirs))
    assert differing == []
