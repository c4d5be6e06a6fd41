"""Which package URLs mean one package, and which cover which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.facts.identity import purl
from rulewright.facts.identity.purl import Purl
from rulewright.facts.identity.purl_names import covers, package_key, same_version


def read(text: str) -> Purl:
    found = purl.parse(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("broad", "narrow", "expected"),
    [
        ("pkg:npm/lodash", "pkg:npm/lodash@4.17.21", True),
        ("pkg:npm/lodash@4.17.21", "pkg:npm/lodash", False),
        ("pkg:npm/lodash@4.17.20", "pkg:npm/lodash@4.17.21", False),
        ("pkg:npm/lodash", "pkg:npm/%40types/lodash@4.0.0", False),
        ("pkg:npm/Lodash", "pkg:npm/lodash", False),
        ("pkg:npm/a@1.0.0+x", "pkg:npm/a@1.0.0+y", False),
        ("pkg:npm/a@v1.0.0", "pkg:npm/a@1.0.0", True),
        ("pkg:pypi/Zope.Interface@1.0", "pkg:pypi/zope-interface@1.0.0", True),
        ("pkg:pypi/zope__interface", "pkg:pypi/zope-interface@1", True),
        ("pkg:nuget/newtonsoft.json", "pkg:nuget/Newtonsoft.Json@13.0.1", True),
        ("pkg:cargo/serde-json@1.0.0", "pkg:cargo/serde_json@1.0.0", True),
        ("pkg:golang/github.com/Azure/sdk@v1.2.0", "pkg:golang/github.com/azure/sdk@1.2.0", True),
        ("pkg:maven/org.A/b", "pkg:maven/org.a/b@1", False),
        ("pkg:deb/debian/curl@7.88.1-10?arch=amd64", "pkg:deb/debian/curl@7.88.1-10?arch=amd64&distro=debian-12", True),
        ("pkg:deb/debian/curl?arch=arm64", "pkg:deb/debian/curl@7.88.1-10?arch=amd64", False),
        ("pkg:deb/debian/curl?arch=arm64", "pkg:deb/debian/curl@7.88.1-10", False),
        ("pkg:deb/debian/curl", "pkg:deb/ubuntu/curl@8", False),
        ("pkg:deb/debian/curl@0:8", "pkg:deb/debian/curl@8-0", True),
        ("pkg:alpine/busybox@1.36-r0", "pkg:apk/alpine/busybox@1.36-r0", True),
        ("pkg:oci/app@sha256:ab", "pkg:oci/app@sha256:cd", False),
        ("pkg:github/a/b#x", "pkg:github/a/b@1", False),
        ("pkg:generic/fw@latest", "pkg:generic/fw@latest", True),
        ("pkg:generic/fw@latest", "pkg:generic/fw@newest", False),
    ],
)
def test_covers(broad: str, narrow: str, expected: object) -> None:
    assert covers(read(broad), read(narrow)) is expected


@given(st.builds(Purl, st.sampled_from(["pypi", "npm", "deb", "zzz"]), st.none() | st.text(max_size=4), st.text(max_size=5),
                 st.none() | st.text(max_size=5)))  # fmt: skip
def test_nothing_raises_and_a_package_covers_itself(one: Purl) -> None:
    assert covers(one, one)
    assert package_key(one) == package_key(one)
    assert same_version(one.type, one.version or "", one.version or "")
