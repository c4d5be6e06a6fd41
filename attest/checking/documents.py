"""Checks 16 to 20: views, derived statements, the run and its inputs, artefacts, disclosures.

Guarantees: every document of a bundle that says something about the product is tied to the root by a digest, or is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from rulewright.attest import disclosure, dsse, limits, model
from rulewright.attest.checking import bound, signing
from rulewright.attest.checking.form import SIDECAR, STATEMENTS, envelope, folder
from rulewright.attest.checking.results import UNTIED, Held
from rulewright.attest.checking.said import NOBODY, FoundError, Said, fail, note, ok, skip, unsure, worst
from rulewright.attest.derived import derive
from rulewright.attest.keys import PublicKey
from rulewright.attest.model import Root, RootStatement


def views(members: Mapping[str, bytes], root: Root, seed: bytes | None) -> Said:
    """Check 16."""
    there = folder(members, "views/")
    listed = {item.name: item.commitment for item in root.views}
    strange = [
        fail("RW4065", f"`views/{name}` is not among the signed documents") for name in there if name not in listed
    ]
    if not there:
        absent = f"{len(listed):,} signed documents are not in the bundle"
        return note(absent) if listed else skip("the attestation has no documents beside it")
    wrong = []
    for name in sorted(set(there) & set(listed)):
        if seed is None:
            wrong.append(unsure(UNTIED, "without the seed nothing ties the documents to the signature"))
        elif disclosure.blinded(seed, f"views/{name}", there[name]) != listed[name]:
            wrong.append(fail("RW4066", f"`views/{name}` is not the document that was signed"))
    missing = len(set(listed) - set(there))
    text = f"{len(there):,} documents are those that were signed"
    otherwise = note(f"{text}; {missing:,} more are not in the bundle") if missing else ok(text)
    return worst([*strange, *wrong], otherwise)


def statements(
    members: Mapping[str, bytes],
    payload: bytes,
    root: RootStatement,
    held: Held,
    signers: Mapping[str, PublicKey] | None,
    *,
    doubtful: bool = False,
) -> Said:
    """Check 17; `signers` are the keys that count for the root, `None` where nobody said whom to trust.

    `doubtful`: there are known keys that cannot be judged here.
    """
    there = [name for name in STATEMENTS if f"statements/{name}.dsse.json" in members]
    sidecars = [name for name in sorted(members) if name.startswith(SIDECAR)]
    if not there and not sidecars:
        return skip("the bundle holds no derived statement")
    expected = derive(payload, root, held.rows) if there and held.rows is not None else None
    wrong: list[Said] = []
    for name in there:
        found = _signed(name, members[f"statements/{name}.dsse.json"], signers, wrong, doubtful=doubtful)
        if found is not None and found.payload_type != dsse.IN_TOTO:
            wrong.append(fail("RW4067", f"the envelope of `{name}` holds something else"))
        elif found is not None and expected is not None and found.payload != expected[name]:
            wrong.append(fail("RW4068", f"`{name}` does not follow from root and rows"))
        elif found is not None and expected is None:
            bound.check(name, found.payload, payload, root, wrong)
    loose = False
    for member in sidecars:
        name = member.removeprefix("statements/").removesuffix(".dsse.json")
        found = _signed(name, members[member], signers, wrong, doubtful=doubtful)
        document = members.get(f"views/{name}.json")
        loose = loose or document is None
        if found is not None and document is not None and found != _sidecar(found, f"{name}.json", document):
            wrong.append(fail("RW4068", f"`{name}` is not about the view of that name"))
    told = _held(there, len(sidecars), compared=expected is not None)
    if loose:
        told = note(f"{told.text}; of OSCAL documents some are not there to compare")
    return worst(wrong, told)


def _sidecar(found: dsse.Envelope, name: str, document: bytes) -> dsse.Envelope:
    """The envelope that signs a view in the form of compliance-trestle, with the signatures of one."""
    from rulewright.attest.views.trestle import payload

    return dsse.Envelope(payload(name, document), dsse.IN_TOTO, found.signatures)


def _held(there: Sequence[str], sidecars: int, *, compared: bool) -> Said:
    """What is said of statements with which nothing is wrong."""
    names = ", ".join([*there, *([f"{sidecars:,} over OSCAL documents"] if sidecars else [])])
    if not there:
        return ok(f"{names}: signed")
    if compared:
        return ok(
            f"{names}: signed, and those of ours follow from the rows"
            if sidecars
            else f"{names}: signed, and follow from the rows"
        )
    return note(f"{names}: signed, and about this attestation; no rows to compare")


def _signed(
    name: str, data: bytes, signers: Mapping[str, PublicKey] | None, wrong: list[Said], *, doubtful: bool
) -> dsse.Envelope | None:
    """The envelope of a statement, if it is one; what is wrong with its signatures is added to `wrong`."""
    try:
        found = envelope(data, "RW4067")
    except FoundError as error:
        wrong.append(error.said)
        return None
    if signers is None:
        wrong.append(unsure(NOBODY, "nobody said whose statements to trust"))
    elif not signing.who(found, signers):
        told = fail("RW4067", f"`{name}` was not signed by a key that counts for the root")
        wrong.append(told._replace(outcome="unsure") if doubtful else told)
    return found


def inputs(members: Mapping[str, bytes], root: Root) -> Said:
    """Check 18."""
    there, data = folder(members, "inputs/"), members.get("run.json")
    if data is None:
        strange = [fail("RW4066", "the bundle holds inputs, and no `run.json` that names them")] if there else []
        gone = skip("what it was made of is not in the bundle")
        return worst(strange, gone if root.run else note("the root tells of no run, so nobody can repeat it"))
    if root.run is None:
        return fail("RW4065", "`run.json` is not among the signed documents")
    if sha256(data).hexdigest() != root.run:
        return fail("RW4066", "`run.json` is not the one that was signed")
    try:
        run = model.decode(data, model.Run, limits.DOCUMENT)
    except model.ModelError as error:
        return fail("RW4066", f"`run.json` does not have its form: {error}")
    named = {item.sha256 for item in run.texts} | {item.sha256 for word in run.given for item in word.files}
    wrong = [
        fail("RW4066", f"`inputs/{name[:16]}…` is not what its name says, or the run does not name it")
        for name in there
        if name not in named or sha256(there[name]).hexdigest() != name
    ]
    text = f"{len(there):,} of the {len(named):,} files that the run names are there"
    return worst(wrong, ok(text))


def artefacts(given: Sequence[tuple[str, str, str]], root: RootStatement) -> Said:
    """Check 19."""
    if not given:
        names = sum(item.annotations["kind"] == "artifact" for item in root.subject)
        return skip(f"no file was given to compare; artefacts attested: {names:,}")
    subjects = {item.digest["sha256"]: item.name for item in root.subject}
    wrong = [
        fail("RW4014", f"`{name}` is none of the files attested") for name, digest, _ in given if digest not in subjects
    ]
    told = ", ".join(f"`{name}` is {subjects[digest]}" for name, digest, _ in given[:3] if digest in subjects)
    more = f" and {len(given) - 3:,} more" if len(given) > 3 else ""
    return worst(wrong, ok(told + more))


def disclosures(given: Sequence[bytes], digest: str, root: RootStatement) -> Said:
    """Check 20."""
    if not given:
        return skip("no disclosure was given")
    from rulewright.attest.disclose import check

    wrong = []
    shown = 0
    for data in given:
        found = check(data, digest, root)
        if isinstance(found, tuple):
            shown += len(found)
        else:
            wrong.append(fail("RW4082", found))
    return worst(wrong, ok(f"{shown:,} leaves stand in the tree that was signed"))
