"""The codes of what a verifier finds (RW40xx), and of what keeps an attestation from being made (RW41xx)."""

from __future__ import annotations

from rulewright.diagnostics import Code

_VERIFY = "rulewright verify camera.rwa.zip --trust trust.json"
_TABLE = (
    ("RW4001", "this is no bundle", "The file is neither an envelope nor an archive in the one form that a bundle has: nothing compressed, members sorted, no gaps, and `root.dsse.json` among them. Ask for the file again; a mail gateway may have changed it."),
    ("RW4002", "the bundle is too large", "The bundle has more bytes or members than a verifier takes. The bounds are listed in the reference."),
    ("RW4003", "a member of the bundle has no business there", "A name is not made of plain lower-case words, stands twice, or is none that a bundle has. Such names are how archives write outside their folder."),
    ("RW4004", "JSON that is not taken", "A document is not JSON in UTF-8, has a repeated member, a number that is rounded by some readers, half a surrogate pair, a byte order mark or too many levels, or is not in canonical form. Two programs could read it differently."),
    ("RW4005", "the envelope is malformed", "A DSSE envelope has `payload`, `payloadType` and `signatures`, each signature `sig` and perhaps `keyid`, in strict base64."),
    ("RW4006", "the envelope holds something else", "The type of the payload is not the one asked for, so what was signed was meant for another use."),
    ("RW4007", "the envelope is too large", "More signatures, subjects, digests, products, standards, rows or bytes than a verifier takes."),
    ("RW4010", "this is no in-toto Statement v1", "The statement has another type or version."),
    ("RW4011", "this is another kind of attestation", "The predicate is not a Rulewright root. A signature over another kind of statement says nothing about compliance."),
    ("RW4012", "the root does not have the form of its version", "A member is missing, unknown or has a wrong value: see the JSON Schema. Or the name of a standard could be taken for another, or `validUntil` is before `asOf` or later than an attestation may hold."),
    ("RW4013", "a subject names nothing", "There is no subject, or one without a SHA-256 digest in lower case: the attestation could be shown for any product."),
    ("RW4014", "the artefact is not what was attested", "The file given has a digest that no subject has: the attestation is about something else."),
    ("RW4015", "the gate is closed", "The attestation is what it says it is, and it says that something blocks, that nothing was met, or that the run was told that nothing may block. Only with `--require-pass`."),
    ("RW4020", "no known key signed this", "None of the signatures was made by a key of the trust policy, or by one given by hand."),
    ("RW4021", "nobody said whom to trust", "Without a trust policy or a key, a signature proves nothing. Get the key from its owner by another way than the file's."),
    ("RW4022", "the key was not valid then", "The key signed outside its days of validity, or nothing proves that it signed within them."),
    ("RW4023", "the key was revoked", "The key is revoked, and no trusted time shows that the signature is older than the compromise."),
    ("RW4025", "half of a hybrid signature is missing", "The trust policy asks for a classical and a post-quantum signature by the same role. One of them is not there."),
    ("RW4026", "nobody with the right role signed", "Keys that are known signed, but none that may speak in the role that the trust policy asks for; or no rule covers a standard of the attestation."),
    ("RW4027", "this engine is not accepted from this signer", "The trust policy lists which engines a role may sign for."),
    ("RW4028", "too few keys signed", "The trust policy asks for more distinct keys. The same key under two names, or the same signature twice, counts once."),
    ("RW4030", "the trust policy cannot be used", "It is malformed, not signed as its own role `root` asks, or not signed by as many of the anchors given as are needed: all, unless `--anchors-needed` says fewer."),
    ("RW4031", "the trust policy does not follow the one seen before", "Someone hands out an old trust policy, in which a revoked key is still good, or a newer one that too few of the role `root` of the one seen before signed."),
    ("RW4032", "the trust policy is not in force", "The day lies outside the days for which it was issued. Get the current one."),
    ("RW4040", "the attestation is from the future", "The day as of which it was evaluated has not come yet."),
    ("RW4041", "the attestation has run out", "Its validity has passed: a waiver, a policy or its evidence no longer holds. Ask for a new one."),
    ("RW4042", "there is no trusted time", "The trust policy asks for a timestamp by an authority that it names."),
    ("RW4043", "a timestamp is not good", "The token is malformed, is over other bytes, or was not signed by an authority of the trust policy."),
    ("RW4044", "a timestamp lies outside its certificate", "The authority's certificate was not valid at the time that the token states."),
    ("RW4045", "a timestamp contradicts the attestation", "The token is older than what it should be the time of, or lies in the future."),
    ("RW4050", "the attestation was revoked", "The status list says so, with the reason."),
    ("RW4051", "the status list is out of date", "After its next update a status list says nothing any more: it may be withheld. Get a new one, or allow a `--grace`."),
    ("RW4052", "there is no status list", "The attestation names a status list, or the trust policy asks for one, and none was given."),
    ("RW4053", "a status list cannot be used", "It is malformed or not signed by a key that may sign status lists."),
    ("RW4054", "the attestation was superseded", "The status list names the attestation that takes its place."),
    ("RW4060", "the results are not those that were signed", "`results.json` does not fit the commitment in the root."),
    ("RW4061", "a requirement was left out or added", "The rows are not those that the root commits to: the list, the number or the tree differ."),
    ("RW4062", "the tally is not that of the rows", "The counts in the root differ from the rows, or contradict each other or the gate."),
    ("RW4063", "a row contradicts itself or its result", "A status does not follow from its verdict and waiver, a pass has a line that failed, a pass has no reason, a waiver ends before the attestation, something blocks that may not, or does not although it must."),
    ("RW4064", "the results tell of another run", "Day, inputs, policies, engine or contradictions of the results are not those of the root."),
    ("RW4065", "the bundle holds a document that was not signed", "A view or a run that the root does not list."),
    ("RW4066", "a document is not the one that was signed", "A view, the run or an input does not fit its digest."),
    ("RW4067", "a derived statement is not signed", "Its envelope is malformed, or no key signed it that counts for the root: in the role that a rule asks for, valid and not revoked."),
    ("RW4068", "a derived statement contradicts the root", "It is not the one that follows from root and rows, or is about another attestation. Do not use it."),
    ("RW4069", "the seed cannot be used", "It is not 32 bytes in hexadecimal; or it is not there although rows, results or documents are, and nothing else ties those to the signature. Ask for the whole bundle, or for a disclosure."),
    ("RW4070", "the log's proof does not hold", "The leaf is not this attestation, or the proof does not lead to the log's head."),
    ("RW4071", "the log is not the one that it should be", "Another origin, or a head that the log's key did not sign."),
    ("RW4072", "too few witnesses saw the log's head", "A log that shows different heads to different people is only noticed by witnesses."),
    ("RW4073", "there is no proof of a log", "The trust policy asks for one, or the attestation names a log."),
    ("RW4074", "a log contradicts itself", "Two heads that the log signed cannot both be of one growing log: it equivocates, or its files were changed. Keep both: they are the proof."),
    ("RW4080", "a new run gives something else", "Evaluating the enclosed inputs gives other bytes than those that were signed."),
    ("RW4081", "the run cannot be repeated here", "Inputs are missing, changed, or the run needs what cannot be enclosed; they may be supplied with `--inputs`. Or the bundle lacks the seed, so that not everything can be compared."),
    ("RW4082", "the disclosure does not hold", "A row, a salt or a proof does not lead to the tree of the root, a row contradicts itself, its result or the counts of the root, or the file is about another root."),
    ("RW4101", "a key cannot be used", "The file holds no key that is used here, or the passphrase does not open it. Keys are Ed25519, ECDSA P-256 or P-384, or ML-DSA, in PKCS#8; RSA is taken for verifying only."),
    ("RW4102", "the result cannot be attested", "It is no `rulewright-result/1`, does not name any product, does not fit the inputs given, or a verifier would refuse what it says."),
    ("RW4103", "a file for the attestation does not fit", "A document, policy or artefact given with the result is not one that the result was made of."),
    ("RW4104", "a signer is not there", "The signer needs a library, a token or a service that cannot be reached. The extra `rulewright[signers]` holds the libraries."),
    ("RW4105", "a trust policy or status list cannot be made", "A role without keys, a threshold that nobody can meet, or a version that is not above the one before."),
    ("RW4106", "a log cannot be used", "The folder is no tlog-tiles log, was changed, or belongs to another key."),
    ("RW4107", "nothing of that name to disclose", "The bundle has no row of that requirement; `--absent` proves that."),
    ("RW4108", "the time stamping authority's answer cannot be used", "The response is no granted token over this attestation. It must embed one certificate only."),
)  # fmt: skip
CODES: dict[str, Code] = {
    code: Code(
        code,
        title,
        page,
        _VERIFY
        if code < "RW4080"
        else {
            "RW4080": "rulewright replay camera.rwa.zip",
            "RW4081": "rulewright replay camera.rwa.zip --inputs folder",
        }.get(code, "rulewright attest result.json --key key.pem --output camera.rwa.zip"),
    )
    for code, title, page in _TABLE
}
