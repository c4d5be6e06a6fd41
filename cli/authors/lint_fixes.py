"""`rulewright lint --fix`: apply fixes to files, and take them back where the file then compiles worse.

Guarantees: a file is written whole or not at all, and only if it is still what was read and not read-only; its mode, byte-order
mark and line ends stay; after fixing there are no more errors of the compiler than before, else nothing is changed, and that is said.
What is shipped is never written.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rulewright.cli.authors.fmt_files import put_back
from rulewright.cli.authors.lint_judging import Judge
from rulewright.cli.authors.lint_targets import Target
from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic, Severity
from rulewright.dsl.lint.fixing import settle
from rulewright.dsl.lint.remarks import WITHDRAWN

_MARK = b"\xef\xbb\xbf"


class Fixed(msgspec.Struct, frozen=True):
    """A file after its fixes: its bytes, how many fixes were applied, what is still found, what went wrong."""

    text: bytes
    count: int
    findings: tuple[Diagnostic, ...]
    problem: Diagnostic | None = None


def fixed(target: Target, judge: Judge, before: tuple[Diagnostic, ...], *, unsafe: bool) -> Fixed:
    """Apply fixes to a file in memory."""
    data = target.rules.texts[target.name]
    if not any(d.fix is not None and (unsafe or d.fix.safe) for d in before):
        return Fixed(data, 0, before)
    mark = _MARK if data.startswith(_MARK) else b""

    def judged(text: str) -> tuple[Diagnostic, ...]:
        new = mark + text.encode()
        return before if new == data else judge.findings(target, new)

    text, count = settle(data[len(mark) :].decode(), target.name, judged, unsafe=unsafe)
    after = judged(text)
    if not count or _errors(after) > _errors(before):
        return Fixed(data, 0, before, _withdrawn(target, after) if count else None)
    return Fixed(mark + text.encode(), count, after)


def _errors(found: Iterable[Diagnostic]) -> int:
    """How many errors the compiler finds."""
    return sum(d.is_error and not d.code.startswith("RW07") for d in found)


def _withdrawn(target: Target, after: Iterable[Diagnostic]) -> Diagnostic:
    """Say that fixes were taken back."""
    first = next((d.message for d in after if d.is_error), "")
    message = f"`{target.name}` is unchanged: with its fixes it would compile worse"
    return Diagnostic(WITHDRAWN, Severity.WARNING, message, source=target.name, hint=first or None)


def write(target: Target, made: Fixed) -> Diagnostic | None:
    """Put a fixed file in place, which keeps its mode; what stood in the way."""
    try:
        with open(target.path, "rb") as stream:
            if stream.read() != target.rules.texts[target.name]:
                message = f"`{target.name}` was changed by someone else meanwhile and is left as it is"
                return problem("RW0006", message, "run the command again")
    except OSError as error:
        return problem("RW0006", f"`{target.name}` cannot be read: {(error.strerror or str(error)).lower()}")
    return put_back(target.path, made.text, "not changed")


def difference(target: Target, made: Fixed) -> str:
    """What the fixes change, as a unified diff."""
    from difflib import unified_diff

    old = target.rules.texts[target.name].decode("utf-8", "replace").splitlines(keepends=True)
    new = made.text.decode("utf-8", "replace").splitlines(keepends=True)
    lines = unified_diff(old, new, target.name, target.name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
