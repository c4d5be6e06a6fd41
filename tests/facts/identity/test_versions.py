"""Versions and ranges: each scheme's order, VERS, and agreement with univers."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.facts.identity import versions as v
from rulewright.facts.identity.versions import Vers

ASCENDING = {
    "semver": [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.10",
    ],
    "golang": ["v0.0.0-20180306012644-bacd9c7ef1dd", "v0.1.0", "go1.21.0", "v1.22.0+incompatible", "1.22.1"],
    "pub": ["1.2.3-dev", "1.2.3", "1.2.3+1", "1.2.3+2"],
    "composer": ["1.0-dev", "1.0-alpha1", "v1.0.0-beta2", "1.0RC1", "1.0", "1.0-p1", "1.0.0.1"],
    "pypi": ["1.0.dev1", "1.0a1", "1.0rc1", "1.0", "1.0.post1", "1.0.1", "1!0.1"],
    "maven": ["1.0-alpha-1", "1.0-beta-1", "1.0-SNAPSHOT", "1.0", "1.0-sp-1", "1.0.1.Final"],
    "deb": ["1.0~rc1", "1.0", "1.0-1", "1.0-1ubuntu1", "1.0.0", "1:0.1"],
    "rpm": ["1.0~rc1", "1.0", "1.0-1.el8", "1.0.1", "1:0.1"],
    "apk": ["1.0_alpha1", "1.0", "1.0-r1", "1.0.0", "1.1"],
    "gem": ["1.0.0.pre1", "1.0.0", "1.0.0.1", "1.0.10"],
    "nuget": ["1.0.0-alpha", "1.0", "1.0.0.1", "1.1"],
    "openssl": ["0.9.8", "1.0.1g", "1.0.2a", "1.1.1w", "3.0.0"],
    "generic": ["2.6-rc1", "2.6", "2.6.0.1", "2.6-p1", "2.6a", "2.6b", "2.6za", "2.7", "2023.04-rc2", "2023.04"],
    "lexicographic": ["A", "B", "a", "aa", "é"],
    "intdot": ["1", "1.2", "1.10", "1.10.1rc1"],
}


@pytest.mark.parametrize("scheme", sorted(ASCENDING))
def test_the_scheme_orders(scheme: str) -> None:
    versions = ASCENDING[scheme]
    for low, left in enumerate(versions):
        for high, right in enumerate(versions):
            assert v.compare(scheme, left, right) == (low > high) - (low < high), (left, right)


@pytest.mark.parametrize(
    ("scheme", "left", "right"),
    [
        ("semver", "1.0.0+a", "1.0.0+b"),
        ("npm", "v1.2", "1.2.0"),
        ("pypi", "1.0", "1.0.0"),
        ("maven", "1.0.0", "1"),
        ("generic", "1.0", "1"),
        ("conan", "1.0", "1"),
        ("composer", "v1.2.0.0", "1.2-stable"),
        ("debian", "1.0-1", "1.0-1"),
    ],
)
def test_equal(scheme: str, left: str, right: str) -> None:
    assert v.compare(scheme, left, right) == 0


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        ("golang", "(devel)"),
        ("npm", "1.2.3.4"),
        ("npm", ""),
        ("pypi", "1.0-anything-goes"),
        ("generic", "latest"),
        ("generic", "a72d2c07cfca03b55371089de6aa230d8c951fa0"),
        ("generic", "5" * 40),
        ("rpm", "unspecified"),
        ("deb", "1 .0"),
        ("semver", "9" * 300),
        ("generic", "9" * 5000),
        ("no-such-scheme", "1.0"),
        ("semver", "\u0661.0.0"),
        ("composer", "1.0-\u017ftable"),
        ("datetime", "yesterday"),
    ],
)
def test_not_a_version(scheme: str, text: str) -> None:
    assert not v.is_valid(scheme, text)
    assert v.compare(scheme, text, "1.0.0") is None
    assert v.compare(scheme, "1.0.0", text) is None


def test_schemes_of_purl_types() -> None:
    assert v.scheme_of_purl_type("deb") == "deb"
    assert v.scheme_of_purl_type("PyPI") == "pypi"
    assert v.scheme_of_purl_type("oci") is None
    for scheme in filter(None, map(v.scheme_of_purl_type, ["apk", "alpm", "swift", "github", "cocoapods"])):
        assert scheme in v.known_schemes()


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("pypi/<2.0.7", ["2.0.6", "1.0", "2.0.7rc1"], ["2.0.7", "2.1"]),
        ("vers:pypi/<2.0.7|>=3", ["1", "3", "4.0b1"], ["2.0.7", "2.9", "3.0a1"]),
        ("vers:npm/1.2.3|>=2.0.0|<5.0.0", ["1.2.3", "2.0.0", "4.9.9"], ["1.2.4", "5.0.0", "2.0.0-rc.1"]),
        ("vers:gem/>=2.2.0|!=2.2.1|<2.3.0", ["2.2.0", "2.2.2"], ["2.2.1", "2.3.0"]),
        ("deb/>=1:2.0|<=1:2.5", ["1:2.0", "1:2.5"], ["3.0", "1:2.5-1"]),
        ("npm/!=1.0.0", ["0.9.0", "1.0.1"], ["1.0.0"]),
        ("npm/1.0.0|!=1.5.0", ["1.0.0"], ["1.5.0", "2.0.0"]),
        ("npm/*", ["1.0.0", "whatever"], []),
        ("none/*", [], ["1"]),
        ("npm/>1.0.0", ["1.0.1"], ["1.0.0", "0.1.0"]),
        ("generic/<1.36.1", ["1.36.0", "1.36.1-rc1"], ["1.36.1", "1.37"]),
    ],
)
def test_contains(text: str, inside: list[str], outside: list[str]) -> None:
    vers = Vers.parse(text)
    assert isinstance(vers, Vers), vers
    assert [vers.contains(version) for version in inside] == [True] * len(inside)
    assert [vers.contains(version) for version in outside] == [False] * len(outside)
    assert Vers.parse(str(vers)) == vers


def test_a_version_of_another_kind_is_unknown() -> None:
    vers = Vers.parse("golang/<1.2.3")
    assert isinstance(vers, Vers)
    assert vers.contains("(devel)") is None
    assert vers.contains("x" * 70_000) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "`` is no version scheme"),
        ("pypi", "after the scheme"),
        ("pypi/", "after the scheme"),
        ("zzz/1", "`zzz` is no version scheme"),
        ("vers:NPM/1.0.0", "`NPM` is no version scheme"),
        ("pypi/>=1 |<2", "no white space"),
        ("pypi/>=1||<2", "`` is no constraint"),
        ("pypi/|1", "`` is no constraint"),
        ("pypi/==1", "`==1` is no constraint"),
        ("pypi/~=1", "`~=1` is no constraint"),
        ("pypi/>=abc", "`abc` is no pypi version"),
        ("npm/>=2.0.0|<1.0.0", "do not ascend"),
        ("npm/1.0.0|1.0", "`1.0` occurs twice"),
        ("npm/>1.0.0|>2.0.0", "redundant"),
        ("npm/<1.0.0|<2.0.0", "redundant"),
        ("npm/1.0%2G", "percent-escape"),
        ("npm/1.0%2d1", "percent-escape"),
        ("pypi/*|1", "is no constraint"),
        ("all/1", "after the scheme"),
        ("npm/" + "|".join(f"1.0.{n}" for n in range(2001)), "more than 2000"),
        ("npm/" + "1" * 70_000, "longer than"),
    ],
)
def test_not_a_range(text: str, message: str) -> None:
    vers = Vers.parse(text)
    assert isinstance(vers, str)
    assert message in vers


def test_a_lenient_reader_puts_ranges_right() -> None:
    assert str(Vers.parse("npm/3.0.0|>=1.0.0|>1.5.0|<2.0.0", strict=False)) == "vers:npm/>=1.0.0|<2.0.0|3.0.0"
    assert str(Vers.parse("npm/1.0.0|!=1.1.0|<1.5.0|<2.0.0", strict=False)) == "vers:npm/!=1.1.0|<2.0.0"


DOTTED = st.lists(st.sampled_from([0, 0, 1, 2, 9, 10, 11, 2024]), min_size=1, max_size=4).map(
    lambda parts: ".".join(map(str, parts))
)


@pytest.mark.parametrize("scheme", ["alpm", "apk", "conan", "deb", "gem", "maven", "nuget", "pypi", "rpm"])
@settings(max_examples=40)
@given(data=st.data())
def test_plain_numbers_order_as_univers_orders_them(scheme: str, data: st.DataObject) -> None:
    left, right = data.draw(DOTTED), data.draw(DOTTED)
    from univers.version_range import RANGE_CLASS_BY_SCHEMES

    made: Any = RANGE_CLASS_BY_SCHEMES[scheme].version_class
    theirs = (made(left) > made(right)) - (made(left) < made(right))
    assert v.compare(scheme, left, right) == theirs


VERSIONS = st.from_regex(r"\A[v0-9a-z.+~:_-]{1,12}\Z") | DOTTED


@given(
    st.text(max_size=40) | st.from_regex(r"\A(?:vers:)?(?:npm|pypi|deb)/[0-9<>=!|.*%a]{0,20}\Z"), st.text(max_size=10)
)
def test_no_range_raises(text: str, version: str) -> None:
    for strict in (True, False):
        vers = Vers.parse(text, strict=strict)
        if isinstance(vers, Vers):
            assert vers.contains(version) in {True, False, None}
            assert Vers.parse(str(vers)) == vers


@given(
    st.lists(DOTTED, min_size=1, max_size=4, unique=True),
    st.lists(st.sampled_from(["<", "<=", ">", ">="]), min_size=4, max_size=4),
    DOTTED,
)
def test_contains_means_the_union_of_intervals(texts: list[str], comparators: list[str], version: str) -> None:
    """Against the plain meaning: each maximal interval written out as a pair of comparisons."""
    listed = "|".join(comparator + text for comparator, text in zip(comparators, texts, strict=False))
    vers = Vers.parse(f"pypi/{listed}")
    if isinstance(vers, str):
        return
    bounds = [(c.comparator, v.compare("pypi", version, c.version)) for c in vers.constraints]
    meets = [
        (sign < 0 or (sign == 0 and "=" in op)) if "<" in op else (sign > 0 or (sign == 0 and "=" in op))
        for op, sign in bounds
        if sign is not None
    ]
    inside = False
    for index, (comparator, _) in enumerate(bounds):
        if "<" in comparator:
            inside |= meets[index] and (index == 0 or meets[index - 1])
        elif index == len(bounds) - 1:
            inside |= meets[index]
    assert vers.contains(version) is inside


def test_plain_versions_import_nothing() -> None:
    code = (
        "import sys; from rulewright.facts.identity.versions import Vers;"
        "assert Vers.parse('pypi/<2.0.7').contains('2.0.6') is True;"
        "print(sorted(m for m in sys.modules if m.partition('.')[0] in {'univers', 'packaging', 'attr', 'semantic_version'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
