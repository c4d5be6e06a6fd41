"""The documents that in-file tests name, each read once a run.

Guarantees: a document lies where its rule file says, relative to it; an SBOM is read as `check` reads it, a facts file
(YAML, TOML, or JSON with its mark) against the vocabulary of the rules under test; what cannot be read fails the test.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from rulewright.cli.compiling import Compiled
from rulewright.cli.documents import MARK
from rulewright.cli.packages import locked
from rulewright.diagnostics import Diagnostic
from rulewright.facts.base import Product
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Source
from rulewright.facts.vocabulary import Vocabulary

if TYPE_CHECKING:
    from rulewright.cli.facts_file import FactsText


class Fixtures:
    """Documents by the file that names them and their name there."""

    def __init__(self, compiled: Compiled, folders: Mapping[str, str]) -> None:
        self._compiled = compiled
        self._folders = folders
        self._vocabulary: Vocabulary | None = None
        self._read: dict[str, ProductFacts | str] = {}

    def facts(self, file: str, name: str) -> ProductFacts | str:
        """The facts of a document, or why there are none."""
        path = os.path.normpath(os.path.join(self._folders.get(file, ""), name))
        held = locked.document(file, name)
        key = path if held is None else f"{file}\0{name}"  # packs have no folders that keep their documents apart
        if key not in self._read:
            self._read[key] = self._take(path, name) if held is None else self._facts(held, name)
        return self._read[key]

    def _take(self, path: str, name: str) -> ProductFacts | str:
        """Read a document."""
        try:
            with open(path, "rb") as stream:
                data = stream.read()
        except OSError as error:
            return f"its document `{name}` cannot be read: {(error.strerror or '').lower()}"
        return self._facts(data, name)

    def _facts(self, data: bytes, name: str) -> ProductFacts | str:
        """The facts in a document, or why there are none."""
        found = self._declared(data, name) if _is_facts(data, name) else _sbom(data, name)
        return f"its document `{name}` cannot be read: {found.message}" if isinstance(found, Diagnostic) else found

    def _declared(self, data: bytes, name: str) -> ProductFacts | Diagnostic:
        """Read a facts file."""
        from rulewright.facts.declared import read

        text = _text(name, data)
        if isinstance(text, Diagnostic):
            return text
        if self._vocabulary is None:
            self._vocabulary = self._compiled.vocabulary()
        source = Source(name, hashlib.sha256(data).hexdigest(), detector="declaration")
        found = read(text.data, self._vocabulary, source)
        wrong = [d for d in found.diagnostics if d.is_error]
        return wrong[0] if wrong else found.of(Product("test", "test", "", (source,)))


@lru_cache(maxsize=8)
def _text(name: str, data: bytes) -> FactsText | Diagnostic:
    """Read a facts file as text: the same bytes once, though many rule files name them."""
    from rulewright.cli import facts_file

    return facts_file.read(name, data)


def _is_facts(data: bytes, name: str) -> bool:
    """Tell a facts file from an SBOM."""
    if MARK in data[:512]:
        return True
    return name.rpartition(".")[2].lower() in {"yaml", "yml", "toml"} and b"SPDXID" not in data[:65_536]


def _sbom(data: bytes, name: str) -> ProductFacts | Diagnostic:
    """Read an SBOM."""
    from rulewright import sbom
    from rulewright.cli.problems import problem

    document = sbom.read(data, name)
    if isinstance(document, tuple):
        return document[0]
    if not isinstance(document, sbom.Document):
        return problem("RW0014", "it describes no product")
    return ProductFacts(document.product, document.attributes, document.tables)
