"""A glob as a regular expression of RE2's syntax.

Guarantees: the expression matches a whole text exactly where the glob does (`*`, `?`, `[…]`, `[!…]`, backslash); a glob
that is none gives `None`.  The caller anchors it.
"""

from __future__ import annotations

_SPECIAL = set("\\.+*?()|[]{}^$-")


def expression(glob: str) -> str | None:
    """Translate a glob."""
    out, at = "", 0
    while at < len(glob):
        char = glob[at]
        if char == "*":
            out, at = out + ".*", at + 1
        elif char == "?":
            out, at = out + ".", at + 1
        elif char == "\\":
            if at + 1 == len(glob):
                return None
            out, at = out + literal(glob[at + 1]), at + 2
        elif char == "[":
            found = _class(glob, at)
            if found is None:
                return None
            out, at = out + found[0], found[1]
        else:
            out, at = out + literal(char), at + 1
    return f"(?s:{out})"


def literal(char: str) -> str:
    """One character that stands for itself."""
    return f"\\{char}" if char in _SPECIAL else char


def _class(glob: str, at: int) -> tuple[str, int] | None:
    """Translate `[…]`: the expression and the place behind it."""
    negated = glob[at + 1 : at + 2] in {"!", "^"}
    start = at + 2 if negated else at + 1
    end = glob.find("]", start + 1)
    if end < 0:
        return None
    out, here = "", start
    while here < end:
        if glob[here + 1 : here + 2] == "-" and here + 2 < end:
            if glob[here] > glob[here + 2]:
                return None
            out, here = f"{out}{literal(glob[here])}-{literal(glob[here + 2])}", here + 3
        else:
            out, here = out + literal(glob[here]), here + 1
    return f"[{'^' if negated else ''}{out}]", end + 1
