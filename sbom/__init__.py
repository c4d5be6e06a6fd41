"""Readers of software bills of materials: bytes in, facts and a receipt out.

`read` gives a `Document` or diagnostics, `sniff` the format alone.
Guarantees: importing it imports the standard library and msgspec.  It opens no file.
"""

from rulewright.sbom.document import Document, Format
from rulewright.sbom.reader import read, sniff

__all__ = ["Document", "Format", "read", "sniff"]
