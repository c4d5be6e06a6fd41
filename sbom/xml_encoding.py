"""XML that declares an encoding other than UTF-8, brought to UTF-8.

Guarantees: only encodings of text with ASCII as their lower half are decoded, by the standard library, and a byte that
has no character there is refused with its place; an encoding that is not known is refused by name.
It does not parse XML, and it believes a byte-order mark before any declaration: the caller looks at that first.
"""

from __future__ import annotations

import codecs
import re

from rulewright.diagnostics import Diagnostic
from rulewright.sbom.findings import refusal, shown
from rulewright.sbom.text import Bytes

_DECLARED = re.compile(rb"""\A\s{0,64}<\?xml\s[^<>]{0,200}?\bencoding\s*=\s*["']([A-Za-z][\w.:-]{0,39})["']""")
_AS_IT_IS = frozenset({"utf-8", "utf8", "utf-16", "utf16", "utf-16le", "utf-16be", "ucs-2", "iso-10646-ucs-2"})
"""UTF-8, and encodings in which this very declaration could not have been read: then the bytes are looked at instead."""
_KNOWN = re.compile(
    r"(?:us-)?ascii|iso[-_]?8859[-_]\d{1,2}|latin[-_]?\d{1,2}|(?:windows|cp)-?(?:125\d|874|932|936|949|950|437|85\d)"
    r"|koi8-[rut]|shift[-_]jis|sjis|euc[-_](?:jp|kr)|gb2312|gbk|gb18030|big5(?:[-_]?hkscs)?|mac[-_]?(?:intosh|roman)"
)


def declared(data: Bytes) -> str:
    """The encoding that an XML declaration names, in lower case; empty where there is none, or it is UTF-8."""
    found = _DECLARED.match(bytes(data[:512]))
    name = found[1].decode("ascii").lower() if found else ""
    return "" if name in _AS_IT_IS else name


def to_utf8(data: Bytes, source: str) -> Bytes | Diagnostic:
    """Decode what is declared."""
    name = declared(data)
    if not name:
        return data
    try:
        codec = codecs.lookup(name).name if _KNOWN.fullmatch(name) else ""
    except LookupError:
        codec = ""
    if not codec:
        hint = "save the document as UTF-8"
        return refusal("RW1004", source, f"the XML declaration names the unknown encoding `{shown(name)}`", 0, hint)
    try:
        return str(data, codec).encode()
    except UnicodeDecodeError as error:
        message = f"the document is not valid {shown(name)}, which its XML declaration names"
        return refusal("RW1004", source, message, error.start)
