"""The tables that EMBA's modules write (`csv_logs/*.csv`): lines of fields, each ended by `;`.

Guarantees: a table is known by its heading, or (P99, S12, which have none) by the form of its lines; hashes of passwords are
read for their algorithm and then dropped.  Everything is `present`: EMBA does not say what starts a file.
What it does not do: the modules that repeat another tool's findings line by line (S16, S22, S23).
Source: `write_csv_log` calls in modules P99, S09, S12, S24, S45, S60, S107 and S108 of EMBA 2.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rulewright.devices.model import Place
from rulewright.devices.reports.base import WEAK_HASHES, Report, day, hash_kind, shown, text_of
from rulewright.devices.reports.checksec import Binary, add, binary_of
from rulewright.facts.types import Level

PRESENT = Level.PRESENT
FORMAT = "EMBA CSV"
MAX_LINES = 500_000
_MD5 = re.compile(r"[0-9a-f]{32}$")
_RULE = re.compile(r"^:?(?P<vendor>[^:]*):(?P<product>[^:]+):(?P<version>[^:]+)")
_HASH = re.compile(r"\$(?:1|2[abxy]?|5|6|y|gy|apr1)\$[./A-Za-z0-9$=,+]+")

Fields = Sequence[str]


def recognises(data: bytes) -> bool:
    """Whether the first line is a heading or a line of one of the modules."""
    first = data[:4096].split(b"\n", 1)[0].decode("utf-8", "replace")
    return _module(_fields(first)) is not None


def read(data: bytes, name: str) -> Report:
    """Each line to the reader of its module."""
    report = Report(FORMAT, "firmware", tool="EMBA")
    lines = text_of(data, report).splitlines()
    found = _module(_fields(lines[0])) if lines else None
    if found is None:
        report.note("RW1520", "no heading of a known module of EMBA", severe=True)
        return report
    module, reader, heading = found
    report.tool = f"EMBA {module}"
    if len(lines) > MAX_LINES:
        report.note("RW1522", f"the table has more than {MAX_LINES} lines: the rest is left out", severe=True)
    binaries: list[tuple[Binary, Place]] = []
    for number, line in enumerate(lines[:MAX_LINES], 1):
        fields, place = _fields(line), Place(name, number)
        if (number == 1 and heading) or not any(fields):
            continue
        if module == "S12":
            binary = binary_of(fields)
            binaries += [(binary, place)] if binary else []
        else:
            reader(report, fields, place)
    if module == "S12":
        add(report, binaries)
    return report


def _fields(line: str) -> list[str]:
    return [field.strip() for field in line.rstrip("\r\n").removesuffix(";").split(";")]


def _module(fields: Fields) -> tuple[str, Callable[[Report, Fields, Place], None], bool] | None:
    for heading, module, reader in HEADINGS:
        if list(fields[: len(heading)]) == list(heading):
            return module, reader, True
    if len(fields) == 9 and _MD5.match(fields[8]):
        return "P99", _p99, False
    if len(fields) >= 8 and fields[0].endswith("RELRO") and fields[2].startswith("NX"):
        return "S12", _nothing, False
    return None


def _at(fields: Fields, index: int) -> str:
    text = shown(fields[index]) if index < len(fields) else ""
    return "" if text in {"NA", "-"} else text


def _nothing(report: Report, fields: Fields, place: Place) -> None:
    del report, fields, place


def _p99(report: Report, fields: Fields, place: Place) -> None:
    if _at(fields, 7).startswith("ELF") and "not stripped" in fields[7]:
        report.finding("symbols in a program", PRESENT, place, "the ELF file is not stripped", _at(fields, 1))


def _s09(report: Report, fields: Fields, place: Place) -> None:
    match = _RULE.match(_at(fields, 5))
    if match is None:
        return
    vendor, product, version = match["vendor"], match["product"], match["version"]
    cpe = f"cpe:2.3:a:{vendor}:{product}:{version}:*:*:*:*:*:*:*" if vendor and version not in {"NA", "*"} else ""
    if _at(fields, 7).startswith("emulation"):
        report.finding(
            "version seen in emulation",
            Level.CONFIGURED,
            place,
            f"{product} {version} ran in emulation and told its version",
            _at(fields, 1),
        )
    report.row(
        "component",
        place,
        name=product,
        version=version if version != "NA" else "",
        cpe=cpe,
        supplier=vendor,
        filename=_at(fields, 1),
        license=_at(fields, 6),
    )


def _hashed(report: Report, path: str, text: str, place: Place) -> None:
    """A hash in a file: the account's name (of a line of passwd) and the algorithm, nothing else."""
    user = shown(text.split(":", 1)[0], 60) if re.match(r"[\w.-]{1,32}:", text) else ""
    match = _HASH.search(text)
    stored = match[0] if match else (text.split(":")[1] if user and text.count(":") > 1 else "?")
    kind = hash_kind(stored)
    if user:
        report.row("account", place, name=user, hash=kind, login=kind not in {"locked", "none"} or None)
    report.finding(
        "password hash in a file", PRESENT, place, f"hashed by {kind}" + (f", of `{user}`" if user else ""), path
    )
    if kind in WEAK_HASHES:
        report.say(
            "crypto.weak_algorithms",
            (WEAK_HASHES[kind],),
            PRESENT,
            place,
            f"a password is hashed by {kind}",
            scope=path,
        )


def _s107(report: Report, fields: Fields, place: Place) -> None:
    _hashed(report, _at(fields, 0), fields[1] if len(fields) > 1 else "", place)


def _s108(report: Report, fields: Fields, place: Place) -> None:
    _hashed(report, _at(fields, 1), fields[3] if len(fields) > 3 else "", place)


def _s24(report: Report, fields: Fields, place: Place) -> None:
    version = _at(fields, 1)
    if version:
        report.say("os.kernel_version", version, PRESENT, place, f"a kernel in {_at(fields, 0)}", scope=_at(fields, 0))
        report.row(
            "component",
            place,
            name="linux_kernel",
            version=version,
            type="operating_system",
            filename=_at(fields, 0),
            cpe=f"cpe:2.3:o:linux:linux_kernel:{version}:*:*:*:*:*:*:*",
        )


def _s45(report: Report, fields: Fields, place: Place) -> None:
    if _at(fields, 0) == "password file":
        report.finding("password file", PRESENT, place, "a file of accounts or passwords", _at(fields, 1))


def _s60(report: Report, fields: Fields, place: Place) -> None:
    expired = _at(fields, 2)
    report.row("certificate", place, path=_at(fields, 0), not_after=day(_at(fields, 1)))
    if expired == "yes":
        report.finding("expired certificate", PRESENT, place, f"it expired on {_at(fields, 1)}", _at(fields, 0))
        report.yes("tls.cert_expired_or_weak", PRESENT, place, "an expired certificate", scope=_at(fields, 0))


HEADINGS: tuple[tuple[tuple[str, ...], str, Callable[[Report, Fields, Place], None]], ...] = (
    (("EMBA source module", "binary/file", "rule identifier"), "S09", _s09),
    (("PW_PATH", "PW_HASH"), "S107", _s107),
    (("Message", "PW_PATH", "PW_HASH", "PW_HASH_real"), "S108", _s108),
    (("file path", "Kernel version stripped"), "S24", _s24),
    (("password files count",), "S45", _s45),
    (("Certificate file", "Certificate expire on", "Certificate expired"), "S60", _s60),
)
