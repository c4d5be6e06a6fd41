"""The messages of the readers of reports and of the live check: what `rulewright explain` shows for RW1520 to RW1539.

Guarantees: every code that this folder, `devices.scan` and `cli.scan_option` emit is a key of `CODES`.
"""

from __future__ import annotations

from types import MappingProxyType

from rulewright.diagnostics import Code

_TABLE = """
RW1520 | report that cannot be read | The report breaks off, or it is not in the format that its beginning promises. What could be read of XML before the break is kept; of JSON nothing is. | the first half of a report of nmap
RW1521 | report too large | The report is above the bound. | a report of 300 MiB
RW1522 | too many entries | The report has more entries than are read; the rest is left out. | a table of EMBA with a million lines
RW1523 | report with definitions | XML with definitions of entities, a document type with an address, or nesting beyond the bound is not read. No report needs them. | <!DOCTYPE nmaprun [<!ENTITY a "aaaa">]>
RW1524 | several hosts | The report is of more than one host. All are taken as parts of the one product. | nmap -oX scan.xml 192.0.2.1 192.0.2.2
RW1525 | scan that did not end | The scan was broken off, so nothing is taken as absent. What was found counts. | a scan that was interrupted
RW1526 | files of no component | The report lists files that belong to no component that the tool knows. | an SBOM of EMBA with unhandled files
RW1527 | nothing in the report | The report is of a known format and holds nothing that a fact could be read from. | an answer of FACT without `summary=true`
RW1528 | part that was not opened | A part of the firmware is encrypted, of unknown kind, or no extractor opened it. Facts of files within it are missing. | unblob without `sasquatch` on an image with SquashFS
RW1529 | description that does not hold together | A Manufacturer Usage Description names an access list that it does not have, or is of an unknown version. | {"ietf-mud:mud": {"mud-version": 2}}
RW1530 | nothing answered | None of the ports that were tried accepted a connection. It may be off, or a filter may stand between. | rulewright check product.json --scan 192.0.2.1
RW1531 | host without an address | The name of the host cannot be resolved, or its address is not that of one host. | rulewright check product.json --scan nowhere.invalid
RW1532 | host that is not checked | The live check takes names and addresses of single hosts, or a range of at most 16 addresses, and at most 1,024 ports of each. | rulewright check product.json --scan 10.0.0.0/8
"""


def _code(line: str) -> Code:
    code, title, page, example = (part.strip() for part in line.split(" | ", 3))
    return Code(code, title, page, example)


CODES = MappingProxyType({code.code: code for code in map(_code, _TABLE.strip().splitlines())})
"""Code -> what it means."""
