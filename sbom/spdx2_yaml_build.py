"""Events of YAML to the JSON form of SPDX 2.

A scalar is a text, whatever it looks like (`no`, `1.10`, `2020-01-01`), but where the JSON form wants a number or a
truth value; an empty one, `~` and `null` are null.
Guarantees: a key given twice stands twice in the JSON; aliases are followed within a bound; tags are reported and not
acted upon; a text that other readers of YAML take for something else is reported.  It does not judge values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.sbom import spdx2_shape
from rulewright.sbom.findings import NOTE, WARNING, Findings, refusal, shown
from rulewright.sbom.limits import MAX_ALIASED
from rulewright.sbom.spdx2_assembly import Holder, Lines, twice
from rulewright.sbom.spdx2_yaml_events import Event, What

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9_]*|0[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?)")
_STANDARD = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", "!"})


class Aliased(Exception):  # noqa: N818 - a signal inside this module, not an error
    """An alias cannot be followed."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


class _Frame(msgspec.Struct):
    """A mapping or list that is not closed yet."""

    made: Holder | list[object]
    anchor: str | None
    start: int
    """How many values there were when it began."""
    field: str
    """The field that it is the value of; items of a list have the list's."""
    key: Event | None = None


class Builder:
    """One document in the making; `lines` is given where lines are wanted."""

    def __init__(self, findings: Findings, lines: Lines | None = None) -> None:
        self._findings = findings
        self._lines = lines
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[object, int]] = {}
        self._values = 0
        self._aliased = 0
        self._root: object = None
        self.doubled = False
        """Whether a key is given twice anywhere."""

    def run(self, events: Sequence[Event]) -> object | Diagnostic:
        """The document, or why an alias cannot be followed."""
        try:
            for event in events:
                self._event(event)
        except Aliased as error:
            message = f"{error} (line {error.line})"
            return refusal("RW1034", self._findings.source, message, hint="write the values out")
        return self._root

    def _event(self, event: Event) -> None:
        """Take one event."""
        frame = self._stack[-1] if self._stack else None
        awaits_key = frame is not None and isinstance(frame.made, dict) and frame.key is None
        self._values += 1
        if event.tag is not None and event.tag not in _STANDARD:
            message = f"the tag `{shown(event.tag)}` is not acted upon"
            self._findings.add("RW1035", WARNING, message, _place(event.line))
        if event.what is What.END:
            done = self._stack.pop()
            self._note(done.anchor, done.made, self._values - done.start)
        elif event.what is What.ALIAS:
            value = self._follow(event)
            if frame is not None and awaits_key:
                frame.key = msgspec.structs.replace(event, text=value if isinstance(value, str) else "")
            else:
                self._place(value, event.line)
        elif event.what is What.SCALAR:
            if frame is not None and awaits_key:
                frame.key = event
                self._note(event.anchor, event.text, 1)
            else:
                value = self._scalar(event, self._field())
                self._note(event.anchor, value, 1)
                self._place(value, event.line)
        else:
            self._begin(event, frame if awaits_key else None)

    def _begin(self, event: Event, keyless: _Frame | None) -> None:
        """Begin a mapping or list; one that stands as a key is read and left out."""
        made: Holder | list[object] = {} if event.what is What.MAPPING else []
        field = self._field()
        if keyless is not None:
            self._findings.add("RW1010", WARNING, "expected a string as key, found an object", _place(event.line))
            keyless.key = msgspec.structs.replace(event, what=What.SCALAR, text="?")
        else:
            self._place(made, event.line)
        self._stack.append(_Frame(made, event.anchor, self._values, field))

    def _field(self) -> str:
        """The name of the field that the next value belongs to."""
        if not self._stack:
            return ""
        frame = self._stack[-1]
        return frame.key.text if isinstance(frame.made, dict) and frame.key is not None else frame.field

    def _place(self, value: object, line: int) -> None:
        """Put a value where it belongs."""
        if not self._stack:
            self._root = value
            return
        frame = self._stack[-1]
        if isinstance(frame.made, list):
            if self._lines is not None:
                self._lines[id(frame.made), len(frame.made)] = line
            frame.made.append(value)
            return
        key = frame.key
        frame.key = None
        if key is None:
            return
        if self._lines is not None:
            self._lines[id(frame.made), key.text] = key.line
        if key.text in frame.made:
            self.doubled = True
            twice(frame.made, key.text, value)
        else:
            frame.made[key.text] = value

    def _note(self, anchor: str | None, value: object, size: int) -> None:
        """Remember what an anchor names, with the number of values in it."""
        if anchor is not None:
            self._anchors[anchor] = (value, size)

    def _follow(self, event: Event) -> object:
        """What an alias stands for."""
        found = self._anchors.get(event.anchor or "")
        if found is None:
            raise Aliased(event.line, f"the alias `*{shown(event.anchor or '')}` names nothing that stands before it")
        self._aliased += found[1]
        self._values += found[1]
        if self._aliased > MAX_ALIASED:
            raise Aliased(event.line, f"aliases stand for more than {MAX_ALIASED} values")
        return found[0]

    def _scalar(self, event: Event, field: str) -> object:
        """The value of a scalar in a field."""
        if not event.plain:
            return event.text
        text = event.text
        if text in _NULL:
            return None
        lower = text.lower()
        if field in spdx2_shape.TRUTHS and lower in _TRUE | _FALSE:
            return lower in _TRUE
        if field in spdx2_shape.NUMBERS:
            return spdx2_shape.number(text)
        if lower in _TRUE | _FALSE:
            self._doubtful(text, "true or false", event.line)
        elif _NUMBER.fullmatch(text):
            self._doubtful(text, "a number", event.line)
        return text

    def _doubtful(self, text: str, other: str, line: int) -> None:
        """Report a text that other readers take for something else."""
        message = f"`{shown(text)}` is read as text; most readers of YAML take it for {other}"
        self._findings.add("RW1036", NOTE, message, _place(line), "put it in quotes")


def _place(line: int) -> str:
    return f"line {line}"
