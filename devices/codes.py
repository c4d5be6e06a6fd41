"""The codes of findings about device trees and about reports on devices (RW15xx), for `rulewright explain`.

Guarantees: every code that this folder emits is a key of `CODES`.  How bad a finding is, the place that emits it decides.
RW1501 to RW1519 are of trees and images, RW1520 to RW1539 of reports and of live checks.
"""

from __future__ import annotations

from types import MappingProxyType

from rulewright.diagnostics import Code

_TABLE = """
RW1501 | part of a tree cannot be read | A file or folder of a device's tree may not be opened, or its medium is broken. What it holds is not known, and nothing is concluded from it. Read the tree with the rights that it needs, or give the image that it came from. | etc/shadow: permission denied
RW1502 | a bound of a tree was reached | The tree has more files, is deeper, or holds a longer file than is read. What is beyond is left out, so that what is missing there is not known. | 2,000,001 files in one folder
RW1503 | part of a tree is not understood | A script is too long or too deep to be followed, a library that reads certificates or passwords is not installed (`rulewright[devices]`), or a file is of a form that is not read here. | import cryptography fails
RW1504 | nothing is known of how a program is built | A service is started whose program is not in the tree, is no ELF file, or needs libraries that are not there. Shares of hardened programs are not stated then. | /usr/sbin/vendord is missing from an overlay
RW1505 | a detector broke | One of the detectors did something that it should never do on this tree. Its facts are missing, those of the others stand. Please report it, with the files that it is about if you may share them. | an unforeseen form of a file
RW1506 | several trees in one folder or image | An extraction holds more than one root file system. The one with most files is judged; name another one by its own folder. | firmware.bin_extract with two squashfs-root folders
RW1507 | unknown programs are started | Programs are started of which it is not known whether they listen. The list of open ports would be a guess, so it is not stated: a live scan can say. The services that are known are listed all the same. | /opt/vendor/maind
RW1508 | an image is damaged | An archive or file system breaks off, or what it says of itself does not fit. An image that cannot be read to its end is refused: what is missing might be what matters. | the first half of rootfs.cpio
RW1509 | an image leads out of itself | A name in an archive has `..` in it or is longer than names are. Such entries are left out; nothing is ever written to disk. | ../../etc/passwd
RW1510 | an image cannot be opened here | The form of the image is known, but not read: unpack it first (`unblob IMAGE`) and give the folder. | rootfs.squashfs without a library that reads it
RW1511 | special files in a tree | Device nodes, sockets, pipes: they are counted and never opened. | dev/mem
RW1512 | component that the SBOM does not list | The tree holds a package that the SBOM delivered with the product does not name: the SBOM is not complete, or the image holds more than it should. | busybox 1.35.0 in the tree, not in the SBOM
RW1513 | component that is not in the tree | The SBOM names a package of the device's own kind that the tree does not hold: the SBOM is of another version, or lists what is not shipped. | openssl 3.0.2 in the SBOM, not in the tree
RW1514 | version differs between SBOM and tree | SBOM and tree name the same package with different versions. | zlib 1.2.11 in the SBOM, 1.2.13 in the tree
RW1515 | no list of packages in the tree | The tree has no database of packages that can be read, so what it is made of is not known to be complete, and an SBOM cannot be held against it. | a tree without /var/lib/dpkg/status
"""


def _read(line: str) -> Code:
    """Cut one row of the table."""
    code, title, page, example = (part.strip() for part in line.split(" | ", 3))
    return Code(code, title, page, example)


CODES = MappingProxyType({code.code: code for code in map(_read, _TABLE.strip().splitlines())})
"""Every code of this folder, in order."""
