"""Compile texts against the built-in vocabulary."""

import re
from collections.abc import Mapping

from rulewright import dsl
from rulewright.cli.compiling import vocabulary_of
from rulewright.diagnostics import Diagnostic
from rulewright.dsl.compiler import Compiled

WORDS = b"""
vocabulary words edition "1" {
  attribute product.type : enum {consumer_iot, toy, wearable, router} given { meaning "kind of product" detectors document }
  attribute product.markets : set {EU, US, UK, ...} given
  attribute product.placed_on_market_date : date given
  attribute product.users : int given
  attribute support.end : date choice
  attribute device.has_network_interface : bool given
  attribute iface.telnet_present : bool choice {
    meaning "a telnet server runs" detectors firmware, network merge any fresh 90d
  }
  attribute iface.telnet_reachable_wan : bool choice
}
"""
FILE = re.compile(rb"^# file: (\S+)\n", re.MULTILINE)


def split(text: bytes) -> dict[str, bytes]:
    """Cut a text into files at lines `# file: NAME`; without such a line it is `main.rw`."""
    parts = FILE.split(text)
    files = dict(zip((n.decode() for n in parts[1::2]), parts[2::2], strict=True))
    return files or {"main.rw": text}


def build(text: str | bytes, params: Mapping[str, str] | None = None, *, words: bool = True) -> Compiled:
    """Compile a text; `main.rw` is the root."""
    data = text.encode() if isinstance(text, str) else text
    files = split(data)
    if words and b"vocabulary words" not in data:
        files["words.rw"] = WORDS
    sources = {name: dsl.Source(name, content) for name, content in files.items()}
    return dsl.compile(sources, ["main.rw"], vocabulary_of(sources), params)


def requirement(line: str) -> str:
    """Return a standard whose only requirement checks a line."""
    return f'standard s edition "1" {{ requirement R shall {{ check {line} }} }}'


def shown(diagnostic: Diagnostic) -> str:
    """One diagnostic as lines of a golden file."""
    span = diagnostic.span
    where = f"{span.line}:{span.column}-{span.end_line}:{span.end_column}" if span else "-"
    lines = [f"{where} {diagnostic.severity}[{diagnostic.code}] {diagnostic.message}"]
    lines += [f"    label {x.span.file}:{x.span.line}:{x.span.column} {x.message}" for x in diagnostic.labels]
    lines += [f"    note {note}" for note in diagnostic.notes]
    if diagnostic.hint:
        lines.append(f"    hint {diagnostic.hint}")
    return "\n".join(lines)
