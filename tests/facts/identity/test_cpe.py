"""CPE names: reading, canonical form, matching."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.facts.identity import cpe
from rulewright.facts.identity.cpe import Relation

# The grammar as the official schemas print it (CycloneDX 1.6 `cpe`, without the XML quoting).
OFFICIAL = re.compile(
    r"""\Acpe:2\.3:[aho\*\-](:(((\?*|\*?)([a-zA-Z0-9\-\._]|(\\[\\\*\?!"#$%&'\(\)\+,/:;<=>@\[\]\^`\{\|}~]))+(\?*|\*?))|[\*\-])){5}"""
    r"""(:(([a-zA-Z]{2,3}(-([a-zA-Z]{2}|[0-9]{3}))?)|[\*\-]))"""
    r"""(:(((\?*|\*?)([a-zA-Z0-9\-\._]|(\\[\\\*\?!"#$%&'\(\)\+,/:;<=>@\[\]\^`\{\|}~]))+(\?*|\*?))|[\*\-])){4}\Z""",
)


def fs(*values: str) -> str:
    return "cpe:2.3:" + ":".join([*values, *["*"] * (11 - len(values))])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (fs("a", "DataDog", r"datadog-go\/v5", "v5.0.2"), fs("a", "datadog", r"datadog-go\/v5", "v5.0.2")),
        (fs("a", "v", r"x\:y\\", "-"), fs("a", "v", r"x\:y\\", "-")),
        (fs("a", "v", r"x\-y\.z", r"\-"), fs("a", "v", "x-y.z", r"\-")),
        ("cpe:/a:Openssl:openssl:3.6.0", fs("a", "openssl", "openssl", "3.6.0")),
        ("cpe:/o:linux:linux_kernel", fs("o", "linux", "linux_kernel")),
        ("cpe:/a:v:p%2bq:1.%02", fs("a", "v", r"p\+q", "1.*")),
        (
            "cpe:/a:hp:insight:7.4.0.1570:-:~~online~win2003~x64~",
            fs("a", "hp", "insight", "7.4.0.1570", "-", "*", "*", "online", "win2003", "x64", "*"),
        ),
        ("cpe:/a:v:p:1::ed:en-us", fs("a", "v", "p", "1", "*", "ed", "en-us")),
        ("cpe:/a:v:p~q", fs("a", "v", r"p\~q")),
    ],
)
def test_canonical(text: str, expected: str) -> None:
    assert cpe.canonical(text) == expected
    assert cpe.canonical(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cpe",
        "cpe:2.3:",
        "cpe:2.3:a:v:p",
        fs("x", "v", "p"),
        fs("a", "", "p"),
        fs("a", "v", "p q"),
        fs("a", "v", "p/q"),
        fs("a", "v", "a*b"),
        fs("a", "v", "**"),
        fs("a", "v", "?"),
        fs("a", "v", "p\\"),
        fs("a", "v", "\u00e4"),
        fs("a", "v", "p") + ":*",
        fs("a", "v", "p") + "\n",
        "cpe:/x:v",
        "cpe:/a:v:p/q",
        "cpe:/a:v:p:1:2:3:4:5",
        "cpe:/a:v:%zz",
        "cpe:/a:v:p:1::~a~b",
        "cpe::gnu:ncurses:",
        "cpe:/a:v:%01x%01y",
        "cpe:2.3:" + "a" * 70_000,
    ],
)
def test_not_a_name(text: str) -> None:
    assert cpe.read(text) is None
    assert cpe.canonical(text) is None
    assert not cpe.is_valid(text)
    assert cpe.matches(text, fs("a")) is None
    assert cpe.matches(fs("a"), text) is None


@pytest.mark.parametrize(
    "text",
    [
        fs("a", "v", r"x\-y"),
        fs("a", "v", "p", "1", "*", "*", "english"),
        "CPE:2.3:" + fs("a")[8:],
        fs("A", "v"),
        "CPE:/a:v:p",
    ],
)
def test_readable_but_not_valid(text: str) -> None:
    assert cpe.read(text) is not None
    assert not cpe.is_valid(text)


BUSYBOX = fs("a", "busybox", "busybox", "1.36.1")


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (BUSYBOX, BUSYBOX, True),
        (fs("a", "BusyBox", "*"), BUSYBOX, True),
        (fs("a", "busybox", "busybox", "1.36.*"), BUSYBOX, True),
        (fs("a", "*box", "busy*"), BUSYBOX, True),
        (fs("a", "busybo?", "*"), BUSYBOX, True),
        (fs("a", "busybox??", "*"), BUSYBOX, True),
        (fs("a", "busyb?", "*"), BUSYBOX, False),
        (fs("o", "busybox"), BUSYBOX, False),
        (fs("a", "busybox", "busybox", "1.35.*"), BUSYBOX, False),
        (fs("a", "busybox", "busybox", "-"), BUSYBOX, False),
        (fs("a", "busybox", "busybox", "*"), fs("a", "busybox", "busybox", "-"), True),
        (fs("a", "busybox", "busybox", "1.*"), fs("a", "busybox", "busybox", "-"), False),
        (BUSYBOX, fs("a", "busybox", "busybox"), None),
        (BUSYBOX, fs("a", "busybox", "busybox", "1.36.*"), None),
        (BUSYBOX, fs("a", "other", "busybox", "1.36.*"), False),
        (fs("a", "v", r"a\*b"), fs("a", "v", r"a\*b"), True),
        (fs("a", "v", "a*"), fs("a", "v", r"a\+b\\"), True),
        (fs("a", "busybox"), "cpe:/a:busybox:busybox:1.36.1", True),
    ],
)
def test_matches(pattern: str, text: str, expected: object) -> None:
    assert cpe.matches(pattern, text) is expected


def relate(pattern: str, text: str) -> Relation:
    source, target = cpe.read(pattern), cpe.read(text)
    assert source is not None
    assert target is not None
    return cpe.relation(source, target)


def test_relations() -> None:
    assert relate(BUSYBOX, BUSYBOX) is Relation.EQUAL
    assert relate(fs("a", "busybox"), BUSYBOX) is Relation.SUPERSET
    assert relate(BUSYBOX, fs("a", "busybox")) is Relation.SUBSET
    assert relate(fs("a", "v", "*", "1"), fs("a", "v", "p", "*")) is Relation.UNDEFINED
    assert relate(fs("a", "v", "*", "1"), fs("a", "w", "p", "*")) is Relation.DISJOINT


VALUES = st.from_regex(
    r"(\?{0,2}|\*?)([a-zA-Z0-9._-]|\\[!+:*?\\]){1,3}(\?{0,2}|\*?)|[*-]",
    fullmatch=True,
    alphabet=st.characters(codec="ascii"),
)
NAMES = st.builds(
    lambda part, values: fs(part, *values), st.sampled_from("aho*-"), st.lists(VALUES, min_size=3, max_size=5)
)


@given(NAMES)
def test_the_official_grammar_is_accepted(text: str) -> None:
    assert cpe.is_valid(text) is (OFFICIAL.match(text) is not None)
    canonical = cpe.canonical(text)
    assert canonical is not None
    assert cpe.canonical(canonical) == canonical
    assert relate(text, text) is Relation.EQUAL
    assert relate(fs("*"), text) in {Relation.SUPERSET, Relation.EQUAL}


@given(NAMES, NAMES)
def test_relation_turns_round(left: str, right: str) -> None:
    turned = {Relation.SUPERSET: {Relation.SUBSET, Relation.UNDEFINED}, Relation.EQUAL: {Relation.EQUAL}}
    assert relate(right, left) in turned.get(relate(left, right), set(Relation) - {Relation.EQUAL})


@given(
    st.text()
    | st.from_regex(r"\Acpe:(?:2\.3:|/)[aho*:\\?~%01a-]{0,40}\Z")
    | st.lists(st.text(r"a*?-\.:", max_size=3), max_size=12).map(lambda v: "cpe:2.3:" + ":".join(v))
)
def test_no_text_raises_and_only_the_official_grammar_is_valid(text: str) -> None:
    assert cpe.matches(text, text) in {True, None}
    if text.startswith("cpe:2.3:"):
        assert cpe.is_valid(text) is (OFFICIAL.match(text) is not None)
    else:
        cpe.is_valid(text)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        # NISTIR 7696, table 6-2, row by row.
        ("*", "*", Relation.EQUAL),
        ("*", "-", Relation.SUPERSET),
        ("*", "i", Relation.SUPERSET),
        ("-", "*", Relation.SUBSET),
        ("-", "-", Relation.EQUAL),
        ("-", "i", Relation.DISJOINT),
        ("i", "i", Relation.EQUAL),
        ("i", "k", Relation.DISJOINT),
        ("i", "m*", Relation.UNDEFINED),
        ("i", "-", Relation.DISJOINT),
        ("i", "*", Relation.SUBSET),
        ("m*", "mm", Relation.SUPERSET),
        ("m*", "n", Relation.DISJOINT),
        ("m*", "*", Relation.SUBSET),
        ("m*", "-", Relation.DISJOINT),
        ("m*", "k*", Relation.UNDEFINED),
        # Rows 4 and 8, which the table leaves undefined and the meaning of ANY and NA decides.
        ("*", "m*", Relation.SUPERSET),
        ("-", "m*", Relation.DISJOINT),
    ],
)
def test_the_table_of_attribute_comparison(source: str, target: str, expected: Relation) -> None:
    assert relate(fs("a", source), fs("a", target)) is expected


@pytest.mark.parametrize(
    ("uri", "formatted"),
    [
        # NISTIR 7695, 6.1.3.2 and 6.2.3.2: examples of unbinding.
        (
            "cpe:/a:microsoft:internet_explorer%01%01%01%01:8:beta",
            fs("a", "microsoft", "internet_explorer????", "8", "beta"),
        ),
        ("cpe:/a:microsoft:internet_explorer:8.%2a:sp%3f", fs("a", "microsoft", "internet_explorer", r"8.\*", r"sp\?")),
        ("cpe:/a:microsoft:internet_explorer:8.%02:sp%01", fs("a", "microsoft", "internet_explorer", "8.*", "sp?")),
        (
            "cpe:/a:hp:insight_diagnostics:7.4.0.1570::~~online~win2003~x64~",
            fs("a", "hp", "insight_diagnostics", "7.4.0.1570", "*", "*", "*", "online", "win2003", "x64"),
        ),
        ("cpe:/a:foo%5cbar:big%24money", fs("a", r"foo\\bar", r"big\$money")),
    ],
)
def test_a_uri_and_a_formatted_string_are_one_name(uri: str, formatted: str) -> None:
    assert cpe.canonical(uri) == formatted
    assert relate(uri, formatted) is Relation.EQUAL
