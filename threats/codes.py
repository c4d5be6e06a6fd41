"""The codes of findings about feeds and about looking components up in them (RW14xx), for `rulewright explain`.

Guarantees: every code that this folder emits is a key of `CODES`.  How bad a finding is, the place that emits it decides.
"""

from __future__ import annotations

from types import MappingProxyType

from rulewright.diagnostics import Code

_TABLE = """
RW1401 | not a feed | Nothing in the file says that it is a feed of vulnerabilities that can be read: OSV, CVE 5, CSAF, RustSec, KEV or EPSS. In a folder such a file is passed over with this finding; named by itself it is an error. | rulewright check product.cdx.json --policy policy.rw --feeds notes.txt
RW1402 | record cannot be read | A record of a feed is not well formed, or lacks what makes it one. It is left out, the others are used: a vulnerability may go unseen. | {"id": "PYSEC-2026-1", "affected": "everything"}
RW1403 | versions not understood | What a record says on versions cannot be read as versions or ranges. Components of that name match by name only. | {"status": "affected", "version": "all before the spring release"}
RW1404 | feed too large | A record, or what a feed unpacks to, is above the bound. What is beyond is not read. | a zip file of a million members
RW1405 | EPSS without a day | EPSS scores are of one day. Neither the first line nor the name of the file says which, so they are not used. | scores.csv: CVE-2026-0001,0.1,0.2
RW1406 | CVSS cannot be computed | The library `cvss` is not installed, so severities are those that feeds state in words. Install `rulewright[documents]`. | a CVSS vector without the library
RW1407 | component cannot be looked up | No feed can be asked about the component, so nothing is known about its vulnerabilities: that is not the same as having none. | {"type": "library", "name": "parser"}
RW1408 | damaged archive | A compressed feed breaks off or fails its check sum. What was read before is used. | the first half of a .gz file
RW1409 | record listed twice | Two records of one feed have the same identifier. The one that was changed last is used. | two lines with "id": "PYSEC-2026-1"
RW1410 | CVSS vector not valid | A vector is not one of CVSS 2, 3 or 4. Severities stated in words and scores stated by the record are used. | {"type": "CVSS_V3", "score": "AV:N/AC:L"}
"""


def _read(line: str) -> Code:
    """Cut one row of the table."""
    code, title, page, example = (part.strip() for part in line.split(" | ", 3))
    return Code(code, title, page, example)


CODES = MappingProxyType({code.code: code for code in map(_read, _TABLE.strip().splitlines())})
"""Every code of this folder, in order."""
