"""The rule files that the server knows of: those of the workspace, those beside an open file, shipped and locked ones.

Guarantees: the text of an open file is the editor's, of any other the disk's; what a file may use is what `check` would let
it use, so both judge alike; a file that cannot be read is left out and told of in the log: one that is no regular file, is
longer than a rule file may be, or is a link that leads out of the workspace, too.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, unquote, urlsplit

from rulewright.cli import library
from rulewright.cli.compiling import vocabulary_of
from rulewright.cli.gathering import gather_text
from rulewright.cli.literals import Checks
from rulewright.cli.lsp.documents import Document
from rulewright.diagnostics import Diagnostic
from rulewright.dsl.editing.outline import Outlines
from rulewright.dsl.editing.workspace import Workspace
from rulewright.dsl.limits import MAX_BYTES
from rulewright.dsl.live import Shelf
from rulewright.dsl.source import Source
from rulewright.facts.vocabulary import Vocabulary

log = logging.getLogger("rulewright.lsp")
MAX_FILES = 2_000
"""Rule files of a workspace that are looked at."""
RULES = (".rw", ".rw.json")
"""How the names of rule files end."""
_SKIPPED = frozenset({"node_modules", "__pycache__", "build", "dist"})


def path_of(uri: str) -> str:
    """The path of a `file:` address; nothing for any other."""
    parts = urlsplit(uri)
    return unquote(parts.path) if parts.scheme == "file" else ""


def uri_of(path: str) -> str:
    """The `file:` address of a path."""
    return "file://" + quote(os.path.abspath(path))


class Files:
    """Names, addresses and texts of rule files."""

    def __init__(self, folders: Iterable[str]) -> None:
        self.folders = [os.path.abspath(folder) for folder in folders]
        self.paths: dict[str, str] = {}
        """where a named file lies"""
        self._read: dict[str, tuple[tuple[int, int], bytes | None]] = {}
        self._own: tuple[str, ...] | None = None
        self._reals: dict[str, str] = {}

    def name_of(self, uri: str) -> str:
        """The name of a file for people: its path from the folder of the workspace that holds it."""
        path = path_of(uri)
        return self._name(path) if path else uri

    def _name(self, path: str) -> str:
        """The name of a path."""
        for folder in self.folders:
            if path.startswith(folder + os.sep):
                name = os.path.relpath(path, folder).replace(os.sep, "/")
                self.paths.setdefault(name, path)
                return name if self.paths[name] == path else path
        self.paths[path] = path
        return path

    def uri(self, name: str, documents: Mapping[str, Document]) -> str:
        """The address of a named file."""
        for document in documents.values():
            if document.name == name:
                return document.uri
        return uri_of(self.paths[name]) if name in self.paths else name

    def changed(self) -> None:
        """Look at the folders again when they are next asked for."""
        self._own = None
        self._reals.clear()

    def own(self) -> tuple[str, ...]:
        """The names of the workspace's rule files on disk, in order."""
        if self._own is None:
            found = (self._name(path) for folder in self.folders for path in _rule_files(folder))
            self._own = tuple(sorted(name for name, _ in zip(found, range(MAX_FILES), strict=False)))
        return self._own

    def beside(self, document: Document) -> Iterator[str]:
        """The names of the rule files in the folder of a document."""
        path = path_of(document.uri)
        folder = os.path.dirname(path)
        if path and os.path.isdir(folder):
            with os.scandir(folder) as entries:
                names = sorted(e.name for e in entries if e.name.endswith(RULES) and e.is_file())
            for name in names:
                if os.path.join(folder, name) != path:
                    yield self._name(os.path.join(folder, name))

    def text(self, name: str, documents: Mapping[str, Document]) -> bytes | None:
        """The text of a named file, as the editor has it or as it is on disk; none where it cannot be read."""
        for document in documents.values():
            if document.name == name:
                return document.data
        path = self.paths[name]
        try:
            state = os.stat(path)
            key = (state.st_mtime_ns, state.st_size)
            known = self._read.get(path)
            if known is None or known[0] != key:
                known = self._read[path] = (key, self._fetched(path))
        except OSError:
            return None
        return known[1]

    def _fetched(self, path: str) -> bytes | None:
        """The bytes of a regular file of at most `MAX_BYTES`, that no link leads out of its folder or the workspace to."""
        real = os.path.realpath(path)
        roots = (os.path.realpath(folder) for folder in (*self.folders, os.path.dirname(path)))
        why = "it leads out of the workspace"
        if any(real.startswith(root.rstrip(os.sep) + os.sep) for root in roots):
            why = f"it is no regular file of at most {MAX_BYTES} bytes"
            with open(os.open(real, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as stream:
                if (
                    stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
                    and len(data := stream.read(MAX_BYTES + 1)) <= MAX_BYTES
                ):
                    return data
        log.warning("%s is left out: %s", path, why)
        return None

    def shelf(self, document: Document, documents: Mapping[str, Document]) -> tuple[Shelf, tuple[Diagnostic, ...]]:
        """What a document may use, as it is now, and what is wrong with the packs at hand."""
        folder = os.path.dirname(path_of(document.uri)) or (self.folders[0] if self.folders else os.getcwd())
        near = {n: text for n in self.beside(document) if (text := self.text(n, documents)) is not None}
        rules = gather_text(document.name, document.data, near, folder)
        for module in rules.shelf:
            self.paths.setdefault(module.name, os.path.abspath(module.path))
        sources = {name: Source(name, text) for name, text in rules.texts.items()}
        others = {name: source for name, source in sources.items() if name != document.name}
        return Shelf(vocabulary_of(sources), Checks(), others), tuple(rules.problems)

    def workspace(self, document: Document, documents: Mapping[str, Document], outlines: Outlines) -> Workspace:
        """Everything that is known around a document, texts as they are now."""
        assert document.live is not None
        own = {d.name for d in documents.values()} | {*self.own()} | {*self.beside(document)}
        texts = {name: text for name in sorted(own) if (text := self.text(name, documents)) is not None}
        sources = {**self._shipped(texts), **document.live.shelf.sources}
        sources.update((name, Source(name, text)) for name, text in texts.items())
        lexicon = document.live.shelf.vocabulary
        assert isinstance(lexicon, Vocabulary)
        return Workspace(lexicon, sources, frozenset(texts), outlines)

    def _real(self, path: str) -> str:
        """A path without links, as it was when the folders were looked at."""
        if path not in self._reals:
            self._reals[path] = os.path.realpath(path)
        return self._reals[path]

    def _shipped(self, texts: Mapping[str, bytes]) -> dict[str, Source]:
        """The shipped files, but for those that the workspace itself holds."""
        mine = {self._real(self.paths[name]) for name in texts if name in self.paths}
        found: dict[str, Source] = {}
        for module in library.shipped():
            self.paths.setdefault(module.name, os.path.abspath(module.path))
            if self._real(module.path) not in mine:
                text = self.text(module.name, {})
                if text is not None:
                    found[module.name] = Source(module.name, text)
        return found


def _rule_files(folder: str) -> Iterator[str]:
    """The rule files below a folder, in a fixed order; hidden folders and those of tools are left out."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _SKIPPED)
        for name in sorted(names):
            if name.endswith(".rw"):
                yield os.path.join(place, name)
