"""The shipped packs, compiled once per test run."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rulewright import dsl
from rulewright.cli.compiling import vocabulary_of
from rulewright.dsl import ir
from rulewright.facts.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Pack:
    """A standard that is shipped: its id, its file, the catalogue that it is written from, its number of rows."""

    id: str
    edition: str
    file: str
    catalogue: str
    rows: int

    def compiled(self) -> dsl.Compiled:
        """Compile it among all shipped modules."""
        return compiled(self.file)

    def program(self) -> ir.Program:
        """Its program; fails the test when it does not compile."""
        found = self.compiled()
        assert found.program is not None, found.diagnostics
        return found.program


PACKS = (
    Pack("cisa.minimum_elements", "2026", "standards/cisa.minimum_elements/2026.rw", "cisa_2026.csv", 23),
    Pack("ntia.minimum_elements", "2021", "standards/ntia.minimum_elements/2021.rw", "ntia_2021.csv", 16),
    Pack("bsi.tr_03183_2", "2.1.0", "standards/bsi.tr_03183_2/2.1.0.rw", "bsi_tr_03183_2_v2_1_0.csv", 45),
    Pack("openchain.telco_sbom_guide", "1.1", "standards/openchain.telco_sbom_guide/1.1.rw", "telco.csv", 4),
    Pack("fda.cybersecurity_524b", "2026-02", "standards/fda.cybersecurity_524b/2026-02.rw", "fda_524b.csv", 31),
)


@cache
def sources() -> dict[str, dsl.Source]:
    """Every rule file of the repository by its name."""
    files = sorted([*(ROOT / "standards").rglob("*.rw"), *(ROOT / "policies").rglob("*.rw")])
    named = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in files}
    return {name: dsl.Source(name, text) for name, text in named.items()}


@cache
def shipped_vocabulary() -> Vocabulary:
    """The built-in vocabulary with the attributes of the shipped vocabulary module."""
    return vocabulary_of(sources())


@cache
def compiled(*roots: str) -> dsl.Compiled:
    """Compile rule files of the repository."""
    return dsl.compile(sources(), roots, shipped_vocabulary())
