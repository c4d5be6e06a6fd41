"""Products to write: small ones, and those of the shared corpus."""

from pathlib import Path

from rulewright.facts.stack import ProductFacts
from rulewright.sbom import Document, read
from tests.sbom.corpus_index import entries

DAY = 20_000
LARGE = 400_000


def product(data: bytes, name: str = "in.json") -> ProductFacts | None:
    """The facts of a document; `None` where it is none that can be read."""
    found = read(data, name)
    if not isinstance(found, Document):
        return None
    return ProductFacts(found.product, found.attributes, found.tables)


def corpus(shared: Path, family: str, step: int) -> list[Path]:
    """Every so many files of a family of formats in the corpus, the large ones left out."""
    found = sorted(entry.path for entry in entries(shared) if entry.format.startswith(family))
    return [path for path in found if path.stat().st_size < LARGE][::step]
