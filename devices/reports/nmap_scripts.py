"""What nmap's scripts learnt of an open port: TLS, certificates, SSH algorithms, logins without a password.

Guarantees: values are taken from the scripts' structured output and, where there is none, from fixed phrases of their text.
What it does not do: keep payloads (MQTT topics, directory listings).
Sources: the scripts ssl-enum-ciphers, ssl-cert, ssh2-enum-algos, mqtt-subscribe, ftp-anon, vnc-info of nmap.
"""

from __future__ import annotations

import re

from rulewright.devices.ciphers import TLS, weak_in
from rulewright.devices.model import Place
from rulewright.devices.reports.base import Report, day, number, shown
from rulewright.devices.reports.services import Service
from rulewright.devices.reports.xml import Element
from rulewright.facts.types import Level

VERIFIED = Level.VERIFIED
VERSIONS = {"SSLv3": "SSL3", "TLSv1.0": "TLS1.0", "TLSv1.1": "TLS1.1", "TLSv1.2": "TLS1.2", "TLSv1.3": "TLS1.3"}
SMALL = {"rsa": 2048, "dsa": 2048, "ec": 224}
"""Keys below these sizes are weak (NIST SP 800-131A)."""
_ANONYMOUS = (
    ("ftp-anon", re.compile(r"Anonymous FTP login allowed")),
    ("mqtt-subscribe", re.compile(r"Topics and their most recent payloads")),
    ("vnc-info", re.compile(r"Security types:\s*(?:\S+ )*None \(1\)|does not require authentication", re.IGNORECASE)),
)


def scripts(port: Element) -> dict[str, Element]:
    """The scripts of a port by name."""
    return {script.get("id"): script for script in port.all("script")}


def anonymous(port: Element) -> bool:
    """Whether a script got in without a password."""
    found = scripts(port)
    return any(name in found and bool(text.search(found[name].get("output"))) for name, text in _ANONYMOUS)


def port(report: Report, element: Element, service: Service, place: Place) -> None:
    """Add what the scripts of one port say."""
    found = scripts(element)
    scope = f"{service.protocol}/{service.port} of {service.host}"
    if "ssl-enum-ciphers" in found:
        _ciphers(report, found["ssl-enum-ciphers"], scope, place)
    if "ssl-cert" in found:
        _certificate(report, found["ssl-cert"], scope, place)
    if "ssh2-enum-algos" in found:
        _ssh(report, found["ssh2-enum-algos"], scope, place)


def _ciphers(report: Report, script: Element, scope: str, place: Place) -> None:
    accepted = [(VERSIONS[table.get("key")], table) for table in script.all("table") if table.get("key") in VERSIONS]
    names = [
        shown(e.text, 80)
        for _, table in accepted
        for group in table.all("table")
        for suite in group.all("table")
        for e in suite.all("elem")
        if e.get("key") == "name"
    ]
    if not accepted:
        return
    order = sorted((version for version, _ in accepted), key=TLS.index)
    report.say("tls.min_version", order[0], VERIFIED, place, f"{order[0]} is accepted", scope=scope)
    if order[-1] in {"TLS1.2", "TLS1.3"}:
        report.say("tls.max_version", order[-1], VERIFIED, place, f"{order[-1]} is accepted", scope=scope)
    if names:
        report.say(
            "tls.cipher_suites", tuple(sorted(set(names))), VERIFIED, place, "accepted in a handshake", scope=scope
        )
    _weak(report, names, scope, place)


def _weak(report: Report, names: list[str], scope: str, place: Place) -> None:
    weak = weak_in(names)
    if weak:
        report.say("crypto.weak_algorithms", weak, VERIFIED, place, f"offered: {', '.join(weak)}", scope=scope)


def _ssh(report: Report, script: Element, scope: str, place: Place) -> None:
    wanted = {"kex_algorithms", "server_host_key_algorithms", "encryption_algorithms", "mac_algorithms"}
    names = [
        shown(elem.text, 80)
        for table in script.all("table")
        if table.get("key") in wanted
        for elem in table.all("elem")
    ]
    _weak(report, names, scope, place)


def _certificate(report: Report, script: Element, scope: str, place: Place) -> None:
    tables = {
        table.get("key"): {e.get("key"): e.text.strip() for e in table.all("elem")} for table in script.all("table")
    }
    leaves = {elem.get("key"): elem.text.strip() for elem in script.all("elem")}
    key, times = tables.get("pubkey", {}), tables.get("validity", {})
    before, after, size = day(times.get("notBefore")), day(times.get("notAfter")), number(key.get("bits"))
    subject, issuer = (shown(tables.get(name, {}).get("commonName", ""), 120) for name in ("subject", "issuer"))
    signature = shown(leaves.get("sig_algo", ""), 60)
    same = tables.get("subject") == tables.get("issuer") if "issuer" in tables else None
    report.row(
        "certificate", place, subject=subject, issuer=issuer, algorithm=shown(key.get("type", ""), 20), size=size, signature=signature,
        not_before=before, not_after=after, self_signed=same, path=scope,
    )  # fmt: skip
    why = []
    if after is not None and report.observed is not None and after < report.observed:
        why.append("it had expired on the day of the scan")
    if size is not None and size < SMALL.get(key.get("type", ""), 0):
        why.append(f"its key has {size} bits")
    if re.match(r"(?:md5|sha1)With|ecdsa-with-SHA1$", signature):
        why.append(f"it is signed with {signature}")
    report.say(
        "tls.cert_expired_or_weak",
        bool(why),
        VERIFIED,
        place,
        "; ".join(why) or "the certificate is valid and strong",
        scope=scope,
    )
