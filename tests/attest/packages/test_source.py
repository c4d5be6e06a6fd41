"""The author's manifest and the index: every flaw is told, nothing goes unread."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from rulewright.attest.packages import index, model, source
from rulewright.attest.packages.model import Entry, PackageError
from tests.attest.packages import made

TEXT = made.FILES["rulewright-pack.toml"].decode()


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        (TEXT + "typo = 1\n", ""),
        (TEXT.replace('title = "Base"', "title = 1"), "/title"),
        (TEXT.replace('title = "Base"\n', ""), ""),
        (TEXT + '[[dependencies]]\nname = "x"\n', "/dependencies/0"),
        (TEXT + "x = ", ""),
    ],
)
def test_a_text_that_is_no_manifest(text: str, pointer: str) -> None:
    with pytest.raises(PackageError) as found:
        source.read(text.encode())
    assert (found.value.code, found.value.name) == ("RW4206", pointer)
    with pytest.raises(PackageError):
        source.read(b"\xff")


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"name": "Acme"}, "/name", "RW4206"),
        ({"edition": "1 0"}, "/edition", "RW4206"),
        ({"title": " "}, "/title", "RW4206"),
        ({"publisher": "a\nb"}, "/publisher", "RW4206"),
        ({"license": "MIT OR Unheard"}, "/license", "RW4205"),
        ({"license": ""}, "/license", "RW4205"),
        ({"language": "2"}, "/language", "RW4206"),
    ],
)
def test_words_that_are_wrong(changes: dict[str, Any], pointer: str, code: str) -> None:
    said = source.read(TEXT.encode())
    assert list(source.flaws(said, "1")) == []
    assert [(each.pointer, each.code) for each in source.flaws(replace(said, **changes), "1")] == [(pointer, code)]


def test_dependencies_are_exact() -> None:
    pin = '[[dependencies]]\nname = "acme.x"\nedition = "%s"\nsha256 = "' + "a" * 64 + '"\n'
    assert not list(source.flaws(source.read((TEXT + pin % "1.0").encode()), "1"))
    for text in (pin % ">=1.0", (pin % "1.0") * 2, (pin % "1.0").replace("acme.x", "acme.base")):
        found = list(source.flaws(source.read((TEXT + text).encode()), "1"))
        assert found
        assert all(each.pointer.startswith("/dependencies/") for each in found)


def test_patterns_say_what_belongs_to_the_pack() -> None:
    said = source.read((TEXT + 'include = ["*.rw", "none/*"]\n').encode())
    names = ("base.rw", "deep/more.rw", "CHANGELOG.md", "rulewright-pack.toml", "notes.txt")
    assert [source.included(said, name) for name in names] == [True, True, True, True, False]
    assert [each.pointer for each in source.missing(said, made.FILES)] == ["/include/1"]


def entry(**changes: Any) -> Entry:
    found = Entry(
        name="acme.base",
        edition="1.0",
        file="acme.base-1.0.rwpack",
        size=10,
        sha256="a" * 64,
        signature=None,
        signers=(),
        dependencies=(),
    )
    return replace(found, **changes)


def test_an_index_finds_the_newest_and_the_exact_edition() -> None:
    entries = [entry(edition=e, file=model.filename("acme.base", e)) for e in ("1.10", "1.2", "1.9")]
    data = index.encode(entries)
    assert index.encode(reversed(entries)) == data
    found = index.decode(data)
    assert index.find(found, "acme.base").edition == "1.10"
    assert index.find(found, "acme.base@1.2").edition == "1.2"
    for wanted in ("acme.else", "acme.base@3"):
        with pytest.raises(PackageError) as error:
            index.find(found, wanted)
        assert error.value.code == "RW4217"


@pytest.mark.parametrize(
    "changes",
    [
        {"file": "../acme.base-1.0.rwpack"},
        {"file": "https://example.org/x.rwpack"},
        {"size": 0},
        {"size": 1 << 40},
        {"sha256": "x"},
        {"name": "A"},
    ],
)
def test_an_index_that_points_elsewhere_is_refused(changes: dict[str, Any]) -> None:
    data = model.encode(model.Index(packs=(entry(**changes),)))
    with pytest.raises(PackageError) as found:
        index.decode(data)
    assert found.value.code == "RW4217"
    with pytest.raises(PackageError):
        index.encode([entry(), entry()])
