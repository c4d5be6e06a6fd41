"""What every order of versions keeps: total, linear, never raising; and the cases that each module was written for."""

from __future__ import annotations

import time
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.facts.identity import version_keys
from rulewright.facts.identity import versions as v

PIECES = [
    "0", "1", "2", "9", "10", "00", "01", ".", ".", ".", "-", "-", "_", "~", "^", "+", ":", "1:", "1!", "v", "go",
    "a", "b", "m", "x", "rc", "alpha", "beta", "pre", "sp", "ga", "final", "SNAPSHOT", "dev", ".dev1", ".post1", "_p1", "_rc",
    "-r1", "-1", "p1", "~abc", "+incompatible", "é", " ", "2024-01-01T00:00:00Z", "*", "git", "patch",
]  # fmt: skip
MADE = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)
NUMBERED = st.builds(lambda start, rest: start + rest, st.sampled_from(["1", "1.0", "1.0.0", "0", "1.2"]), MADE)


@pytest.mark.parametrize("scheme", sorted(version_keys.SCHEMES))
@settings(max_examples=60)
@given(texts=st.lists(MADE | NUMBERED, min_size=3, max_size=4))
def test_every_order_is_total(scheme: str, texts: list[str]) -> None:
    known = [text for text in texts if v.is_valid(scheme, text)]
    for left, right in product(known, repeat=2):
        assert v.compare(scheme, left, right) == -(v.compare(scheme, right, left) or 0)
    for left, middle, right in product(known, repeat=3):
        first, second = v.compare(scheme, left, middle), v.compare(scheme, middle, right)
        if (first or 0) <= 0 and (second or 0) <= 0:
            assert v.compare(scheme, left, right) == min(first or 0, second or 0)
    for text in known:
        assert v.compare(scheme, text, text) == 0


HOSTILE = [
    "9" * 100_000,
    "1." * 50_000,
    "1-" * 50_000,
    "a1" * 50_000,
    "0" * 100_000,
    "1.0" + ".0" * 120,
    "1" + "-0" * 120,
    "1~" * 127,
]


@pytest.mark.parametrize("scheme", sorted(version_keys.SCHEMES))
def test_hostile_texts_take_no_time(scheme: str) -> None:
    start = time.process_time()
    for left, right in product(HOSTILE, HOSTILE):
        assert v.compare(scheme, left, right) in {-1, 0, 1, None}
    assert time.process_time() - start < 0.5


ASCENDING = {
    "maven": ["1.0-alpha-1", "1.0a2", "1.0-beta", "1.0-M1", "1.0-rc1", "1.0-CR2", "1.0-SNAPSHOT", "1.0", "1.0-sp", "1.0-x", "1.0-1", "1.0.1"],
    "gem": ["1.0.a", "1.0.b1", "1.0.b.2", "1.0-rc1", "1.0.0.x", "1.0", "1.0.1.pre", "1.0.1"],
    "apk": ["1.0_alpha", "1.0_alpha2", "1.0_rc1", "1.0", "1.0-r1", "1.0_git20200101", "1.0_p1", "1.0a", "1.0.0", "1.01", "1.1"],
    "ebuild": ["1.0_alpha", "1.0_rc1", "1.0", "1.0-r1", "1.0_p1", "1.0b", "1.0.0", "1.01", "1.1", "1.10"],
    "deb": ["1.0~~", "1.0~rc1", "1.0", "1.0-1", "1.0a", "1.0+dfsg", "1.0.1", "1:0"],
    "rpm": ["1.0~rc1", "1.0", "1.0-1", "1.0-1.el9", "1.0^git1", "1.0a", "1.0.1", "1:0"],
    "alpm": ["1.0a", "1.0beta", "1.0rc", "1.0", "1.0-1", "1.0-2", "1.0.a", "1.0.1", "1:0.1"],
    "golang": ["v0.0.0-20180306012644-bacd9c7ef1dd", "v0.1.0-rc.1", "v0.1.0", "v1.2.3-0.20200101000000-abcdefabcdef", "v1.2.3",
               "go1.21rc2", "go1.21.0", "v2.0.0+incompatible"],
    "nuget": ["1.0.0-ALPHA", "1.0.0-alpha.1", "1.0.0-beta", "1.0", "1.0.0.1", "1.0.1"],
    "conan": ["1.1-", "1.1-alpha.3", "1.1-alpha.22", "1.1", "1.1+b1", "1.1.a", "1.1a", "1.2", "cci.20230101", "cci.20240101"],
    "openssl": ["0.9.8", "0.9.8zh", "1.0.2-beta1", "1.0.2", "1.0.2a", "1.1.1w", "3.0.0-alpha1", "3.0.0-beta1-dev", "3.0.0-beta1", "3.0.0"],
    "cran": ["0.9", "1.0", "1.0-0", "1.0-1", "1.0.10"],
    "hackage": ["1.0", "1.0.0", "1.0.1", "1.1"],
    "generic": ["1.0alpha1", "1.0rc1", "1.0.0-rc2", "1.0", "1.0.0.2", "1.0p1", "1.0.1", "1.0w"],
    "datetime": ["2024-01-01T00:00:00+02:00", "2023-12-31T23:00:00Z", "2024-01-01T00:00:00.09Z", "2024-01-01T00:00:00.123Z"],
}  # fmt: skip


@pytest.mark.parametrize("scheme", sorted(ASCENDING))
def test_the_scheme_orders(scheme: str) -> None:
    versions = ASCENDING[scheme]
    assert [v.compare(scheme, left, right) for left, right in pairwise(versions)] == [-1] * (len(versions) - 1)
    assert sorted(set(versions), key=lambda text: v.key(scheme, text) or ()) == versions


@pytest.mark.parametrize(
    ("scheme", "left", "right"),
    [
        ("maven", "1.0.RELEASE", "1"),
        ("maven", "1-alpha-1", "1a1"),
        ("gem", "1.0.0", "1"),
        ("gem", "0.beta.1", "0.0.beta.1"),
        ("deb", "0:1.0", "1.0-0"),
        ("rpm", "1.0", "0:1_0"),
        ("nuget", "1.0.0-Beta+x", "1.0.0.0-beta"),
        ("ebuild", "1.0-r0", "1.0"),
        ("generic", "1.0-alpha2", "1.0a2"),
        ("datetime", "2024-01-01T00:00:00Z", "2023-12-31T19:00:00.000-05:00"),
    ],
)
def test_equal(scheme: str, left: str, right: str) -> None:
    assert v.compare(scheme, left, right) == 0


def test_purl_types_are_schemes_of_ranges() -> None:
    assert v.scheme_of("cran") == "cran"
    for name in v.known_schemes():
        if name not in {"all", "none"}:
            assert isinstance(v.Vers.parse(f"vers:{name}/*"), v.Vers)
    vers = v.Vers.parse("vers:cocoapods/>=1.0|<2.0.0")
    assert isinstance(vers, v.Vers)
    assert str(vers) == "vers:cocoapods/>=1.0|<2.0.0"
    assert vers.contains("1.0.0") is True
    assert vers.contains("2.0") is False
