"""Facts of real documents, written as JSON and read again, are the same facts."""

import json
from pathlib import Path

import msgspec

from rulewright.facts.base import Product
from rulewright.facts.declared import read
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Source
from rulewright.facts.vocabulary import BUILTIN
from rulewright.facts.written import data
from rulewright.sbom import Document
from rulewright.sbom import read as read_document
from tests.facts.sameness import everything
from tests.sbom.corpus_index import entries


def test_real_documents_come_back(shared: Path) -> None:
    """Every table of every document of a sample of the corpus."""
    paths = sorted(entry.path for entry in entries(shared))
    compared = 0
    for path in paths[::17]:
        document = read_document(path.read_bytes(), path.name) if path.stat().st_size < 1_000_000 else ()
        if not isinstance(document, Document):
            continue
        before = ProductFacts(document.product, {}, document.tables)
        plain = json.loads(msgspec.json.encode(data(before, BUILTIN)))
        found = read(plain, BUILTIN, Source("facts.json", "f" * 64))
        assert found.diagnostics == [], path
        about = before.product
        after = found.of(Product(about.id, about.name, about.version, found.sources, found.identifiers))
        assert everything(after) == everything(before), path
        compared += 1
    assert compared > 40
