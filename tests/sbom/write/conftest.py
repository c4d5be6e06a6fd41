"""Products to write: small ones, and those of the shared corpus."""

from pathlib import Path

from rulewright.facts.stack import ProductFacts
from rulewright.sbom import Document, read

DAY = 20_000


def product(data: bytes, name: str = "in.json") -> ProductFacts | None:
    """The facts of a document; `None` where it is none that can be read."""
    found = read(data, name)
    if not isinstance(found, Document):
        return None
    return ProductFacts(found.product, found.attributes, found.tables)


def corpus(shared: Path, pattern: str, step: int) -> list[Path]:
    """Every so many files of the corpus, the large ones left out."""
    found = sorted((shared / "corpus").glob(pattern))
    return [path for path in found if path.is_file() and path.stat().st_size < 400_000][::step]
