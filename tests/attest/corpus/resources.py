"""Resources: what would take a verifier's time or memory, if it did not say no before."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519

from rulewright.attest import container, disclosure, dsse, keys, limits, model
from rulewright.attest.encoding import to_base64
from tests.attest import good
from tests.attest import tampered as t
from tests.attest.corpus import make
from tests.attest.corpus.case import Group, Inputs, given, text64

GROUP = Group("resources", "Resources")
case = GROUP.case
SIZE = "CVE-2023-46737"
COUNT = "CVE-2024-29902, CVE-2024-29903"


def sealed(text: bytes) -> bytes:
    """An envelope with further text in a member of its own."""
    return (
        b'{"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"AAAA"}],"x":'
        + text
        + b"}"
    )


GROUP.each(
    "unreadable",
    "RW4004",
    [
        ("deep-lists", "100,000 lists within each other.", lambda: b"[" * 100_000 + b"]" * 100_000),
        ("deep-lists-open", "500,000 lists are opened and none is closed.", lambda: b"[" * 500_000),
        ("deep-objects", "100,000 objects within each other.", lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
        ("deep-behind-texts", "Lists within each other, each behind a text that holds brackets.", lambda: b'["[]\\"]",' * 70_000 + b"1" + b"]" * 70_000),
        ("many-values", "600,000 empty objects.", lambda: b"[" + b"{}," * 600_000 + b"0]"),
        ("many-commas", "A million commas and one more.", lambda: b"," * 1_000_001),
        ("million-digits", "An integer of a million digits.", lambda: b"9" * 1_000_000),
        ("million-digits-negative", "A negative integer of a million digits.", lambda: b"-" + b"9" * 1_000_000),
        ("large-exponent", "The number 1e999999999.", lambda: b"1e999999999"),
        ("many-digits-after-the-point", "A million digits after the point.", lambda: b"0." + b"1" * 1_000_000),
        ("half-surrogates", "100,000 halves of surrogate pairs.", lambda: b'"' + b"\\ud800" * 100_000 + b'"'),
        ("envelope-too-large", "An envelope of more than 8 MiB.", lambda: b'"' + b"x" * limits.ENVELOPE + b'"'),
        ("members-twice", "50,000 members of the same name.", lambda: b"{" + b",".join([b'"a":0'] * 50_000) + b"}"),
    ],
    lambda build: given(sealed(build())),
    precedent=SIZE,
)  # fmt: skip
GROUP.each(
    "unreadable",
    "RW4005",
    [
        ("many-members", "50,000 members of different names.", lambda: b"{" + b",".join(b'"%d":0' % n for n in range(50_000)) + b"}"),
        ("long-text", "A text of 1.2 MB in escapes.", lambda: b'"' + b"\\u0001" * 200_000 + b'"'),
        ("long-name", "A member with a name of a million characters.", lambda: b'{"' + b"a" * 1_000_000 + b'":0}'),
        ("many-backslashes", "A text of a million backslashes.", lambda: b'"' + b"\\" * 1_000_000 + b'"'),
    ],
    lambda build: given(sealed(build())),
    precedent=SIZE,
)  # fmt: skip


@case("unreadable", "RW4007", precedent="200,000 signatures: 1.4 s in securesystemslib")
def fifty_thousand_signatures() -> Inputs:
    """50,000 signatures."""
    listed = b",".join([b'{"sig":"AAAA"}'] * 50_000)
    return given(b'{"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[' + listed + b"]}")


@case("unreadable", "RW4007", precedent="200 MB payload: 745 MB in securesystemslib")
def payload_too_large() -> Inputs:
    """A payload of a byte more than 4 MiB."""
    return given(t.sealed(b"[" + b" " * (limits.PAYLOAD - 1) + b"]"))


@case("unreadable", "RW4002", precedent=SIZE)
def archive_too_large() -> Inputs:
    """An archive of more than 64 MiB."""
    return given(b"PK\x03\x04" + bytes(limits.ARCHIVE))


@case("unreadable", "RW4001")
def zeros() -> Inputs:
    """8 MiB of zeros."""
    return given(bytes(8 << 20))


@case("invalid", "RW4004")
def payload_of_many_values() -> Inputs:
    """A payload of 300,000 numbers, which is no object in canonical form."""
    return given(t.sealed(b"[" + b"0," * 300_000 + b"0 ]"))


@case("invalid", "RW4010")
def payload_of_many_lists() -> Inputs:
    """A payload of 150,000 empty lists."""
    return given(t.sealed(b"[" + b"[]," * 150_000 + b"[]]"))


def _large(name: str, size: int) -> bytes:
    """The bundle with a document of a size that is one text."""
    return make.pack({name: b'{"format":"' + b"x" * size + b'"}'})


GROUP.each(
    "invalid",
    "RW4061",
    [("rows-too-large", "`rows.json` has more than 16 MiB.", limits.DOCUMENT), ("rows-large", "`rows.json` has 2 MiB.", limits.DOCUMENT // 8)],
    lambda size: given(_large("rows.json", size)),
    precedent=SIZE,
)  # fmt: skip


@case("invalid", "RW4061")
def rows_of_thousands() -> Inputs:
    """`rows.json` has 5,000 rows."""
    first = json.loads(make.members()["rows.json"])["rows"][0]
    text = json.dumps({**first, "requirement": "acme.camera:C.@"}, sort_keys=True, separators=(",", ":"))
    listed = ",".join(text.replace("@", f"{number:06}") for number in range(5_000))
    return given(make.pack({"rows.json": f'{{"format":"rulewright-rows/1","rows":[{listed}]}}'.encode()}))


@case("invalid", "RW4069")
def seed_large() -> Inputs:
    """`seed.json` has 4 MiB."""
    return given(_large("seed.json", limits.DOCUMENT // 4))


@case("invalid", "RW4060")
def results_too_large() -> Inputs:
    """The signer commits to results of more than 16 MiB."""
    data = b'{"format":"' + b"x" * limits.DOCUMENT + b'"}'
    commitment = disclosure.blinded(good.SEED, "results", data)
    return given(
        make.resigned(
            lambda plain: plain["predicate"]["results"].update(commitment=commitment), extra={"results.json": data}
        )
    )


@case("invalid", "RW4020")
def members_of_thousands() -> Inputs:
    """4,096 members, which is the bound, beside a root that nobody known signed."""
    held = {f"inputs/{number:064x}": b"" for number in range(limits.MEMBERS - 1)}
    return given(container.encode({**held, "root.dsse.json": t.sealed(make.root_bytes(), ("stranger",))}))


@case("invalid", "RW4066")
def inputs_of_thousands() -> Inputs:
    """4,000 inputs without a run."""
    held = {f"inputs/{hashlib.sha256(b'%d' % number).hexdigest()}": b"%d" % number for number in range(4_000)}
    return given(make.pack(dict(held)))


@case("invalid", "RW4065")
def views_of_thousands() -> Inputs:
    """4,000 documents that the root does not list."""
    return given(make.pack({f"views/v{number}": b"x" for number in range(4_000)}))


@case("invalid", "RW4043", needs="rfc3161_client")
def tokens_of_junk() -> Inputs:
    """32 timestamps of 64 KiB, which are the bounds, all of them DER that goes on and on."""
    junk = b"\x30\x82\xff\xfc" + b"\x30\x80" * 32_766
    from tests.attest.corpus.time import asking

    return given(make.pack({f"time/{number}.tsr": junk for number in range(limits.TOKENS)}), trust=asking())


@case("invalid", "RW4082")
def disclosure_of_thousands() -> Inputs:
    """A disclosure that shows one place 10,000 times."""
    shown = ",".join(['{"index":1,"leaf":["a","b","c"],"path":""}'] * 10_000)
    data = f'{{"format":"rulewright-disclosure/1","leaves":6,"root":"{make.digest()}","shown":[{shown}]}}'
    return given(make.members()["root.dsse.json"], disclosures=(data.encode(),))


@case("invalid", "RW4082")
def disclosure_with_a_long_path() -> Inputs:
    """A disclosure whose proof has 10,000 hashes."""
    path = "A" * (43 * 10_000)
    path = path[: len(path) - len(path) % 4]
    data = f'{{"format":"rulewright-disclosure/1","leaves":6,"root":"{make.digest()}","shown":[{{"index":1,"leaf":["a","b","c"],"path":"{path}"}}]}}'  # fmt: skip
    return given(make.members()["root.dsse.json"], disclosures=(data.encode(),))


@case("invalid", "RW4030")
def trust_policy_too_large() -> Inputs:
    """A trust policy of more than 4 MiB."""
    return given(make.pack({}), trust=make.trusting(lambda plain: plain.update(id="x" * limits.PAYLOAD)))


@case("invalid", "RW4030")
def trust_policy_deep() -> Inputs:
    """A trust policy that is 500,000 lists within each other."""
    return given(make.pack({}), trust=b"[" * 500_000)


@case("valid")
def status_list_of_thousands() -> Inputs:
    """A status list with 3,000 entries, none of them for this attestation."""
    rest = '"reason":"x","root":"%064x","since":"2026-01-01","state":"revoked"}'
    listed = ",".join('{"by":null,' + rest % number for number in range(3_000))
    plain = dsse.decode(good.status_list()).payload.replace(b'"entries":[]', f'"entries":[{listed}]'.encode())
    return given(make.pack({}), statuses=(t.sealed(plain, ("status",), model.STATUS_TYPE),))


@case("invalid", "RW4053")
def status_lists_of_junk() -> Inputs:
    """100 status lists that are none, beside the good one."""
    return given(make.pack({}), statuses=(*(b"{" + b"[" * 10_000 for _ in range(100)), good.status_list()))


@cache
def _crowd() -> tuple[keys.PublicKey, ...]:
    """100 keys."""
    made = (ed25519.Ed25519PrivateKey.from_private_bytes(number.to_bytes(32)) for number in range(100))
    return tuple(keys.of(one.public_key()) for one in made)


@case("valid", precedent="go-witness, securesystemslib: every key with every signature")
def many_keys_and_signatures() -> Inputs:
    """30 signatures of nobody stand beside the good ones, and the trust policy lists 100 keys that they could be of."""

    def change(plain: Any) -> None:
        like = plain["keys"][good.public("maker").id]
        plain["keys"] |= {key.id: {**like, "public": to_base64(key.der)} for key in _crowd()}

    more = [{"sig": text64(bytes([number]) + bytes(63))} for number in range(30)]
    return given(make.with_signatures([*make.signatures(), *more]), trust=make.trusting(change))
