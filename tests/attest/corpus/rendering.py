"""Rendering: names that try to be markup, to move the cursor, to hide, to turn round or to look like others.

The bundles are validly signed, so the verdict stays; what is shown of them must be harmless (test_corpus, test_agreement).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from rulewright.attest import container, disclose, disclosure, model
from rulewright.attest.disclosure import Tree
from rulewright.attest.log import audit, proof, writing
from rulewright.attest.model import Row, StatusEntry
from tests.attest import good, logs, tsa
from tests.attest import tampered as t
from tests.attest.corpus import log, make
from tests.attest.corpus.case import Group, Inputs, given

GROUP = Group("rendering", "Rendering")
case = GROUP.case
MARKUP = '</script></style><img src=x onerror="top.broken=1"><script>top.broken=1</script><svg onload=top.broken=1>'
TERMINAL = "\x1b[2J\x1b[1;1Hvalid\x1b]0;title\x07\x9b31m\x08\x7f\r\n"
BIDI = "\u202egpj.exe\u2066\u2069\u200f\u061c\u200b\u2060\ufeff\u2028\u2029\U000e0041"
NAMES = {
    "markup": ("markup", MARKUP),
    "terminal": ("escape sequences of a terminal", TERMINAL),
    "bidi": ("letters that are not seen or turn the line round", BIDI),
    "homoglyph": ("a Cyrillic letter among Latin ones", "c\u0430mera of \u0410cme"),
    "long": ("100,000 characters", "x" * 100_000),
}
ALL = MARKUP + TERMINAL + BIDI


def fields(table: list[tuple[str, str, Callable[[str], Inputs]]]) -> None:
    """One case for each kind of name in each field."""
    for field, what, build in table:
        for kind, (said, text) in NAMES.items():
            GROUP.add(f"{field}-{kind}", f"{what} holds {said}.", "valid", "", lambda build=build, text=text: build(text), precedent="CVE-2021-42574")  # type: ignore[misc]  # fmt: skip  # mypy sees no types in the defaults


def predicate(change: Callable[[Any, str], object]) -> Callable[[str], Inputs]:
    """The root with a name in a field of its predicate."""
    return lambda text: given(make.resigned(lambda plain: change(plain["predicate"], text)))


def product(field: str) -> Callable[[str], Inputs]:
    """Root and results with a name in a field of the product."""

    def build(text: str) -> Inputs:
        def change(said: Any) -> None:
            said["products"][0].update({field: text})

        return given(make.retold(change, also=lambda plain: change(plain["predicate"])))

    return build


def alone(text: str) -> Inputs:
    """The root alone, about a product of another id: rows would have to name it, too."""
    whole = make.resigned(lambda plain: plain["predicate"]["products"][0].update(id=text))
    return given(container.decode(whole)["root.dsse.json"])


def waived(text: str) -> Inputs:
    """A waiver that somebody of a name approved."""

    def results(told: Any) -> None:
        t.result_of(told, "acme.camera:C.3")["waived"].update(approved_by=text, because=text)

    def rows(listed: list[Row]) -> list[Row]:
        return [_approved(row, text) if row.waiver is not None else row for row in listed]

    return given(make.retold(results, rows))


def _approved(row: Row, text: str) -> Row:
    assert row.waiver is not None
    return msgspec.structs.replace(row, waiver=msgspec.structs.replace(row.waiver, approved_by=text))


def told(text: str) -> Inputs:
    """Results whose words are a name."""

    def results(document: Any) -> None:
        for one in document["results"]:
            one.update(title=text, fix=text, note=text, refs=[text])
            for line in one["reason"]:
                line.update(text=text, note=text)

    return given(make.retold(results))


def requirement(text: str) -> Inputs:
    """A requirement that is called by a name, in results and rows."""
    name = f"acme.camera:{text}"

    def rows(listed: list[Row]) -> list[Row]:
        changed = [msgspec.structs.replace(row, requirement=name) if row.requirement == "acme.camera:C.2" else row for row in listed]  # fmt: skip
        return sorted(map(_again, changed), key=lambda row: (row.requirement, row.product))

    def _again(row: Row) -> Row:
        if row.requirement != name:
            return row
        label = disclosure.salt(good.SEED, "detail", name, row.product)
        return msgspec.structs.replace(row, detail=disclosure.detail(label, kept[0]))

    kept: list[Any] = []

    def results(document: Any) -> None:
        one = t.result_of(document, "acme.camera:C.2")
        one.update(requirement=name)
        kept.append(one)

    return given(make.retold(results, rows))


def trusting(text: str) -> Inputs:
    """A trust policy with names of everybody."""

    def change(plain: Any) -> None:
        plain.update(id=text)
        for key in plain["keys"].values():
            key.update(owner=text)

    return given(make.pack({}), trust=make.trusting(change))


fields(
    [
        ("product", "The product's name", product("name")),
        ("version", "The product's version", product("version")),
        ("product-id", "The product's id", alone),
        ("subject", "A subject's name", lambda text: given(make.resigned(lambda plain: plain["subject"][0].update(name=text)), artifacts=(("fw.bin", good.FIRMWARE),))),
        ("input", "The name of an input", predicate(lambda said, text: said["inputs"][0].update(name=text, kind=text, format=text))),
        ("policy", "The name of a policy", predicate(lambda said, text: said["policies"][0].update(id=text, edition=text))),
        ("view", "The name of a document that is not enclosed", predicate(lambda said, text: said["views"].append({"name": "~" + text, "mediaType": text, "commitment": "0" * 64}))),
        ("decision", "The requirement of a decision", predicate(lambda said, text: said["decisions"].append({"kind": "set", "requirement": text, "sha256": "0" * 64}))),
        ("waiver", "Who approved a waiver", waived),
        ("words", "A title, a reason and a reference", told),
        ("requirement", "A requirement's name", requirement),
        ("trust", "The owner of a key", trusting),
    ]
)  # fmt: skip


@case("invalid", "RW4050")
def reason_of_a_revocation() -> Inputs:
    """The reason of a revocation holds markup and escape sequences."""
    entry = StatusEntry(root=make.digest(), state="revoked", since="2026-02-02", reason=ALL, by=None)
    return given(make.pack({}), statuses=(good.status_list((entry,)),))


@case("undecided", "RW4052")
def name_of_a_status_list() -> Inputs:
    """The name of the status list holds markup and escape sequences, and no list is given."""
    return given(make.predicate(status=ALL), statuses=())


@case("invalid", "RW4071")
def name_of_a_log() -> Inputs:
    """The name of the log in the root holds markup and escape sequences."""
    bundle = container.decode(make.predicate(log=ALL))
    root = log.entry(container.encode(bundle))
    own = logs.Memory()
    writing.begin(own, logs.LOG, logs.NOW)
    writing.append(own, [root], logs.LOG, logs.NOW)
    found = writing.proved(own, audit.current(own), root)
    assert found is not None
    held = bundle | {"log/proof.tlog-proof": proof.encode(found)}
    return given(container.encode(held), trust=log.trusted())


@case("valid", needs="rfc3161_client")
def name_of_an_authority() -> Inputs:
    """The name of a time stamping authority holds markup and escape sequences."""
    from tests.attest.corpus.time import asking, reply

    own = tsa.authority().tsa
    return given(make.pack({"time/1.tsr": reply()}), trust=asking(msgspec.structs.replace(own, name=ALL)))


@case("invalid", "RW4012")
def name_of_a_standard() -> Inputs:
    """The name of a standard holds markup and escape sequences."""
    tally = dict.fromkeys(("pass", "fail", "waived", "unknown", "error", "notApplicable", "blocking"), 0)
    bundle = make.resigned(lambda plain: plain["predicate"]["verdicts"].append({"standard": "b" + ALL, **tally}))
    return given(bundle, trust=make.ruled(standards=(make.STANDARD,)))


@case("invalid", "RW4027")
def name_of_an_engine() -> Inputs:
    """The name and version of the engine hold markup and escape sequences."""
    return given(make.resigned(lambda plain: plain["predicate"]["engine"].update(id=ALL, version=ALL, language=ALL)))


@case("invalid", "RW4014")
def name_of_a_subject_and_another_file() -> Inputs:
    """The name of a subject holds markup and escape sequences, and another file is given."""
    bundle = make.resigned(lambda plain: plain["subject"][0].update(name=ALL))
    return given(bundle, artifacts=(("fw.bin", b"another"),))


@case("invalid", "RW4082")
def name_of_what_is_absent() -> Inputs:
    """A disclosure claims without a proof that something is absent whose name holds markup and escape sequences."""
    data = model.encode(model.Disclosure(format="rulewright-disclosure/1", root=make.digest(), leaves=6, shown=(), absent=(ALL, ALL)))  # fmt: skip
    return given(make.members()["root.dsse.json"], disclosures=(data,))


@case("valid")
def name_of_what_is_proven_to_be_absent() -> Inputs:
    """Two neighbours prove that something is absent whose name holds markup and escape sequences."""
    pair = (f"{make.STANDARD}:C.2{ALL}", make.PRODUCT)
    data = disclose.make(Tree(good.SEED, make.rows()), make.digest(), (1, 2), absent=pair)
    return given(make.members()["root.dsse.json"], disclosures=(data,))


@case("unreadable", "RW4003")
def name_of_a_member() -> Inputs:
    """The name of a member of the archive is an escape sequence."""
    from tests.attest.corpus.container import archive, entries

    return given(archive(entries({b"views/\x1b[2J<b>": b"x"})))


@case("valid")
def key_id_as_markup() -> Inputs:
    """A key id of the envelope holds markup and escape sequences."""
    return given(make.with_signatures([{**one, "keyid": ALL} for one in make.signatures()]))
