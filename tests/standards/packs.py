"""The shipped packs, compiled together once per test run, and the catalogues that they are written from.

Guarantees: `PACKS` names every standard file that is shipped (a test holds it); the requirements of a pack are the same
whether it is compiled among all or alone (a test holds that, too).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from rulewright import dsl
from rulewright.cli import shelf
from rulewright.cli.compiling import vocabulary_of
from rulewright.dsl import ir
from rulewright.facts.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Pack:
    """One edition of a standard: the catalogue that it is written from (none: from a source that it names), its rows.

    `prefix` begins the ids of its rows where a catalogue holds several standards; `status` is the column of the
    `references` that says whether a row stands in this edition.
    """

    id: str
    edition: str
    catalogue: str
    rows: int
    prefix: str = ""
    status: str = ""

    @property
    def name(self) -> str:
        """`ID@EDITION`."""
        return f"{self.id}@{self.edition}"

    @property
    def file(self) -> str:
        """Its rule file, from the root of the repository."""
        return f"standards/{self.id}/{self.edition}.rw"

    def compiled(self) -> dsl.Compiled:
        """Compile it alone."""
        return compiled(self.file)

    def program(self) -> ir.Program:
        """The program that holds it and every other standard of its layer, with its requirements alone."""
        return _program(self)

    def module(self) -> ir.ModuleInfo:
        """What it says of itself."""
        return next(m for m in self.program().modules if (m.id, m.edition) == (self.id, self.edition))

    def requirements(self) -> Mapping[str, ir.Requirement]:
        """Its requirements by their names in the standard."""
        return _requirements(self)

    def tests(self) -> list[dsl.TestCase]:
        """The tests that its file holds."""
        return [case for case in layer_of(self).tests if case.place.file == self.file]


PACKS = (
    Pack("asd.ism", "2024-12", "asd_ism", 1),
    Pack("bsi.tr_02102", "2025", "tr02102", 2),
    Pack("bsi.tr_03183_2", "2.0.0", "tr03183_2_v2_0_0", 1),
    Pack("bsi.tr_03183_2", "2.1.0", "bsi_tr_03183_2_v2_1_0", 45),
    Pack("cen.en_18031", "2024", "en_18031", 48),
    Pack("cisa.bod_26_04", "2026", "", 16),
    Pack("cisa.minimum_elements", "2025-draft", "cisa_2025_draft", 17),
    Pack("cisa.minimum_elements", "2026", "cisa_2026", 23),
    Pack("cn.cryptography", "2020", "cn-crypto", 1),
    Pack("cn.rmsv", "2021", "rmsv", 2),
    Pack("csa_iot.matter", "1.5", "matter", 1),
    Pack("etsi.en_303_645", "2.1.1", "en_303_645", 68, status="status_v2.1.1"),
    Pack("etsi.en_303_645", "3.1.3", "en_303_645", 78, status="status_v3.1.3"),
    Pack("eu.cra", "2024", "eu_cra", 84),
    Pack("eu.data_act", "2023", "dataact", 1),
    Pack("eu.ecodesign_2023_1670", "2023", "eu2023_1670", 1),
    Pack("eu.gdpr", "2016", "gdpr", 4),
    Pack("eu.mdr", "2017", "mdr", 1),
    Pack("eu.nis2", "2022", "nis2", 1),
    Pack("eu.red_2025_138", "2025", "red_oj_2025_138", 4),
    Pack("eu.type_approval_2018_858", "2018", "ta858", 1),
    Pack("fcc.sdr", "2015", "fcc_sdr", 1),
    Pack("fda.cybersecurity_524b", "2026-02", "fda_524b", 31),
    Pack("fsf.gpl", "3.0", "gpl3", 1),
    Pack("iec.iec_62304", "2006", "iec62304", 2),
    Pack("iec.iec_62443_4_1", "2018", "iec_62443-4-1", 47),
    Pack("iec.iec_62443_4_2", "2019", "iec_62443-4-2", 92),
    Pack("ieee.ieee_802_11", "2020", "80211", 1),
    Pack("ietf.rfc_7925", "2016", "rfc7925", 1),
    Pack("ietf.rfc_8520", "2019", "rfc8520", 3),
    Pack("ietf.rfc_9019", "2021", "rfc9019", 8),
    Pack("ietf.rfc_9325", "2022", "rfc9325", 1),
    Pack("in.cert_in", "2022", "certin", 3),
    Pack("iso.iso_5962", "2021", "iso5962", 1),
    Pack("jp.jc_star", "1", "jcstar", 16),
    Pack("nerc.cip", "7", "nerc", 3),
    Pack("nist.fips_140", "3", "sc13", 1),
    Pack("nist.ir_8259a", "2020", "nistir_8259a_8259b_8425", 22, prefix="8259A."),
    Pack("nist.ir_8259b", "2021", "nistir_8259a_8259b_8425", 4, prefix="8259B."),
    Pack("nist.ir_8425", "2022", "nistir_8259a_8259b_8425", 33, prefix="8425."),
    Pack("nist.sp_800_213a", "2021", "nist_sp_800-213a", 38),
    Pack("nist.sp_800_53", "r5", "nist_sp_800_53r5_iot_subset", 73),
    Pack("nist.sp_800_63b", "4", "nist63b", 7),
    Pack("nist.ssdf", "1.1", "nist_ssdf_1_1", 42),
    Pack("nsa.cnsa", "2.0", "cnsa2", 4),
    Pack("ntia.minimum_elements", "2021", "ntia_2021", 16),
    Pack("openchain.telco_sbom_guide", "1.1", "telco", 4),
    Pack("owasp.asvs", "5.0", "asvs5", 4),
    Pack("owasp.isvs", "1.0", "owasp_isvs", 169),
    Pack("owasp.masvs", "2.1", "owasp_masvs_2_1", 24),
    Pack("owasp.scvs", "1.0", "owasp_scvs", 87),
    Pack("pci.dss", "4.0.1", "pci", 13),
    Pack("sg.cls", "1.4", "cls", 4),
    Pack("uk.psti", "2025", "uk_psti", 20),
    Pack("unece.r155", "2021", "r155", 10),
    Pack("unece.r156", "2021", "r156", 6),
    Pack("us_ca.sb_327", "2020", "sb327", 5),
)


def name_of(requirement: str) -> str:
    """The name of a requirement in its standard: `5.1-1` of `etsi.en_303_645:5.1-1`."""
    return requirement.partition(":")[2]


@cache
def _program(pack: Pack) -> ir.Program:
    whole = layer_of(pack).program
    assert whole is not None, layer_of(pack).diagnostics
    own = tuple(r for r in whole.requirements if r.id.startswith(f"{pack.id}:"))
    asked = {name: text for name, text in whole.questions.items() if name.startswith(f"answer:{pack.name}:")}
    return replace(whole, requirements=own, questions=asked)


@cache
def _requirements(pack: Pack) -> Mapping[str, ir.Requirement]:
    return {name_of(r.id): r for r in pack.program().requirements}


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


@cache
def layers() -> Sequence[dsl.Compiled]:
    """All packs, with their tests: a program holds one edition of a standard, the first one the newest of each."""
    return [compiled(*(f"standards/{word.replace('@', '/')}.rw" for word in words)) for words in shelf.layers()]


@cache
def layer_of(pack: Pack) -> dsl.Compiled:
    """The compilation that a pack is part of."""
    for words, found in zip(shelf.layers(), layers(), strict=True):
        if pack.name in words:
            return found
    message = f"{pack.name} is not shipped"
    raise AssertionError(message)
