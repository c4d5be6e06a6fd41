"""Acceptable variants: what looks like an attack and is none, so that a verifier which refuses everything is found out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from rulewright.attest import dsse
from tests.attest import good
from tests.attest import tampered as t
from tests.attest.corpus import make
from tests.attest.corpus.case import Group, Inputs, given, pem, text64
from tests.attest.corpus.signatures import P256, TAG, lab_pair, lab_says, message, raw

GROUP = Group("acceptable", "Acceptable variants")
case = GROUP.case


@case("valid")
def everything_given() -> Inputs:
    """The good bundle with the firmware, a status list and a trust policy."""
    return given(make.pack({}), artifacts=(("fw.bin", good.FIRMWARE),))


@case("valid")
def envelope_alone() -> Inputs:
    """The root's envelope without an archive around it."""
    return given(make.members()["root.dsse.json"])


@case("valid")
def keys_by_hand() -> Inputs:
    """Keys are given by hand instead of a trust policy."""
    return given(make.pack({}), trust=None, anchors=(), keys=pem("maker", "status"))


@case("valid")
def trust_policy_without_an_anchor() -> Inputs:
    """No anchor is given: the trust policy is taken as it was given."""
    return given(make.pack({}), anchors=())


@case("valid")
def one_of_two_anchors() -> Inputs:
    """Two anchors are given, one is enough by the caller's word, and one of them signed the trust policy."""
    return given(make.pack({}), anchors=pem("stranger", "anchor"), anchors_needed=1)


def plain() -> dict[str, Any]:
    """The root's envelope as plain data."""
    made: dict[str, Any] = json.loads(make.members()["root.dsse.json"])
    return made


def url_safe(text: str) -> str:
    return text.replace("+", "-").replace("/", "_")


GROUP.each(
    "valid",
    "",
    [
        ("url-safe-base64", "The envelope is in URL-safe base64.", lambda p: json.dumps({**p, "payload": url_safe(p["payload"]), "signatures": [{"sig": url_safe(s["sig"])} for s in p["signatures"]]})),
        ("url-safe-signatures", "The signatures are in URL-safe base64, and the payload is not.", lambda p: json.dumps({**p, "signatures": [{"sig": url_safe(s["sig"])} for s in p["signatures"]]})),
        ("indented", "The envelope is indented.", lambda p: json.dumps(p, indent=4)),
        ("tabs-and-cr", "The envelope has tabs and CR LF.", lambda p: json.dumps(p, indent="\t").replace("\n", "\r\n")),
        ("reversed-members", "The members of the envelope are in another order.", lambda p: json.dumps(dict(reversed(p.items())))),
        ("newline-at-the-end", "A newline follows the envelope.", lambda p: json.dumps(p) + "\n"),
        ("escaped-names", "A member's name is written with escapes.", lambda p: json.dumps(p).replace('"payload"', '"\\u0070ayload"')),
        ("escaped-slash", "The slashes of the type are escaped.", lambda p: json.dumps(p).replace("application/vnd", "application\\/vnd")),
        ("no-key-ids", "The signatures have no key ids.", lambda p: json.dumps({**p, "signatures": [{"sig": s["sig"]} for s in p["signatures"]]})),
        ("empty-key-ids", "The key ids are empty.", lambda p: json.dumps({**p, "signatures": [{**s, "keyid": ""} for s in p["signatures"]]})),
        ("wrong-key-ids", "The key ids are wrong: they are hints.", lambda p: json.dumps({**p, "signatures": [{**s, "keyid": "0" * 64} for s in p["signatures"]]})),
        ("swapped-key-ids", "The key ids are exchanged.", lambda p: json.dumps({**p, "signatures": [{"sig": s["sig"], "keyid": o["keyid"]} for s, o in zip(p["signatures"], p["signatures"][::-1], strict=True)]})),
        ("strange-key-ids", "The key ids hold markup, a path and a null.", lambda p: json.dumps({**p, "signatures": [{**s, "keyid": "<b>../../\u0000\u202e"} for s in p["signatures"]]})),
        ("other-order", "The signatures are in another order.", lambda p: json.dumps({**p, "signatures": p["signatures"][::-1]})),
        ("signature-twice-beside-another", "One signature stands twice, beside the other one.", lambda p: json.dumps({**p, "signatures": [*p["signatures"], p["signatures"][0]]})),
        ("junk-signature", "A signature of one byte stands beside the good ones.", lambda p: json.dumps({**p, "signatures": [{"sig": "AA=="}, *p["signatures"]]})),
        ("30-strange-signatures", "30 signatures of a stranger stand beside the good ones.", lambda p: json.dumps({**p, "signatures": [*p["signatures"], *make.signed_by(["stranger"]) * 30]})),
        ("longest-signature", "A signature of 8,192 bytes, which is the bound, stands beside the good ones.", lambda p: json.dumps({**p, "signatures": [*p["signatures"], {"sig": text64(bytes(8192))}]})),
    ],
    lambda change: given(make.root_file(change(plain()).encode())),
    precedent="DSSE 1.0.2",
)  # fmt: skip


@case("valid", precedent="Google's VSA and the vector of DSSE: raw r‖s")
def ecdsa_raw() -> Inputs:
    """The lab's ECDSA signature is r and s side by side."""
    return lab_says(raw(*lab_pair()))


@case("valid")
def ecdsa_der() -> Inputs:
    """The lab's ECDSA signature is in DER."""
    return lab_says(encode_dss_signature(*lab_pair()))


@case("valid", precedent="both Python libraries")
def ecdsa_other_half() -> Inputs:
    """s of the lab's ECDSA signature is the other one of two that are good."""
    first, second = lab_pair()
    return lab_says(encode_dss_signature(first, P256 - second))


def p384(form: str) -> Inputs:
    """The lab has a key on P-384."""
    own = good.public("lab-p384")
    made = good.key("lab-p384").private.sign(message(), ec.ECDSA(hashes.SHA384()))
    first, second = decode_dss_signature(made)
    sig = first.to_bytes(48) + second.to_bytes(48) if form == "raw" else made

    def change(document: Any) -> None:
        document["keys"][own.id] = msgspec.to_builtins(good.entry("lab-p384"))
        document["roles"]["lab"] = {"keys": [own.id], "threshold": 1}
        document["rules"].append({**document["rules"][0], "role": "lab", "threshold": 1, "hybrid": False})

    return given(make.with_signatures([*make.signatures(), {"sig": text64(sig)}]), trust=make.trusting(change))


GROUP.add("p384-der", "A signature on P-384 in DER.", "valid", "", lambda: p384("der"))
GROUP.add("p384-raw", "A signature on P-384 as r and s side by side.", "valid", "", lambda: p384("raw"))


@case("valid")
def lab_beside_the_maker() -> Inputs:
    """The lab signed beside the maker, and a rule asks for both."""
    return given(make.with_signatures(make.signed_by((*good.MAKER, "lab-p256"))), trust=TAG)


@case("valid")
def lab_that_nobody_asked_for() -> Inputs:
    """The lab signed beside the maker, and no rule asks for it."""
    return given(make.with_signatures(make.signed_by((*good.MAKER, "lab-p256"))))


def less(*names: str) -> Inputs:
    """The bundle without some members."""
    gone: Mapping[str, bytes | None] = dict.fromkeys(name for name in make.members() if name.startswith(names))
    return given(make.pack(gone))


GROUP.each(
    "valid",
    "",
    [
        ("without-views", "The documents are left out.", ("views/",)),
        ("without-results", "The results are left out; rows and seed are there.", ("results.json",)),
        ("without-statements", "The derived statements are left out.", ("statements/",)),
        ("without-what-is-for-people", "`readme.txt` is left out.", ("readme.txt",)),
        ("without-rows", "Seed, rows, results and documents are left out.", ("seed.json", "rows.json", "results.json", "views/")),
    ],
    lambda names: less(*names),
)  # fmt: skip


@case("valid")
def vsa_signed_by_one_key() -> Inputs:
    """The verification summary is signed by one of the keys that signed the root."""
    return given(make.statement("vsa", make.derived("vsa"), ("maker-mldsa",)))


@case("valid")
def vsa_indented() -> Inputs:
    """The envelope of the verification summary is indented."""
    data = json.dumps(json.loads(make.members()["statements/vsa.dsse.json"]), indent=1).encode()
    return given(make.pack({"statements/vsa.dsse.json": data}))


@case("valid")
def trust_policy_indented() -> Inputs:
    """The envelope of the trust policy is indented, and one like it was seen before."""
    data = json.dumps(json.loads(good.trust_file()), indent=1).encode()
    return given(make.pack({}), trust=data, seen=good.seen(3, t.digest(dsse.decode(data).payload)))


@case("valid")
def supersedes() -> Inputs:
    """The root says which attestation it takes the place of."""
    return given(make.predicate(supersedes="e" * 64))


@case("valid")
def letters_of_all_kinds() -> Inputs:
    """A product's name holds letters beyond U+FFFF, combining marks and quotes."""
    name = "Kamera \U0001f4f7 Ko\u0301d \u65e5\u672c \"'\\ \x7f\u2028"

    def change(said: Any) -> None:
        said["products"][0].update(name=name)

    return given(make.retold(change, also=lambda plain: change(plain["predicate"])))
