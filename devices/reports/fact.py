"""Answers of FACT's REST interface: a file object or a firmware, with the results of its analyses.

Guarantees: cracked passwords, hashes and key material are never copied: user, algorithm and number only; analyses of another
version that put their fields beside `result` are read, too; an answer without analyses is said to be one.
A start script is `configured`: FACT does not follow what starts it.  What it does not do: ask FACT for the files below.
Source: src/web_interface/rest and the plugins' schemas of FACT_core (August 2026).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from rulewright.devices.model import Place
from rulewright.devices.reports.base import (
    WEAK_HASHES,
    Report,
    day,
    document,
    hash_kind,
    items,
    micro,
    number,
    table,
    tables,
    word,
)
from rulewright.devices.reports.checksec import Binary, add
from rulewright.facts.types import Level

FORMAT = "FACT REST JSON"
KINDS = ("file_object", "firmware")
MAX_OBJECTS = 100_000
_START = re.compile(rb'\s*(?:\[\s*)?\{\s*"(?:file_object|firmware)"\s*:\s*\{\s*"(?:analysis|meta_data)"')
FIELDS = 7
"""Fields of a line of passwd."""


def recognises(data: bytes) -> bool:
    """Whether it begins with a `file_object` or `firmware` that was analysed."""
    return _START.match(data[:4096]) is not None


def read(data: bytes, name: str) -> Report:
    """One answer, or a list of answers."""
    del name
    report = Report(FORMAT, "firmware", tool="FACT")
    value = document(report, data)
    answers = list(tables(value, "")) if isinstance(value, list) else [("", table(value))]
    binaries: list[tuple[Binary, Place]] = []
    seen = 0
    for pointer, answer in answers[:MAX_OBJECTS]:
        for kind in KINDS:
            held = table(answer.get(kind))
            if "analysis" in held or "meta_data" in held:
                seen += 1
                _object(report, held, f"{pointer}/{kind}", binaries)
    if not seen:
        report.note("RW1527", "the answer holds no analysed file", severe=True)
    add(report, binaries)
    return report


def _object(report: Report, held: Mapping[str, object], pointer: str, binaries: list[tuple[Binary, Place]]) -> None:
    meta, analysis = table(held.get("meta_data")), table(held.get("analysis"))
    path = _path(meta)
    report.subjects += (word(meta.get("hid")) or path,) if word(meta.get("hid")) or path else ()
    if not analysis:
        report.note(
            "RW1527", f"`{path or pointer}` has no analyses: ask FACT for them with `summary=true`", Place(pointer)
        )
    for plugin, reader in PLUGINS.items():
        entry = table(analysis.get(plugin))
        if not entry:
            continue
        moment = day(entry.get("analysis_date"))
        report.observed = max(report.observed or 0, moment) if moment else report.observed
        inner = entry.get("result")
        result = table(inner) if isinstance(inner, dict) else entry
        reader(report, result, f"{pointer}/analysis/{plugin}" + ("/result" if isinstance(inner, dict) else ""), path)
    mitigations = table(analysis.get("exploit_mitigations"))
    if mitigations:
        result = table(mitigations.get("result")) or mitigations
        binaries.append((_hardening(result, path), Place(f"{pointer}/analysis/exploit_mitigations")))


def _path(meta: Mapping[str, object]) -> str:
    """The path in the firmware: FACT joins containers with `|`."""
    virtual = meta.get("virtual_file_path")
    if isinstance(virtual, dict):
        virtual = next(iter(virtual.values()), [])
    first = next((text for item in items(virtual) if (text := word(item))), "")
    return first.rpartition("|")[2] or word(meta.get("file_name")) or word(meta.get("hid"))


def _hardening(result: Mapping[str, object], path: str) -> Binary:
    def truth(name: str) -> bool | None:
        value = result.get(name)
        return value if isinstance(value, bool) else {"enabled": True, "disabled": False}.get(word(value).lower())

    relro, pie = word(result.get("relro")).lower(), word(result.get("pie")).lower()
    checks = {
        "nx": truth("nx"), "canary": truth("canary"), "fortify": None, "relro": relro.startswith("fully") if relro else None,
        "pie": {"enabled": True, "disabled": False}.get(pie),
    }  # fmt: skip
    return Binary(path, checks, result.get("rpath") is True or result.get("runpath") is True, pie not in {"dso", "rel"})


def _users(report: Report, result: Mapping[str, object], pointer: str, path: str) -> None:
    for group in ("unix", "http", "mosquitto"):
        for at, found in tables(result.get(group), f"{pointer}/{group}"):
            _user(report, found, Place(at), path)


def _user(report: Report, found: Mapping[str, object], place: Place, path: str) -> None:
    line = word(found.get("full_entry")).split(":")
    stored = word(found.get("password_hash")) or (line[1] if len(line) > 1 else "")
    cracked, kind, user = bool(found.get("password")), hash_kind(stored), word(found.get("username"))
    fields = line if len(line) >= FIELDS and "/" in line[-1] else []
    report.row(
        "account", place, name=user, hash=kind, default_password=True if cracked else None, login=True if cracked else (False if kind == "locked" else None),
        uid=number(fields[2]) if fields else None, shell=fields[6] if fields else "",
    )  # fmt: skip
    if cracked:
        report.say(
            "auth.default_password_kind",
            "universal",
            Level.VERIFIED,
            place,
            f"the password of `{user}` was cracked",
            scope=f"account {user}",
        )
        report.finding("default password", Level.VERIFIED, place, f"the password of `{user}` was cracked", path)
    if kind in WEAK_HASHES:
        report.say(
            "crypto.weak_algorithms",
            (WEAK_HASHES[kind],),
            Level.CONFIGURED,
            place,
            f"the password of `{user}` is hashed by {kind}",
            scope=f"account {user}",
        )


def _init(report: Report, result: Mapping[str, object], pointer: str, path: str) -> None:
    kind = word(result.get("init_type"))
    if not kind and not result.get("is_init"):
        return
    data = table(result.get("data"))
    command = next(
        (text for key in ("exec_start", "ExecStart", "respawn", "exec", "sysinit") if (text := word(data.get(key)))), ""
    )
    report.finding(
        "start script", Level.CONFIGURED, Place(pointer), f"{kind or 'init'}: {command or 'command not known'}", path
    )


def _software(report: Report, result: Mapping[str, object], pointer: str, path: str) -> None:
    listed = result.get("software_components")
    if isinstance(listed, list):
        for at, found in tables(listed, f"{pointer}/software_components"):
            for version in [word(item) for item in items(found.get("versions"))] or [""]:
                report.row(
                    "component",
                    Place(at),
                    name=word(found.get("name")),
                    version=version,
                    filename=path,
                    type="application",
                    homepage=word(found.get("website")),
                )


def _crypto(report: Report, result: Mapping[str, object], pointer: str, path: str) -> None:
    for at, found in tables(result.get("matches"), f"{pointer}/matches"):
        rule, count = word(found.get("rule")), number(found.get("count")) or 1
        if "private" in rule.lower() or rule == "SshEncryptedRsaPrivateKeyBlock":
            algorithm = "rsa" if "rsa" in rule.lower() else ""
            report.row(
                "key",
                Place(at),
                path=path,
                kind="private",
                algorithm=algorithm,
                encrypted=True if "Encrypted" in rule else None,
            )
            report.finding("private key in the firmware", Level.PRESENT, Place(at), f"{rule}, {count} times", path)
            report.say(
                "cred.hardcoded_in_image", count, Level.PRESENT, Place(at), f"private keys in {path}", scope=path
            )
        elif "public" in rule.lower():
            report.row("key", Place(at), path=path, kind="public")
        elif "certificate" in rule.lower():
            report.row("certificate", Place(at), path=path)


def _cves(report: Report, result: Mapping[str, object], pointer: str, path: str) -> None:
    del path
    for at, software in tables(result.get("cve_results"), f"{pointer}/cve_results"):
        component = word(software.get("software_name"))
        for inner, found in tables(software.get("cve_list"), f"{at}/cve_list"):
            scores = [
                score for item in items(found.get("scores")) if (score := micro(table(item).get("score"))) is not None
            ]
            report.row(
                "vulnerability",
                Place(inner),
                id=word(found.get("id")),
                score=max(scores, default=None),
                component="@".join(component.rsplit(" ", 1)),
                match="range",
                match_by="cpe",
            )


PLUGINS: dict[str, Callable[[Report, Mapping[str, object], str, str], None]] = {
    "users_and_passwords": _users,
    "init_systems": _init,
    "software_components": _software,
    "crypto_material": _crypto,
    "cve_lookup": _cves,
}
