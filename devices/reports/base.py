"""What a reader of another tool's report gives, and how it walks through JSON that may be anything.

Guarantees: no shape of a document raises: what is not of the expected type is left out, and what cannot be read at all is a
note; sizes are bounded; passwords, hashes, community strings and keys are never copied out of a report.
What it does not do: know a format.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

import msgspec

from rulewright.devices.model import Findings, Noted, Place, Row, Said
from rulewright.facts.types import MICRO, Level, Trust

MAX_REPORT = 256 * 1024 * 1024
MAX_ROWS = 200_000
MAX_TEXT = 400
MAX_NUMBER = 12
"""Digits of a number that is still read."""

Value = bool | int | str | tuple[str, ...]
_DAY = re.compile(r"\s*(\d{4})-(\d{2})-(\d{2})(?!\d)")
_EPOCH = dt.date(1970, 1, 1).toordinal()


class Report(msgspec.Struct):
    """What a report says: the facts, and of whom, of which day and how trusted they are.

    `observed` is the UTC day number that the report states; `subjects` are the hosts or files that it names as examined.
    Every `Place` of `findings` is within the report: a JSON pointer, or the report's name and a line.
    """

    format: str
    detector: str
    findings: Findings = msgspec.field(default_factory=Findings)
    trust: Trust = Trust.OBSERVED
    observed: int | None = None
    tool: str = ""
    subjects: tuple[str, ...] = ()

    def say(  # the parts of one thing said
        self, attribute: str, value: Value, level: Level, place: Place, text: str = "", *, scope: str = ""
    ) -> None:
        """Add one thing said of an attribute."""
        said = Said(attribute=attribute, value=value, level=level, place=place, text=_line(text), scope=_line(scope))
        self.findings.said.append(said)

    def yes(self, attribute: str, level: Level, place: Place, text: str = "", *, scope: str = "") -> None:
        """Say that an attribute holds."""
        said = Said(attribute=attribute, value=True, level=level, place=place, text=_line(text), scope=_line(scope))
        self.findings.said.append(said)

    def row(self, collection: str, place: Place, **fields: Value | None) -> None:
        """Add an element of a collection; fields without a value are left out."""
        if len(self.findings.rows) < MAX_ROWS:
            kept: dict[str, Value | None] = {
                name: value for name, value in fields.items() if value is not None and value != ""
            }
            self.findings.rows.append(Row(collection, kept, place))
        elif len(self.findings.rows) == MAX_ROWS:
            self.note(
                "RW1522", f"the report has more than {MAX_ROWS} entries: the rest is left out", place, severe=True
            )
            self.findings.rows.append(Row(collection, {}, place))

    def finding(self, subject: str, level: Level, place: Place, detail: str, path: str = "") -> None:
        """Add a row of `finding`: something that no attribute has a word for; `path` is the file on the device."""
        self.row(
            "finding",
            place,
            subject=subject,
            level=level.word,
            path=shown(path) or place.pointer,
            detail=_line(detail),
            chain="",
        )

    def note(self, code: str, message: str, place: Place | None = None, *, severe: bool = False) -> None:
        """Add a note on the report itself."""
        self.findings.notes.append(Noted(code, message, place, severe=severe))


class Reader(msgspec.Struct, frozen=True):
    """A format of reports: its name for people, how it is known by its content, and what reads it (bytes, name)."""

    format: str
    recognises: Callable[[bytes], bool]
    read: Callable[[bytes, str], Report]


def shown(text: str, limit: int = MAX_TEXT) -> str:
    """Foreign text for people: cut, on one line, without control characters and without backticks."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    if cut.isprintable() and "`" not in cut:
        return cut.strip()
    return "".join(c if c.isprintable() and c != "`" else " " for c in cut).strip()


def _line(text: str) -> str:
    """Our own sentence, whose foreign words are cleaned already: cut, on one line."""
    cut = text[:MAX_TEXT]
    return cut if cut.isprintable() else "".join(c if c.isprintable() else " " for c in cut)


def document(report: Report, data: bytes) -> object:
    """The JSON value of a report; `None`, with a note, where it is none."""
    if len(data) > MAX_REPORT:
        report.note("RW1521", f"the report is larger than {MAX_REPORT} bytes", severe=True)
        return None
    try:
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        report.note("RW1520", f"the report is not JSON: {shown(str(error))}", severe=True)
    except RecursionError:
        report.note("RW1520", "the report is nested too deeply", severe=True)
    return None


def text_of(data: bytes, report: Report) -> str:
    """The text of a report that is lines; bytes that are no UTF-8 are replaced."""
    if len(data) > MAX_REPORT:
        report.note("RW1521", f"the report is larger than {MAX_REPORT} bytes", severe=True)
        return ""
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


def table(value: object) -> dict[str, object]:
    """An object, or an empty one."""
    return {str(key): item for key, item in value.items()} if isinstance(value, dict) else {}


def items(value: object) -> list[object]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else []


def word(value: object) -> str:
    """A text, as one line; numbers as written; empty for everything else."""
    if isinstance(value, str):
        return shown(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def tables(value: object, pointer: str) -> Iterator[tuple[str, dict[str, object]]]:
    """The objects of a list with their JSON pointers."""
    for index, item in enumerate(items(value)):
        if isinstance(item, dict):
            yield f"{pointer}/{index}", table(item)


def step(name: str) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


def number(value: object) -> int | None:
    """A whole number that is not negative, as a number or as digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 <= value < 10**MAX_NUMBER else None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= MAX_NUMBER:
        return int(value)
    return None


def micro(value: object) -> int | None:
    """A score such as `9.8` (text or number) in millionths; `None` where it is none."""
    text = repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    match = (
        re.fullmatch(r"\s*(\d{1,6})(?:\.(\d{1,6})\d*)?\s*", text) if isinstance(text, str) and text.isascii() else None
    )
    return int(match[1]) * MICRO + int((match[2] or "").ljust(6, "0")) if match else None


def day(value: object) -> int | None:
    """The UTC day number of a text that begins with `2026-11-22`, or of seconds since 1970."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 10**11:
        return int(value // 86400)
    match = _DAY.match(value) if isinstance(value, str) else None
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3])).toordinal() - _EPOCH if match else None
    except ValueError:
        return None


def hash_kind(stored: str) -> str:
    """The algorithm of a password hash in the words of `account.hash`; the hash itself goes nowhere."""
    if not stored:
        return "none"
    if stored[0] in "!*" or stored in {"x", "LK", "NP"}:
        return "locked"
    for prefix, kind in _PREFIXES:
        if stored.startswith(prefix):
            return kind
    return "des" if re.fullmatch(r"[./0-9A-Za-z]{13}", stored) else "other"


_PREFIXES = (
    ("$1$", "md5"), ("$2", "bcrypt"), ("$5$", "sha256"), ("$6$", "sha512"), ("$y$", "yescrypt"), ("$gy$", "yescrypt"), ("$apr1$", "apr1"),
)  # fmt: skip
WEAK_HASHES = {"md5": "MD5", "apr1": "MD5", "des": "DES"}
"""Hash -> the word of `crypto.weak_algorithms`."""
