"""What the patches in a component's pedigree resolve.

Guarantees: only issues of type `security` count, by their identifiers; a pedigree of another shape gives `None`.
It judges no patch: what its author says is what is read.
Source: CycloneDX 1.2 to 1.7, `pedigree.patches[].resolves[]`.
"""

from __future__ import annotations

import msgspec


class _Issue(msgspec.Struct):
    type: str = ""
    id: str | None = None


class _Patch(msgspec.Struct):
    resolves: list[_Issue] | None = None


class _Pedigree(msgspec.Struct):
    patches: list[_Patch] | None = None


_DECODER = msgspec.json.Decoder(_Pedigree)


def resolved(raw: bytes) -> tuple[str, ...] | None:
    """The identifiers, sorted; `None` where the pedigree has another shape."""
    try:
        pedigree = _DECODER.decode(raw)
    except (msgspec.MsgspecError, RecursionError):
        return None
    issues = (issue for patch in pedigree.patches or () for issue in patch.resolves or ())
    return tuple(sorted({issue.id for issue in issues if issue.type == "security" and issue.id}))
