"""Folders and archives as PRODUCT words: the documents in them, by content.

Guarantees: a folder is walked in the order of names, links are never followed, and its size is bounded; what is no document
is counted and said.  It reads no document.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic
from rulewright.engine.result import Input

Data = bytes | mmap.mmap
Read = Callable[[str], Data]


class Found(msgspec.Struct):
    """What a folder or archive holds: names and bytes of documents, how it is listed, and what is to be said of it."""

    documents: list[tuple[str, Data]]
    listed: Input
    findings: tuple[Diagnostic, ...] = ()
    problems: list[Diagnostic] = []
    skipped: dict[str, int] = {}
    """Of a folder: how many files are no documents, by what they are."""


def archive(name: str, data: Data) -> Found | None:
    """The documents of an archive; `None` for what is no archive."""
    from rulewright.sbom import archive as archives

    kind = archives.kind_of(data)
    if kind is None:
        return None
    digest = hashlib.sha256(data).hexdigest()
    listed = Input(kind="archive", format=kind, name=name, sha256=digest, bytes=len(data), product="")
    opened = archives.unfold(data, name)
    if isinstance(opened, Diagnostic):
        return Found([], listed, (), [opened])
    inside: list[tuple[str, Data]] = [(f"{name}/{member.name}", member.data) for member in opened.members]
    return Found(inside, listed, opened.findings, _none(inside, name, "archive"))


def folder(name: str, path: str, read: Read) -> Found:
    """The documents of a folder and of the folders in it."""
    others: Counter[str] = Counter()
    problems: list[Diagnostic] = []
    return _sifted(name, _files(name, path, read, others, problems), others, problems)


def held(name: str, files: Iterable[tuple[str, Data]], skipped: Mapping[str, int]) -> Found:
    """The same of files that are at hand, in the order in which they were read; `skipped` counts what else was there."""
    return _sifted(name, files, Counter(skipped), [])


def _sifted(name: str, files: Iterable[tuple[str, Data]], others: Counter[str], problems: list[Diagnostic]) -> Found:
    """The files that may be documents; the rest is counted."""
    from rulewright.sbom.archive import kind_of, may_be_document, said

    inside: list[tuple[str, Data]] = []
    size = 0
    digest = hashlib.sha256()
    for shown, data in files:
        if data and may_be_document(data):
            size += len(data)
            digest.update(f"{shown[len(name) :]}\0{hashlib.sha256(data).hexdigest()}\n".encode())
            inside.append((shown, data))
        elif data and kind_of(data) is not None:
            others["archives in a folder"] += 1
        else:
            others["no documents"] += 1
    listed = Input(kind="folder", format="folder", name=name, sha256=digest.hexdigest(), bytes=size, product="")
    return Found(
        inside, listed, said(name, others), problems or _none(inside, name, "folder"), dict(sorted(others.items()))
    )


def _files(
    name: str, path: str, read: Read, others: Counter[str], problems: list[Diagnostic]
) -> Iterator[tuple[str, Data]]:
    """Name and bytes of the regular files below a folder, so many; links are counted."""
    from rulewright.sbom.limits import MAX_MEMBERS

    for number, (shown, place, regular) in enumerate(_walk(path, name), 1):
        if number > MAX_MEMBERS:
            message = f"the folder `{name}` has more than {MAX_MEMBERS} files"
            problems.append(problem("RW0003", message, "name the documents in it"))
            return
        if not regular:
            others["links"] += 1
            continue
        try:
            yield shown, read(place)
        except OSError as error:
            problems.append(problem("RW0003", f"`{shown}` cannot be read: {(error.strerror or '').lower()}"))
        except ValueError:  # an empty file cannot be mapped
            yield shown, b""


def _walk(path: str, name: str) -> Iterator[tuple[str, str, bool]]:
    """Name, path and whether it is a regular file, of everything below a folder, in the order of names."""
    below = _entries(path, name)[::-1]
    while below:
        shown, place, regular = below.pop()
        if regular is None:
            below += reversed(_entries(place, shown))
        else:
            yield shown, place, regular


def _entries(path: str, name: str) -> list[tuple[str, str, bool | None]]:
    """The same of what a folder holds itself; `None` stands for a folder."""
    with os.scandir(path) as entries:
        ordered = sorted(entries, key=lambda entry: os.fsencode(entry.name))
    found: list[tuple[str, str, bool | None]] = []
    for entry in ordered:
        shown = f"{name.rstrip('/')}/{os.fsencode(entry.name).decode('utf-8', 'backslashreplace')}"
        inner = entry.is_dir(follow_symlinks=False)
        found.append((shown, entry.path, None if inner else stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)))
    return found


def _none(inside: list[tuple[str, Data]], name: str, kind: str) -> list[Diagnostic]:
    """An error where there is no document at all: nothing may pass because nothing was found."""
    return [] if inside else [problem("RW0003", f"the {kind} `{name}` holds no document that is read here")]
