"""Secrets in a tree: passwords, tokens and private keys that are in the image, the same in every unit.

Guarantees: counted with their places, never their values; each account, line and key once.  The count is a fact about the
image itself, so it is graded in full; each place says what kind it is.  What it does not do: secrets in binaries beyond
private keys in PEM form; documentation and examples (`devices.contents`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from rulewright.devices.accounts import usable
from rulewright.devices.contents import MAX_FILE, contents, extension, is_text, left_out
from rulewright.devices.keys import private
from rulewright.devices.model import Daemon, Findings, Noted, Place, Said
from rulewright.devices.secret_shapes import secrets_in
from rulewright.devices.settings import finding
from rulewright.devices.tree import Entry, Tree
from rulewright.facts.types import Level

MAX_TEXT = 1024 * 1024
MAX_FOUND = 1000
COUNT = "cred.hardcoded_in_image"

CODE = frozenset(
    {
        "py",
        "pl",
        "pm",
        "lua",
        "js",
        "mjs",
        "php",
        "rb",
        "c",
        "cc",
        "cpp",
        "java",
        "go",
        "tcl",
        "htm",
        "html",
        "css",
        "md",
        "rst",
        "txt",
        "vim",
        "m4",
        "awk",
    }
)
SETTINGS = re.compile(r"^/etc/|^/root/|^/home/|^/opt/|^/srv/|^/var/|^/mnt/|^/data/|^/config/")
NOT_SETTINGS = re.compile(
    r"^/etc/(?:pam\.d|apparmor\.d|shadow|passwd|group|gshadow|init\.d|services|protocols|mime\.types|ssl/openssl\.cnf)"
)
STORES = re.compile(r"(?:^|/)\.?htpasswd$|/mosquitto/(?:passwd|pwfile|password)")
COMMUNITY = re.compile(r"^\s*(?:r[ow]community6?\s+\S|com2sec6?\s+(?:-Cn\s+\S+\s+)?\S+\s+\S+\s+\S)")


def detect(tree: Tree, _daemons: Sequence[Daemon] = ()) -> Findings:
    """How many secrets there are, and where."""
    found = Findings(examined={COUNT: 0})
    places = [(account.place, f"the password of `{account.name}`, hashed") for account in usable(tree)]
    places += [(item.place, "a private key") for item in private(tree)]
    for entry, data in contents(tree):
        places += _texts(entry, data)
        if len(places) > MAX_FOUND:
            message = f"more than {MAX_FOUND:,} secrets: the others are not counted"
            found.notes.append(Noted("RW1502", message, Place(entry.path)))
            break
    if any(note.severe for note in tree.notes) or any(_too_long(tree, entry) for entry in tree.files()):
        found.examined.clear()  # what could not be read may hold some
    kept = sorted(dict.fromkeys(places))[:MAX_FOUND]
    found.rows += [finding("secret in the image", Level.PRESENT, place, what) for place, what in kept]
    if kept:
        text = ", ".join(place.pointer for place, _ in kept[:5]) + (
            f" and {len(kept) - 5} more" if len(kept) > 5 else ""
        )
        found.said.append(Said(attribute=COUNT, value=len(kept), level=Level.ENABLED, place=kept[0][0], text=text))
    return found


def _too_long(tree: Tree, entry: Entry) -> bool:
    """Whether a file is a text that `contents` passes over for its length."""
    return entry.size > MAX_FILE and not left_out(entry.path) and is_text(tree.read(entry.path, 4096))


def _texts(entry: Entry, data: bytes) -> list[tuple[Place, str]]:
    """The secrets of one text file."""
    path = entry.path
    if len(data) > MAX_TEXT or not is_text(data) or STORES.search(path):
        return []
    code = extension(path) in CODE
    settings = bool(SETTINGS.match(path)) and not NOT_SETTINGS.match(path) and not code
    found = [
        (Place(path, secret.line), f"a {secret.kind}")
        for secret in islice(secrets_in(data, settings=settings, code=code), MAX_FOUND)
    ]
    if "snmp" in path:
        lines = data.decode("utf-8", "replace").splitlines()
        found += [(Place(path, n), "an SNMP community") for n, line in enumerate(lines, 1) if COMMUNITY.match(line)]
    return found
