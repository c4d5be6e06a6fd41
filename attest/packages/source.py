"""The manifest as an author writes it: `rulewright-pack.toml`.

Guarantees: nothing in the file goes unread; every flaw is told with the member that it is about, all at once; the licence is an SPDX
expression; the newest entry of the changelog names the edition.  It opens no file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple

import msgspec

from rulewright.attest.packages import model
from rulewright.attest.packages.model import Dependency, PackageError
from rulewright.facts.identity import licenses

_HEADING = re.compile(r"(?m)^(?:#{1,6}[ \t]+(?P<atx>\S.*)|(?P<setext>\S.*)\n(?:=+|-+)[ \t]*$)")
_TITLES = frozenset({"changelog", "changes", "change log", "history", "unreleased"})


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What both tables have in common."""


class _Dependency(_Table, frozen=True, kw_only=True):
    name: str
    edition: str
    sha256: str
    signer: str = ""


class Source(_Table, frozen=True, kw_only=True):
    """The file as it stands.  `include` are patterns of files (`*` goes across folders); without any, all files belong to the pack."""

    name: str
    edition: str
    title: str
    publisher: str
    license: str
    language: str = "1"
    changelog: str = "CHANGELOG.md"
    include: tuple[str, ...] = ()
    dependencies: tuple[_Dependency, ...] = ()


class Flaw(NamedTuple):
    """Something that is wrong: the member (RFC 6901 pointer), what, and the code."""

    pointer: str
    message: str
    code: str = "RW4206"


def read(data: bytes) -> Source:
    """The file as typed data.  Raises `PackageError` RW4206; `name` is then the pointer to the member."""
    try:
        plain = tomllib.loads(data.decode())
    except UnicodeDecodeError:
        raise PackageError("RW4206", "it is not UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PackageError("RW4206", f"it is no TOML: {error}") from None
    try:
        return msgspec.convert(plain, Source, strict=True)
    except msgspec.ValidationError as error:
        said, _, path = str(error).partition(" - at `$")
        pointer = path.rstrip("`").replace("[", ".").replace("]", "").replace(".", "/")
        raise PackageError("RW4206", said[:1].lower() + said[1:], pointer) from None


def dependencies(source: Source) -> tuple[Dependency, ...]:
    """The dependencies, sorted by name."""
    found = (
        Dependency(name=each.name, edition=each.edition, sha256=each.sha256, signer=each.signer)
        for each in source.dependencies
    )
    return tuple(sorted(found, key=lambda each: each.name))


def flaws(source: Source, language: str) -> Iterator[Flaw]:
    """Everything that is wrong with the words of the file; `language` is the version that is spoken here."""
    if not model.is_pack(source.name):
        yield Flaw("/name", f"`{source.name}` is no name of a pack: lower-case words, joined by `.`, `-` or `_`")
    if not model.is_edition(source.edition):
        yield Flaw("/edition", f"`{source.edition}` is no edition: letters and digits, joined by `.` or `_`")
    for member, text in (("title", source.title), ("publisher", source.publisher)):
        if not text.strip() or len(text) > model.WORDS or not text.isprintable():
            yield Flaw(f"/{member}", f"the {member} is empty, too long or more than one line")
    fault = licenses.problem(source.license)
    if fault is not None:
        yield Flaw("/license", f"the licence is no SPDX expression: {fault.message}", "RW4205")
    if source.language != language:
        yield Flaw(
            "/language", f"the language is version `{language}` here, and the pack is written in `{source.language}`"
        )
    seen = {source.name}
    for number, each in enumerate(dependencies(source)):
        wrong = model.flaws(each) or (f"`{each.name}` stands twice, or is the pack itself" if each.name in seen else "")
        seen.add(each.name)
        if wrong:
            yield Flaw(f"/dependencies/{number}", wrong)
    if len(source.dependencies) > model.DEPENDENCIES:
        yield Flaw("/dependencies", f"a pack has at most {model.DEPENDENCIES} dependencies")


def missing(source: Source, files: Mapping[str, bytes]) -> Iterator[Flaw]:
    """What is wrong between the words of the file and the files of the pack."""
    for number, pattern in enumerate(source.include):
        if not any(fnmatchcase(name, pattern) for name in files):
            yield Flaw(f"/include/{number}", f"no file is called like `{pattern}`")
    text = files.get(source.changelog)
    if text is None:
        yield Flaw("/changelog", f"the changelog `{source.changelog}` is not among the files of the pack")
        return
    newest = entry(text.decode("utf-8", "replace"))
    if not names(newest, source.edition):
        told = f"is `{newest}`" if newest else "is not there"
        yield Flaw(
            "/changelog",
            f"the newest entry of `{source.changelog}` {told}, and does not name edition `{source.edition}`",
        )


def included(source: Source, name: str) -> bool:
    """Whether a file belongs to the pack."""
    always = {model.SOURCE, source.changelog}
    return not source.include or name in always or any(fnmatchcase(name, pattern) for pattern in source.include)


def entry(changelog: str) -> str:
    """The newest entry of a changelog: its first heading that is no title of the whole; empty where there is none."""
    for found in _HEADING.finditer(changelog.replace("\r\n", "\n")):
        text = (found["atx"] or found["setext"] or "").strip().rstrip("#").strip()
        if text.strip("[]").lower() not in _TITLES:
            return text
    return ""


def names(heading: str, edition: str) -> bool:
    """Whether a heading names an edition, and not only one that begins or ends like it."""
    return re.search(rf"(?<![\w.-])v?{re.escape(edition)}(?![\w-]|\.\w)", heading) is not None
