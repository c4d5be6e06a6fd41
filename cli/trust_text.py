"""A trust policy for people: a page for the terminal, and the TOML from which it can be signed again.

Guarantees: everything that the policy says is in the TOML, public keys included, so `trust sign` of it gives the same policy (of a new
version); the page names owners, not only digests.  Words from the policy are made harmless.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rulewright.cli.text import clean, plural

if TYPE_CHECKING:
    from rulewright.attest.model import Key, Role, Rule, Trust
    from rulewright.attest.trust_policy import Signed

SHORT = 12
"""Digits of a key's id that are shown where the owner stands beside them."""


def page(document: Signed) -> str:
    """The policy on a terminal."""
    return "\n".join((*_head(document), *_keys(document.trust), *_roles(document.trust), *_rules(document.trust), ""))


def _head(document: Signed) -> Iterator[str]:
    trust, root = document.trust, document.trust.roles["root"]
    yield f"{clean(trust.id)}, version {trust.version}, in force from {clean(trust.issued)} to {clean(trust.expires)}"
    state = "" if document.complete else ": NOT USABLE until enough have signed"
    yield f"signed by {len(document.signers)} of {root.threshold} needed{state}"
    yield from (f"  {_who(trust, key)}" for key in document.signers)


def _who(trust: Trust, key: str) -> str:
    """Owner and short id of a key."""
    return f"{clean(trust.keys[key].owner)} ({key[:SHORT]})"


def _keys(trust: Trust) -> Iterator[str]:
    yield "keys"
    for name, key in sorted(trust.keys.items(), key=lambda item: (item[1].owner, item[1].valid_from, item[0])):
        yield f"  {clean(key.owner)}: {clean(key.algorithm)}, {clean(key.valid_from)} to {clean(key.valid_until)}"
        yield f"    {name}"
        if key.revoked is not None:
            since = (
                f", compromised since {clean(key.revoked.compromised_since)}" if key.revoked.compromised_since else ""
            )
            yield f"    REVOKED on {clean(key.revoked.on)}{since}: {clean(key.revoked.reason)}"


def _roles(trust: Trust) -> Iterator[str]:
    yield "roles"
    for name, role in sorted(trust.roles.items()):
        yield f"  {clean(name)}: {role.threshold} of {', '.join(_who(trust, key) for key in role.keys)}"


def _rules(trust: Trust) -> Iterator[str]:
    yield "rules"
    for rule in trust.rules:
        about = "every standard" if "*" in rule.standards else clean(", ".join(rule.standards))
        asked = [
            plural(max(rule.threshold, trust.roles[rule.role].threshold), "key") + f" of `{clean(rule.role)}`",
            *(["one post-quantum and one classical"] if rule.hybrid else []),
            *(["a trusted time"] if rule.time else []),
            *(["a proof of a log"] if rule.log else []),
            *(["a status list"] if rule.status else []),
            *([f"engine {clean(', '.join(rule.engines))}"] if "*" not in rule.engines else []),
        ]
        yield f"  {about}: {', '.join(asked)}"
    yield from (
        f"log {clean(each.origin)}, {each.quorum} of {plural(len(each.witnesses), 'witness', 'witnesses')}"
        for each in trust.logs
    )
    yield from (f"time stamping authority {clean(each.name)}" for each in trust.tsas)


def toml(trust: Trust) -> str:
    """The policy as a file for `trust sign`; the version is left out, so that the next one follows by itself."""
    names = _named(trust)
    lines = [f"id = {_text(trust.id)}", f"issued = {trust.issued}", f"expires = {trust.expires}", ""]
    for key, name in sorted(names.items(), key=lambda item: item[1]):
        lines += _key(name, trust.keys[key])
    for name, role in sorted(trust.roles.items()):
        lines += _role(name, role, names)
    for rule in trust.rules:
        lines += _rule(rule)
    for log in trust.logs:
        lines += ["[[logs]]", f"origin = {_text(log.origin)}", f"key = {_text(log.key)}"]
        lines += [f"witnesses = {_list(log.witnesses)}", f"quorum = {log.quorum}", ""]
    for tsa in trust.tsas:
        lines += [
            "[[tsas]]",
            f"name = {_text(tsa.name)}",
            f"certificates = {_list(map(_certificate, tsa.certificates))}",
            "",
        ]
    return "\n".join(lines)


def _named(trust: Trust) -> dict[str, str]:
    """A name for each key: the beginning of its id, as long as it takes."""
    size = SHORT
    while len({key[:size] for key in trust.keys}) < len(trust.keys):
        size += 1
    return {key: f"key-{key[:size]}" for key in trust.keys}


def _key(name: str, key: Key) -> list[str]:
    from rulewright.attest import keys
    from rulewright.attest.trust_flaws import public

    pem = keys.to_pem(public(key)).decode()
    lines = [f"[keys.{name}]", f'public = """\n{pem}"""', f"owner = {_text(key.owner)}"]
    lines += [f"from = {key.valid_from}", f"until = {key.valid_until}"]
    if key.revoked is not None:
        lines += ["", f"[keys.{name}.revoked]", f"on = {key.revoked.on}", f"reason = {_text(key.revoked.reason)}"]
        if key.revoked.compromised_since is not None:
            lines.append(f"compromised_since = {key.revoked.compromised_since}")
    return [*lines, ""]


def _role(name: str, role: Role, names: dict[str, str]) -> list[str]:
    listed = _list(names[key] for key in role.keys)
    return [f"[roles.{_text(name)}]", f"keys = {listed}", f"threshold = {role.threshold}", ""]


def _rule(rule: Rule) -> list[str]:
    flags = (("hybrid", rule.hybrid), ("time", rule.time), ("log", rule.log), ("status", rule.status))
    return [
        "[[rules]]",
        f"predicate = {_text(rule.predicate)}",
        f"standards = {_list(rule.standards)}",
        f"role = {_text(rule.role)}",
        f"threshold = {rule.threshold}",
        f"engines = {_list(rule.engines)}",
        *(f"{name} = {str(on).lower()}" for name, on in flags),
        "",
    ]


def _certificate(text: str) -> str:
    """A certificate as PEM."""
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_der_x509_certificate

    from rulewright.attest.encoding import from_base64

    return load_der_x509_certificate(from_base64(text)).public_bytes(Encoding.PEM).decode()


def _text(text: str) -> str:
    """A text as TOML writes it: JSON's escapes are TOML's, but for DEL and characters beyond 16 bits, which stand as they are."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(items: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, items))}]"
