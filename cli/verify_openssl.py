"""A bundle's signatures for plain openssl: what was signed, each signature and key as files, and a script that checks them.

Guarantees: the folder is new; the script calls nothing but openssl, and says of each signature whether it verifies, or that this openssl
cannot tell.  It proves that a key signed these bytes; whose key it is, what the bytes say and the rest of the bundle it does not.
"""

from __future__ import annotations

import os

from rulewright.attest.checking import signing
from rulewright.attest.keys import POST_QUANTUM, PublicKey, in_der, to_pem
from rulewright.attest.verify import Examined, Given
from rulewright.cli.documents import name_of
from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic

SCRIPT = "check.sh"
_HEAD = """#!/bin/sh
# Checks the signatures of an attestation with openssl alone; exit code 0 if all verify, 1 if one does not, 3 if some cannot be told.
# message.pae is what was signed (DSSE 1.0.2), payload.json the statement in it.
cd "$(dirname "$0")" || exit 2
worst=0
told() { if [ "$1" -eq 0 ]; then echo "ok    $2"; else echo "FAIL  $2"; worst=1; fi; }
"""
_LATTICE = """if openssl list -public-key-algorithms 2>/dev/null | grep -qi ml-dsa; then
  {command} >/dev/null 2>&1; told $? "{name}"
else
  echo "?     {name}: ML-DSA needs OpenSSL 3.5 or later"; [ "$worst" -eq 1 ] || worst=3
fi
"""


def commands(key: PublicKey, name: str, signature: str) -> str:
    """The openssl command that verifies a signature; `name` is the key's file."""
    digests = {"ecdsa-p256-sha256": "-sha256", "ecdsa-p384-sha384": "-sha384", "rsa-pss-sha256": "-sha256"}
    digest = digests.get(key.algorithm)
    if digest is None:
        return f"openssl pkeyutl -verify -pubin -inkey {name} -rawin -in message.pae -sigfile {signature}"
    padding = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 " if key.algorithm.startswith("rsa") else ""
    return f"openssl dgst {digest} {padding}-verify {name} -signature {signature} message.pae"


def write(folder: str, given: Given, found: Examined) -> list[str] | Diagnostic:
    """Write the folder; the commands, or why it cannot be."""
    from rulewright.attest import trust

    if found.envelope is None:
        return problem("RW0005", "there is no envelope whose signatures could be written for openssl")
    policy = found.policy
    known = trust.known(policy, given.keys)
    files = {"message.pae": found.envelope.message, "payload.json": found.envelope.payload}
    lines: list[str] = []
    script = _HEAD
    for name, signatures in signing.who(found.envelope, known.keys).items():
        key = known.keys[name]
        pem = f"key-{name[:16]}.pem"
        files[pem] = to_pem(key)
        for number, signature in enumerate(signatures, 1):
            file = f"signature-{name[:16]}-{number}.bin"
            files[file] = in_der(key, signature)
            command = commands(key, pem, file)
            lines.append(command)
            script += _line(key, command, f"{key.algorithm} {name[:16]}")
    if not lines:
        hint = "give the signer's public key with `--key`, or a trust policy with `--trust`"
        return problem(
            "RW4020", "none of the known keys signed this, so there is nothing that openssl could verify", hint
        )
    files[SCRIPT] = (script + 'exit "$worst"\n').encode()
    return _written(folder, files) or [*lines]


def _line(key: PublicKey, command: str, name: str) -> str:
    """The part of the script that checks one signature."""
    if key.algorithm in POST_QUANTUM:
        return _LATTICE.format(command=command, name=name)
    return f'{command} >/dev/null 2>&1; told $? "{name}"\n'


def _written(folder: str, files: dict[str, bytes]) -> Diagnostic | None:
    """Write files to a folder that was not there."""
    try:
        os.mkdir(folder)
        for name, data in files.items():
            with open(os.path.join(folder, name), "xb") as stream:
                stream.write(data)
        os.chmod(os.path.join(folder, SCRIPT), 0o755)  # noqa: S103  # a script that anybody may run
    except FileExistsError:
        return problem("RW0006", f"`{name_of(folder)}` is already there", "name a new folder with `--openssl`")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        return problem("RW0006", f"`{name_of(folder)}` cannot be written: {why}")
    return None
