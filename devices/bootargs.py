"""The arguments that loaders give to the kernel, and the environment of U-Boot, as far as they are files of a tree.

Guarantees: comments do not count; each argument knows its file and line; so many at most.  What it does not do: read an
environment out of flash, or device trees.
"""

from __future__ import annotations

import re

import msgspec

from rulewright.devices.model import Place
from rulewright.devices.tree import Tree

MAX_ARGUMENTS = 2000

RAW = (
    "/boot/cmdline.txt",
    "/boot/firmware/cmdline.txt",
    "/etc/kernel/cmdline",
    "/usr/lib/kernel/cmdline",
    "/etc/cmdline.d/*.conf",
)
KEYED = (
    "/boot/extlinux/extlinux.conf", "/extlinux/extlinux.conf", "/boot/syslinux/syslinux.cfg", "/boot/grub/grub.cfg", "/boot/grub2/grub.cfg",
    "/boot/loader/entries/*.conf", "/boot/efi/loader/entries/*.conf", "/boot/uEnv.txt", "/boot/boot.cmd", "/boot/armbianEnv.txt",
    "/etc/u-boot-initial-env", "/etc/u-boot-initial-env*", "/uboot.env.txt", "/etc/default/grub",
)  # fmt: skip
UBOOT = ("/boot/uEnv.txt", "/etc/u-boot-initial-env*", "/uboot.env.txt", "/boot/boot.cmd")
_LINE = re.compile(
    r"^\s*(?:append|options|linux(?:16|efi)?\s+\S+|kernel\s+\S+|(?:setenv\s+)?(?:bootargs|optargs|mmcargs|extraargs|console|cmdline)\w*\s*[=\s]|"
    r"GRUB_CMDLINE_LINUX\w*=)(.*)$",
    re.IGNORECASE,
)
_SETTING = re.compile(r"^\s*(?:setenv\s+|env\s+set\s+)?([A-Za-z_]\w*)[=\s]\s*(.*)$")


class Argument(msgspec.Struct, frozen=True):
    """One argument of a kernel: `console=ttyS0,115200`."""

    name: str
    value: str
    place: Place


def arguments(tree: Tree) -> list[Argument]:
    """The kernel's arguments in all loader configurations, in the order of the files."""
    found: list[Argument] = []
    for pattern in RAW:
        for path in tree.glob(pattern):
            for number, line in enumerate(tree.lines(path), 1):
                found += _split(line.partition("#")[0], Place(path, number))
    for path in dict.fromkeys(path for pattern in KEYED for path in tree.glob(pattern)):
        for number, line in enumerate(tree.lines(path), 1):
            match = None if line.lstrip().startswith("#") else _LINE.match(line[:8192])
            if match:
                found += _split(match[0] if "console" in match[0][: match.start(1)] else match[1], Place(path, number))
    return found[:MAX_ARGUMENTS]


def environment(tree: Tree) -> list[Argument]:
    """The variables of U-Boot in the files that set them."""
    found: list[Argument] = []
    for path in dict.fromkeys(path for pattern in UBOOT for path in tree.glob(pattern)):
        for number, line in enumerate(tree.lines(path), 1):
            match = None if line.lstrip().startswith("#") else _SETTING.match(line[:8192])
            if match:
                found.append(Argument(match[1], match[2].strip().strip("\"'"), Place(path, number)))
    return found[:MAX_ARGUMENTS]


def _split(text: str, place: Place) -> list[Argument]:
    words = text.replace('"', " ").replace("'", " ").split()
    return [
        Argument(name.rpartition(" ")[2], value, place)
        for word in words
        for name, _, value in (word.partition("="),)
        if name
    ]
