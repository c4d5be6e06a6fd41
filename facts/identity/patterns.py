"""Patterns that a rule may use on a text: globs and regular expressions, both matching the whole text.

Guarantees: linear time in the text (a glob costs at most its own length per character, without backtracking; a
regular expression runs in RE2); patterns are bounded in size and RE2 in memory; a bad pattern is a `Fault` value
with its position. Globs need no import; `re2` is imported when the first regular expression is compiled.
Does not: fold case (write `(?i)` in a regular expression), or search for a part of a text.
"""

import re
from functools import lru_cache
from typing import NamedTuple, Protocol

MAX_PATTERN = 2_000
"""Longest pattern, in characters."""

MAX_REGEX_MEMORY = 4 << 20
"""Bytes that RE2 may use for one expression."""


class Fault(NamedTuple):
    """Why a text is no pattern; `position` counts characters from 0."""

    position: int
    message: str


class Matcher(Protocol):
    """A compiled pattern."""

    def matches(self, text: str) -> bool:
        """Whether the whole of `text` fits."""
        ...


class Glob:
    """A compiled glob; make it with `compile_glob` or `compile_stars`."""

    __slots__ = ("_regex",)

    def __init__(self, segments: list[str]) -> None:
        """`segments` are regular expressions without repetition; between two of them anything may stand."""
        first, *rest = segments
        # An atomic group takes the earliest place and never comes back: no backtracking between stars.
        middle = "".join(f"(?>.*?{segment})" for segment in rest[:-1] if segment)
        last = f".*{rest[-1]}" if rest else ""
        self._regex = re.compile(rf"{first}{middle}{last}\Z", re.DOTALL)

    def matches(self, text: str) -> bool:
        """Whether the whole of `text` fits."""
        return self._regex.match(text) is not None


class Regex:
    """A compiled regular expression; make it with `compile_regex`."""

    __slots__ = ("_compiled",)

    def __init__(self, compiled: "_Compiled") -> None:
        self._compiled = compiled

    def matches(self, text: str) -> bool:
        """Whether the whole of `text` fits (a lone surrogate counts as `?`)."""
        try:
            return self._compiled.fullmatch(text) is not None
        except UnicodeError:
            return self._compiled.fullmatch(text.encode("utf-8", "replace").decode()) is not None


class _Compiled(Protocol):
    def fullmatch(self, text: str) -> object: ...


@lru_cache(maxsize=256)
def compile_glob(text: str) -> Glob | Fault:
    r"""Compile a glob: `*` any run, `?` one character, `[a-z]` and `[!a-z]` classes, `\` takes the next one literally."""
    if len(text) > MAX_PATTERN:
        return Fault(MAX_PATTERN, f"a pattern has at most {MAX_PATTERN} characters")
    segments = [""]
    at = 0
    while at < len(text):
        char = text[at]
        if char == "*":
            segments.append("")
            at += 1
            continue
        piece, after = _piece(text, at)
        if after < 0:
            return Fault(at, piece)
        segments[-1] += piece
        at = after
    return Glob(segments)


def compile_stars(literals: tuple[str, ...]) -> Glob:
    """Compile a pattern whose only wildcard is `*`, given the literal texts between the stars."""
    return Glob([re.escape(literal) for literal in literals])


@lru_cache(maxsize=256)
def compile_regex(text: str) -> Regex | Fault:
    """Compile a regular expression in RE2's syntax."""
    if len(text) > MAX_PATTERN:
        return Fault(MAX_PATTERN, f"a pattern has at most {MAX_PATTERN} characters")
    try:
        import re2
    except ImportError:
        return Fault(0, "regular expressions need the package `google-re2`, which is not installed")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_REGEX_MEMORY
    try:
        return Regex(re2.compile(text, options=options))
    except UnicodeError:
        return Fault(0, "a lone surrogate is no character")
    except re2.error as error:
        return _fault(text, str(error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else error))


def _fault(text: str, message: str) -> Fault:
    """Find the place that RE2's message quotes behind its last colon."""
    head, colon, quoted = message.partition(": ")
    if not colon:
        return Fault(0, message)
    return Fault(max(text.find(quoted), 0), f"{head}: `{quoted[:60]}`")


def _piece(text: str, at: int) -> tuple[str, int]:
    """Translate one element of a glob that is no star: the expression and the next place, or a message and -1."""
    char = text[at]
    if char == "?":
        return ".", at + 1
    if char == "\\":
        return (re.escape(text[at + 1]), at + 2) if at + 1 < len(text) else ("nothing follows the `\\`", -1)
    return _class(text, at) if char == "[" else (re.escape(char), at + 1)


def _class(text: str, at: int) -> tuple[str, int]:
    start = at + 2 if text[at + 1 : at + 2] in {"!", "^"} else at + 1
    end = text.find("]", start + 1)
    if end < 0:
        return "`[` without `]`", -1
    out, here = "", start
    while here < end:
        if text[here + 1 : here + 2] == "-" and here + 2 < end:
            low, high = text[here], text[here + 2]
            if low > high:
                return f"the range `{low}-{high}` is empty", -1
            out += f"{re.escape(low)}-{re.escape(high)}"
            here += 3
        else:
            out += re.escape(text[here])
            here += 1
    return f"[{'^' if start == at + 2 else ''}{out}]", end + 1
