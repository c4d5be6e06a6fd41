"""Which files of a tree are read for keys and secrets, and their bytes.

Guarantees: documentation, examples, package records, translations and public trust stores are left out; each file once,
at most so many bytes of each and in all.  What it does not do: look into archives, or follow links (the file behind one
has its own name).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from rulewright.devices.model import Noted, Place
from rulewright.devices.tree import Entry, Tree

MAX_FILE = 8 * 1024 * 1024
MAX_ALL = 2 * 1024 * 1024 * 1024

LEFT_OUT = re.compile(
    r"^/(?:proc|sys|dev)/"
    r"|^/usr/(?:local/)?(?:share|lib)/(?:doc|man|info|locale|i18n|zoneinfo|terminfo|licenses|gtk-doc|help|ca-certificates|perl|perl5|bash-completion|zsh|vim|lintian|mime)/"
    r"|^/usr/lib/locale/|^/usr/include/|^/var/lib/(?:dpkg|apt|rpm)/|^/usr/lib/opkg/info/|^/lib/modules/|^/usr/lib/modules/"
    r"|/(?:examples?|samples?|tests?|testdata|locale|__pycache__|node_modules|[^/]*\.(?:egg|dist)-info)/"
    r"|/etc/ssl/certs/(?![^/]*key)|/ca-trust/|/certifi/|/pki/tls/certs/(?![^/]*key)"
    r"|/(?:README|CHANGELOG|LICENSE|COPYING|NEWS|AUTHORS)[^/]*$"
    r"|\.(?:example|sample|dist|dpkg-dist|pot?|mo|gmo|png|jpe?g|gif|ico|svg|woff2?|ttf|eot|mp3|wav|mp4|so|ko|a|o|pyc|gz|xz|zst|bz2|zip|h|hpp|[1-9])$"
    r"|\.so\.\d|/(?:ca-bundle|ca-certificates|cacert|tls-ca-bundle|cert)\.(?:crt|pem)$",
    re.IGNORECASE,
)


def left_out(path: str) -> bool:
    """Whether a path is one of those where what looks like a key or a secret is an example, or everybody's."""
    return LEFT_OUT.search(path) is not None


def contents(tree: Tree) -> Iterator[tuple[Entry, bytes]]:
    """The files that count, with their bytes, in the order of their paths."""
    total = 0
    for entry in tree.files():
        if not entry.size or entry.size > MAX_FILE or left_out(entry.path):
            continue
        total += entry.size
        if total > MAX_ALL:
            message = f"`{entry.path}` and what follows were not read for keys and secrets: more than {MAX_ALL:,} bytes"
            tree.notes.append(Noted("RW1502", message, Place(entry.path), severe=True))
            return
        yield entry, tree.read(entry.path, MAX_FILE)


def is_text(data: bytes) -> bool:
    """Whether bytes look like a text: no zero byte at their start."""
    return b"\0" not in data[:4096]


def extension(path: str) -> str:
    """The ending of a name in small letters, without the dot."""
    return posixpath.splitext(path)[1][1:].lower()
