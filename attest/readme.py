"""What a bundle says to whoever opens it with an archive tool.

Guarantees: it states nothing that the root does not; it is not signed, and says so.
"""

from __future__ import annotations

from rulewright.attest.model import RootStatement

_TEXT = """This is an attestation: the result of checking a product against requirements, signed.

    product       {product}
    as of         {as_of}
    holds until   {until}
    gate          {gate}
    requirements  {count}

Nothing in this text is signed. To know whether the attestation is genuine, use one of

    rulewright verify FILE --trust TRUST-POLICY [--artifact FIRMWARE]

the page verify.html of your own copy of Rulewright (`rulewright verify --page verify.html`), which needs no network; or, for
the signatures alone, plain openssl (`rulewright verify FILE --openssl FOLDER` writes what it needs).
Get the trust policy, or the signer's public key, by another way than this file.

    root.dsse.json   what was signed           results.json   every verdict with its evidence
    statements/      short forms for machines  views/         the same in other formats; report.html is for reading
    inputs/          what was judged: `rulewright replay FILE` evaluates it again and compares
"""


def text(statement: RootStatement) -> str:
    """The text for a root."""
    said = statement.predicate
    product = said.products[0]
    return _TEXT.format(
        product=_plain(" ".join(filter(None, (product.name or product.id, product.version)))),
        as_of=said.as_of[:10],
        until=said.valid_until,
        gate={"pass": "nothing blocks", "fail": "something blocks"}[said.gate],
        count=said.results.leaves,
    )


def _plain(words: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in words)[:200]
