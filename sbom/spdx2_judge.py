"""What the official JSON schema says of an SPDX 2 document in another encoding.

SPDX 2 has one schema, of the JSON form; the other encodings are judged by it after conversion, since the clauses on
cardinality are the same.  Guarantees: places are those of the document as received.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.sbom.document import Judge


def judge(data: bytes, version: object, name: str, place: Callable[[str], str]) -> Judge:
    """The judge of a converted document."""

    def judged() -> tuple[Diagnostic, ...]:
        from rulewright.sbom import schema_judge

        stated = version if isinstance(version, str) else ""
        found = schema_judge.judge(data, "spdx", stated, name)
        placed = [msgspec.structs.replace(d, pointer=place(d.pointer)) if d.pointer else d for d in found]
        return tuple(sorted(placed, key=Diagnostic.sort_key))

    return judged
