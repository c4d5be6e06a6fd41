"""The codes of findings about the requirement database and about crosswalks (RW30xx), for `rulewright explain`.

Guarantees: every code that this folder emits is a key of `CODES`.  How bad a finding is, the place that emits it decides.
"""

from __future__ import annotations

from types import MappingProxyType

from rulewright.diagnostics import Code

_TABLE = """
RW3001 | no such requirement | A reference, or a row of a crosswalk, names a requirement that the edition does not have: misspelt, of another edition, or renumbered since. Where the file states no edition, the one that holds most of its ids is meant. | owasp.isvs,3.3.6,etsi.en_303_645,5.6-3
RW3002 | a reference to another subject | Both ends of a reference exist, and their objectives are neither shared nor related: they are about different things, often by a slip of a number. Named are the requirements there that share an objective, or, if there are none, the nearest. Objectives were assigned by people: a finding is a reason to look. | owasp.isvs,1.2.4,etsi.en_303_645,5.6-2
RW3003 | a standard is not shipped | A reference, or a row of a crosswalk, goes to a standard or an edition that is not in the database, so nothing is known about it. In a crosswalk that is an error: the file was to be judged. | owasp.isvs,1.2.4,etsi.en_303_654,5.6-4
RW3004 | a crosswalk cannot be read | The file is not CSV in UTF-8, or its head lacks one of the columns `source_standard`, `source_requirement`, `target_standard`, `target_requirement`. | from,to
RW3005 | a requirement is incomplete | Requirements of a standard state no objective, no clause, or not how far their text was verified. Without an objective a requirement cannot be compared with others, nor ranked by risk. | requirement "1" shall { title "Quiet" check "EU" in product.markets }
RW3006 | a threat is not known | A requirement or its objective names a weakness, pattern, technique or threat that the table of threats does not have, or a weakness whose id is none: it is misspelt or was withdrawn. It counts as average in the plan. | threats CAPEC-9999
RW3007 | dates out of order | A requirement ends before it begins, a newer edition begins before an older one, or (a note) nothing says from when it holds. | valid from 2027-12-11 until 2026-12-11
RW3008 | the licence is missing | The text of a pack is derived from one that must be shared under its own licence, and the licence does not lie beside it. | license "CC BY-SA 4.0; derived from a standard"
RW3009 | a requirement has no test | Nothing in the file shows what a requirement answers. Each needs a `test` of its name. | standard acme.rules edition "1" { requirement "1" shall { title "Quiet" check "EU" in product.markets } }
RW3010 | a file does not bear its name | An edition of a standard is in a file of another name, or in two files. A standard has a folder of its id, and an edition the file `EDITION.rw` in it. | standards/acme.rules/2.rw: standard acme.rules edition "1" { }
RW3011 | equal requirements of different level | A reference says that two requirements are equal, and one of them is a shall, the other is not. | refs ntia.minimum_elements:"NTIA.1" equal
RW3012 | a reference that cannot be judged | An end of a reference has no objective, so whether both are about one subject is not known. | refs nist.sp_800_53:"AC-2" intersects
""".strip()


def _code(row: str) -> Code:
    code, title, page, example = (cell.strip() for cell in row.split(" | "))
    return Code(code, title, page, example)


CODES = MappingProxyType({code.code: code for code in map(_code, _TABLE.splitlines())})
