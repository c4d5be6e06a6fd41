"""Package URLs: reading, validity, canonical form, patterns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packageurl import PackageURL

from rulewright.facts.identity import purl, purl_match
from rulewright.facts.identity.purl import Purl

CORPUS = Path(__file__).resolve().parents[3].parent / "shared/corpus"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pkg:npm/lodash@4.17.21", Purl("npm", None, "lodash", "4.17.21")),
        ("pkg:npm/%40babel/core@7.0.0", Purl("npm", "@babel", "core", "7.0.0")),
        ("pkg:npm/@babel/core", Purl("npm", "@babel", "core")),
        ("pkg:npm/@babel/core@7.0.0", Purl("npm", "@babel", "core", "7.0.0")),
        ("PKG:PYPI/Django_Package@1.11.1.DEV1", Purl("pypi", None, "django-package", "1.11.1.dev1")),
        (
            "pkg://deb/debian/Curl@7.50.3-1?arch=i386&distro=jessie",
            Purl("deb", "debian", "curl", "7.50.3-1", (("arch", "i386"), ("distro", "jessie"))),
        ),
        (
            "pkg:golang/github.com/Masterminds/semver@v3.2.0+incompatible",
            Purl("golang", "github.com/Masterminds", "semver", "v3.2.0+incompatible"),
        ),
        ("pkg:github//A/B/@v1", None),
        ("pkg:github//A/B@v1", Purl("github", "a", "b", "v1")),
        ("pkg:generic/a@feature/x", Purl("generic", None, "a", "feature/x")),
        ("pkg:generic/a?b=&c=1", Purl("generic", None, "a", None, (("c", "1"),))),
        (
            "pkg:generic/a?download_url=https://x/?y=1&z=%26",
            Purl("generic", None, "a", None, (("download_url", "https://x/?y=1"), ("z", "&"))),
        ),
        ("pkg:generic/a#/./b//../c/", Purl("generic", None, "a", None, (), "b/c")),
        ("pkg:git/codeberg.org/forgejo/forgejo@1", Purl("git", "codeberg.org", "forgejo/forgejo", "1")),
        ("pkg:cpan/drolsky/DateTime@1.55", Purl("cpan", "DROLSKY", "DateTime", "1.55")),
        ("pkg:oci/Debian@sha256%3AAB?tag=latest", Purl("oci", None, "debian", "sha256:ab", (("tag", "latest"),))),
        (
            "pkg:mlflow/CreditFraud@3?repository_url=https://adb-1.azuredatabricks.net",
            Purl("mlflow", None, "creditfraud", "3", (("repository_url", "https://adb-1.azuredatabricks.net"),)),
        ),
        ("pkg:pub/Http-Parser", Purl("pub", None, "http_parser")),
        ("pkg:generic/a b", Purl("generic", None, "a b")),
        ("pkg:xxx/xxx/xxx", Purl("xxx", "xxx", "xxx")),
    ],
)
def test_parse(text: str, expected: Purl | None) -> None:
    assert purl.parse(text) == expected
    if expected is not None:
        assert purl.parse(purl.to_text(expected)) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the scheme `pkg:` is missing"),
        ("invalid purl", "the scheme `pkg:` is missing"),
        ("pkg%3Amaven/a/b", "the scheme `pkg:` is missing"),
        ("pkg:", "a type is"),
        ("pkg:3nginx/nginx", "a type is"),
        ("pkg:n&g?inx/nginx@0.8.9", "a type is"),
        ("pkg:npm", "a name is required"),
        ("pkg:npm/", "a name is required"),
        ("pkg:maven/@1.3.4", "a name is required"),
        ("pkg:swift/github.com/Alamofire/@5.4.3", "a name is required"),
        ("pkg:npm/a?b", "a qualifier is `key=value`"),
        ("pkg:npm/a?in%20production=true", "a qualifier key is"),
        ("pkg:npm/a?b=1&B=2", "a qualifier key occurs twice"),
        ("pkg:npm/a%2", "a percent-escape is broken"),
        ("pkg:npm/a%ff", "a percent-escape is broken"),
        ("pkg:npm/a#b%2Fc", "a percent-escape is broken"),
        ("pkg:npm/\ud800", "a lone surrogate"),
        ("pkg:npm/a?b=\ud800", "a lone surrogate"),
        ("pkg:npm/" + "a" * 70_000, "longer than"),
    ],
)
def test_unreadable(text: str, reason: str) -> None:
    assert purl.parse(text) is None
    assert purl.canonical(text) is None
    assert not purl.is_valid(text)
    assert reason in (purl.problem(text) or "")
    assert purl.matches("pkg:*/*", text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("pkg:golang/stdlib@1.22", "type `golang` requires a namespace"),
        ("pkg:vcpkg/boost/asio@1.84.0", "type `vcpkg` has no namespace"),
        ("pkg:julia/Dates", "requires the qualifier `uuid`"),
        ("pkg:swid/Acme/x@1", "requires the qualifier `tag_id`"),
        ("pkg:cpan/LWP::UserAgent@6", "without `::`"),
        ("pkg:chrome-extension/dogs", "32 letters"),
        ("pkg:chrome-extension/dlpngalgnefjeiefhmpklpfiohadpglk@1.2.3.4.5", "one to four numbers"),
        ("pkg:rpm/fedora/curl@7?Arch=i386", "lower case"),
        ("pkg:generic/a b", "printable ASCII"),
        ("pkg:generic/\u00e4", "printable ASCII"),
        ("pkg:golang/github.com%2Fa/b", "encoded `/`"),
    ],
)
def test_readable_but_not_valid(text: str, reason: str) -> None:
    assert purl.parse(text) is not None
    assert purl.canonical(text) is not None
    assert reason in (purl.problem(text) or "")
    assert not purl.is_valid(text)


def test_build_refuses_what_is_not_valid() -> None:
    made = purl.build(Purl("PyPI", None, "/Django_x/", "1.0", (("B", "2"), ("a", ""), ("a", "1")), "./x"))
    assert isinstance(made, Purl)
    assert purl.to_text(made) == "pkg:pypi/django-x@1.0?a=1&b=2#x"
    assert purl.build(Purl("swift", None, "x")) == "type `swift` requires a namespace"
    assert "name" in str(purl.build(Purl("npm", None, "")))
    assert "key" in str(purl.build(Purl("npm", None, "a", None, (("a b", "1"),))))
    assert "surrogate" in str(purl.build(Purl("npm", None, "\ud800")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pkg:npm/a", "npm"),
        ("PKG://Deb/x", "deb"),
        ("pkg:npm", None),
        ("npm/a", None),
        ("pkg:n m/a", None),
        ("pkg:" + "a" * 100 + "/b", None),
    ],
)
def test_purl_type(text: str, expected: str | None) -> None:
    assert purl.purl_type(text) == expected


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("pkg:npm/lodash", "pkg:npm/lodash@4.17.21?x=1#y", True),
        ("pkg:npm/lodash", "pkg:npm/%40types/lodash@4.17.21", False),
        ("pkg:npm/*", "pkg:npm/%40types/lodash", True),
        ("pkg:npm/%40types/*", "pkg:npm/%40types/lodash", True),
        ("pkg:npm/@types/*", "pkg:npm/%40types/lodash", True),
        ("pkg:npm/lodash@4.*", "pkg:npm/lodash@4.17.21", True),
        ("pkg:npm/lodash@4.*", "pkg:npm/lodash@5.0.0", False),
        ("pkg:npm/lodash@4.*", "pkg:npm/lodash", False),
        ("pkg:maven/org.apache.*/log4j*", "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar", True),
        ("pkg:*/busybox", "pkg:generic/busybox@1.36.1", True),
        ("pkg:*/Django", "pkg:pypi/django@1.0", True),
        ("pkg:pypi/Django_*", "pkg:pypi/django-rest@1.0", True),
        ("pkg:pub/a-*", "pkg:pub/a_b", True),
        ("pkg:cargo/Django", "pkg:cargo/django@1.0", False),
        ("pkg:golang/github.com/*", "pkg:golang/github.com/a/b@v1", True),
        ("pkg:git/codeberg.org/*/forgejo", "pkg:git/codeberg.org/forgejo/forgejo@1", True),
        ("pkg:deb/debian/curl?arch=*64", "pkg:deb/debian/curl@7?arch=amd64&distro=x", True),
        ("pkg:deb/debian/curl?arch=*64", "pkg:deb/debian/curl@7?arch=i386", False),
        ("pkg:deb/debian/curl?arch=*", "pkg:deb/debian/curl@7", False),
        ("pkg:generic/a#src/*", "pkg:generic/a#src/x.c", True),
        ("pkg:generic/a%2Ab", "pkg:generic/a%2Ab", True),
        ("pkg:generic/a%2Ab", "pkg:generic/axb", False),
        ("pkg:generic/a[b]", "pkg:generic/a%5Bb%5D", True),
        ("pkg:n*/x", "pkg:nuget/x", True),
        ("pkg:n*/x", "pkg:pypi/x", False),
        ("npm/lodash", "pkg:npm/lodash", None),
        ("pkg:npm", "pkg:npm/lodash", None),
        ("pkg:npm/a%2", "pkg:npm/a", None),
        ("pkg:npm/a?b", "pkg:npm/a", None),
        ("pkg:n?m/a", "pkg:npm/a", None),
    ],
)
def test_matches(pattern: str, text: str, expected: object) -> None:
    assert purl.matches(pattern, text) is expected
    assert isinstance(purl_match.compile_pattern(pattern), str) is (expected is None)


TYPES = st.sampled_from(
    ["npm", "deb", "pypi", "golang", "git", "cpan", "pub", "oci", "mlflow", "hackage", "zzz", "Maven"]
)
PART = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("/@?#%&=+:* "), max_size=8)
PARTS = st.builds(
    Purl, TYPES, PART, PART, PART, st.lists(st.tuples(st.sampled_from("abAB"), PART), max_size=3).map(tuple), PART
)
TEXTS = st.builds(
    lambda type_, body: f"pkg:{type_}/{body}",
    TYPES,
    st.text(st.sampled_from("aB_./@?#%=&2F40 \u00e4\ud800"), max_size=24),
)


@given(PARTS)
def test_what_is_built_is_valid_and_reads_back(parts: Purl) -> None:
    made = purl.build(parts)
    if isinstance(made, Purl):
        text = purl.to_text(made)
        assert purl.parse(text) == made
        assert purl.canonical(text) == text
        assert purl.is_valid(text)
        assert purl.matches(text.replace("*", "%2A"), text) is True


@given(TEXTS | st.text())
def test_no_text_raises_and_canonical_is_stable(text: str) -> None:
    read, shown = purl.parse(text), purl.canonical(text)
    assert (read is None) == (shown is None)
    assert purl.is_valid(text) is (purl.problem(text) is None)
    assert purl.is_valid(text) <= (read is not None)
    if shown is not None:
        assert purl.canonical(shown) == shown
        assert purl.parse(shown) == read
        assert shown.isascii()
    assert purl.matches(text, text) in {True, None, False}
    assert purl.purl_type(text) in {None, text[4:].lstrip("/").partition("/")[0].lower()}


def texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"purl", "referenceLocator"} and isinstance(value, str) and value.startswith("pkg:"):
                yield value
            yield from texts(value)
    elif isinstance(node, list):
        for item in node:
            yield from texts(item)


def real_purls() -> list[str]:
    found: set[str] = set()
    for file in sorted(CORPUS.glob("*-json/**/*.json")):
        if file.stat().st_size < 1_000_000:
            try:
                found.update(texts(json.loads(file.read_bytes())))
            except (ValueError, RecursionError):
                continue
    return sorted(found)


def second_opinion(text: str) -> str | None:
    try:
        return str(PackageURL.from_string(text).to_string())
    except ValueError:
        return None


@pytest.mark.corpus
def test_packageurl_python_agrees_on_real_strings() -> None:
    """Where both read a string, they must name the same package: compared after ours reads what theirs wrote."""
    if not CORPUS.is_dir():
        pytest.skip("the shared corpus is absent")
    real = real_purls()
    assert len(real) > 1000
    differing = {}
    for text in real:
        theirs = second_opinion(text)
        ours = purl.canonical(text)
        if (ours is None) != (theirs is None) or (theirs is not None and purl.canonical(theirs) != ours):
            differing[text] = theirs
    # The suite demands that a purl with nothing between `/` and `@` fails (`pkg:swift/github.com/Alamofire/@5.4.3`).
    assert {text for text in differing if "/@" not in text} == set()
