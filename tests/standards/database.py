"""The shipped standards as one book, compiled once per test run; and how the catalogues call them."""

from functools import cache

from rulewright.cli import shelf
from rulewright.standards.book import Book, Edition

BY_CATALOGUE = {
    "80211": ("ieee.ieee_802_11",),
    "ASVS5": ("owasp.asvs",),
    "BSI_TR_03183_2_v2.1.0": ("bsi.tr_03183_2@2.1.0",),
    "CERTIN": ("in.cert_in",),
    "CISA_2025_draft": ("cisa.minimum_elements@2025-draft",),
    "CISA_2026": ("cisa.minimum_elements@2026",),
    "CLS": ("sg.cls",),
    "CN-CRYPTO": ("cn.cryptography",),
    "CNSA2": ("nsa.cnsa",),
    "DATAACT": ("eu.data_act",),
    "EN_18031": ("cen.en_18031",),
    "EN_303_645": ("etsi.en_303_645@3.1.3", "etsi.en_303_645@2.1.1"),
    "EU2023.1670": ("eu.ecodesign_2023_1670",),
    "EU_CRA": ("eu.cra",),
    "FCC_SDR": ("fcc.sdr",),
    "FDA_524B": ("fda.cybersecurity_524b",),
    "GDPR": ("eu.gdpr",),
    "GPL3": ("fsf.gpl",),
    "IEC62304": ("iec.iec_62304",),
    "IEC_62443-4-1": ("iec.iec_62443_4_1",),
    "IEC_62443-4-2": ("iec.iec_62443_4_2",),
    "ISO5962": ("iso.iso_5962",),
    "JCSTAR": ("jp.jc_star",),
    "MATTER": ("csa_iot.matter",),
    "MDR": ("eu.mdr",),
    "NERC": ("nerc.cip",),
    "NIS2": ("eu.nis2",),
    "NIST63B": ("nist.sp_800_63b",),
    "NISTIR_8259A_8259B_8425": ("nist.ir_8259a", "nist.ir_8259b", "nist.ir_8425"),
    "NIST_SP_800-213A": ("nist.sp_800_213a",),
    "NIST_SP_800-53r5": ("nist.sp_800_53",),
    "NIST_SSDF_1.1": ("nist.ssdf",),
    "NTIA_2021": ("ntia.minimum_elements",),
    "OWASP_ISVS": ("owasp.isvs",),
    "OWASP_MASVS_2.1": ("owasp.masvs",),
    "OWASP_SCVS": ("owasp.scvs",),
    "PCI": ("pci.dss",),
    "R155": ("unece.r155",),
    "R156": ("unece.r156",),
    "RED_OJ_2025_138": ("eu.red_2025_138",),
    "RFC7925": ("ietf.rfc_7925",),
    "RFC8520": ("ietf.rfc_8520",),
    "RFC9019": ("ietf.rfc_9019",),
    "RFC9325": ("ietf.rfc_9325",),
    "RMSV": ("cn.rmsv",),
    "SB327": ("us_ca.sb_327",),
    "SC13": ("nist.fips_140",),
    "TA858": ("eu.type_approval_2018_858",),
    "TELCO": ("openchain.telco_sbom_guide",),
    "TR02102": ("bsi.tr_02102",),
    "TR03183_2_v2_0_0": ("bsi.tr_03183_2@2.0.0",),
    "UK_PSTI": ("uk.psti",),
}
"""The editions that a catalogue's rows became, by the catalogue's id: the first that has a row is meant."""


@cache
def book() -> Book:
    """Compile everything that is shipped."""
    programs = [compiled.program for _, compiled in shelf.programs([], "", use_cache=True)]
    return Book(program for program in programs if program is not None)


def edition(name: str) -> Edition:
    """An edition that is shipped."""
    found = book().find(name)
    assert found is not None, name
    return found
