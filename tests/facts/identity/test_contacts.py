"""E-mail addresses and URIs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.facts.identity import contacts


@pytest.mark.parametrize(
    "text", ["a@b.co", "team+go-compiler@tracker.debian.org", "o'neil.x@x--y.example", "a@xn--bcher-kva.example"]
)
def test_email(text: str) -> None:
    assert contacts.is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "support@partner",
        "a@",
        "@b.co",
        "a b@c.de",
        "a@b..co",
        "a@-b.co",
        "a@b-.co",
        ".a@b.co",
        "a.@b.co",
        "a..b@c.de",
        "a@b.co\n",
        "mailto:a@b.co",
        "a@b@c.de ",
        "a@1.2.3.4",
        "\u00e4@b.de",
        "a" * 65 + "@b.de",
        "a@" + "b" * 64 + ".de",
        "a@" + "b." * 130 + "de",
        "<a@b.de>",
    ],
)
def test_no_email(text: str) -> None:
    assert not contacts.is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org",
        "http://[::1]:8080/a?b#c",
        "https://user@example.org:443/x",
        "urn:uuid:1",
        "mailto:a@b.de",
        "git+https://example.org/x.git@v1",
        "ftp://example.org",
        "HTTPS://EXAMPLE.ORG/%7Ea",
        "file:///etc/x",
        "pkg:npm/a@1",
    ],
)
def test_url(text: str) -> None:
    assert contacts.is_url(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.org",
        "//example.org",
        "https://",
        "https:example.org",
        "https:///x",
        "http://a b",
        "https://exa mple",
        "1http://x",
        "http://x/%zz",
        "https://x/\u00e4",
        "https://x#a#b",
        "https://x\n",
        "https://[::1",
        "https://x:8x/",
        "git+https:x",
        "x" * 70_000 + ":a",
    ],
)
def test_no_url(text: str) -> None:
    assert not contacts.is_url(text)


def test_web_url() -> None:
    assert contacts.is_web_url("HTTPS://example.org/")
    assert not contacts.is_web_url("ftp://example.org/")
    assert not contacts.is_web_url("https://")


@given(st.text() | st.from_regex(r"\A[a-z@.:/%?#\[\]+-]{0,40}\Z"))
def test_no_text_raises(text: str) -> None:
    contacts.is_email(text)
    assert contacts.is_url(text) or not contacts.is_web_url(text)
