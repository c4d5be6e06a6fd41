"""Two searches to compare with, written for this comparison: by file names, and by strings in all files.

They do what tools of this kind do with names and words alone, each with a list of its own, as short as those in use; no
code or list of another tool is in here.  Guarantees: each gives topics with the first places that made it say so.
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Mapping

from rulewright.devices.tree import Tree

MOST = 4 * 1024 * 1024
NAMES: Mapping[str, tuple[str, ...]] = {
    "telnet": ("telnetd", "utelnetd", "in.telnetd"),
    "ftp": ("vsftpd", "proftpd", "ftpd", "in.tftpd", "tftpd"),
    "ssh": ("dropbear", "sshd"),
    "snmp": ("snmpd", "snmpd.conf"),
    "upnp": ("miniupnpd", "upnpd"),
    "mqtt without login": ("mosquitto", "mosquitto.conf"),
    "http without TLS": ("lighttpd", "httpd", "boa", "nginx", "lighttpd.conf"),
    "wps": ("hostapd", "hostapd.conf", "wps*"),
    "default password": ("shadow", "passwd", "*.psk"),
    "private key": ("*.key", "id_rsa", "id_dsa", "*_rsa_key", "*.pem"),
    "serial shell": ("inittab",),
    "update without TLS": ("*upgrade*", "*.upd"),
}
"""Topic -> names of files."""
WORDS: Mapping[str, str] = {
    "telnet": r"telnetd?",
    "ftp": r"t?ftpd?",
    "ssh": r"dropbear|sshd",
    "snmp": r"snmpd?",
    "upnp": r"upnp",
    "mqtt without login": r"mosquitto|mqtt",
    "http without TLS": r"httpd",
    "wps": r"wps",
    "default password": r"admin|passwd|password",
    "private key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
    "serial shell": r"ttyS0",
    "update without TLS": r"http://",
}
"""Topic -> a word in the bytes of any file, whatever its case."""


def by_name(tree: Tree) -> dict[str, str]:
    """Topics by names of files and links, with the first path of each."""
    found: dict[str, str] = {}
    for path, entry in tree.entries.items():
        if entry.kind in {"file", "link"}:
            name = posixpath.basename(path)
            for topic, patterns in NAMES.items():
                if topic not in found and any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
                    found[topic] = path
    return found


def by_string(tree: Tree) -> dict[str, str]:
    """Topics by words in files, binaries too, with the first path of each."""
    left = {topic: re.compile(rf"(?<![a-z]){word}".encode(), re.IGNORECASE) for topic, word in WORDS.items()}
    found: dict[str, str] = {}
    for entry in tree.files():
        data = tree.read(entry.path, MOST)
        for topic in [topic for topic, word in left.items() if word.search(data)]:
            found[topic] = entry.path
            del left[topic]
    return found
