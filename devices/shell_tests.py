"""Conditions of boot scripts (`[ -x /usr/sbin/x ]`): true, false, or not decided by the tree.

Guarantees: a file that the tree holds is there; one that is missing is only taken as missing for certain where nothing but the
maker writes (programs), or where nothing is at boot (process ids); everything else that is not decided by literals is `None`.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Sequence

from rulewright.devices.shell_values import Field
from rulewright.devices.tree import Tree

PROGRAMS = ("/bin/", "/sbin/", "/usr/", "/lib/")
"""Folders that the maker fills; what is not there is not there.  `/usr/local` and below may be another partition."""
VOLATILE = ("/tmp/", "/run/", "/var/run/", "/var/lock/", "/var/tmp/", "/proc/", "/sys/", "/dev/", "/mnt/", "/media/")  # noqa: S108  names in a device, nothing is written
_EMPTY = ("/run/", "/var/run/", "/var/lock/", "/tmp/")  # noqa: S108  names in a device
ASKS_FILES = frozenset(
    {"-e", "-f", "-r", "-s", "-w", "-x", "-d", "-L", "-h", "-c", "-b", "-S", "-p", "-a", "-O", "-G", "-u", "-g", "-k"}
)
_COMPARES: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}
_STRINGS = frozenset({"=", "==", "!=", "<", ">", "=~", "-nt", "-ot", "-ef", *_COMPARES})
MAX_WORDS = 200


class Files:
    """What is known of a device's files at boot: the tree's, and what follows from the way in which it was started."""

    def __init__(self, tree: Tree, *, whole: bool, systemd: bool) -> None:
        """`whole`: the tree holds programs, so that one that is missing is missing; else it is a part (an overlay)."""
        self.tree = tree
        self.whole = whole
        self.systemd = systemd
        self.permissions = any(entry.mode & 0o111 for entry in tree.files())
        """Whether execute permissions were kept at all."""

    def there(self, path: str) -> bool | None:
        """Whether a name is there at boot."""
        if path.startswith("/run/systemd/system"):
            return self.systemd
        if path.startswith(VOLATILE):
            return False if path.startswith(_EMPTY) and path.endswith((".pid", ".lock")) else None
        if self.tree.resolve(path) is not None:
            return True
        programs = path.startswith(PROGRAMS) and not path.startswith("/usr/local/")
        return False if self.whole and programs else None

    def test(self, operator: str, path: str) -> bool | None:
        """A file test of the shell."""
        found = self.tree.entries.get(path) if operator in {"-L", "-h"} else self.tree.entry(path)
        there = self.there(path)
        if not there or found is None:
            return there
        match operator:
            case "-f":
                return found.kind == "file"
            case "-d":
                return found.kind == "folder"
            case "-s":
                return found.kind != "file" or found.size > 0
            case "-x":
                return found.kind == "folder" or not self.permissions or bool(found.mode & 0o111)
            case "-L" | "-h":
                return found.kind == "link"
            case "-c" | "-b":
                return found.kind == "device"
            case "-S" | "-p" | "-u" | "-g" | "-k":
                return None
            case _:
                return True


def decide(words: Sequence[Field], files: Files) -> bool | None:
    """The value of `[ ... ]` or `test ...` (without its brackets)."""
    return _Test(list(words[:MAX_WORDS]), files).any() if words else False


class _Test:
    """`-o` of `-a` of `!` of primaries."""

    def __init__(self, words: list[Field], files: Files) -> None:
        self.words = words
        self.files = files
        self.at = 0

    def ahead(self, number: int = 0) -> Field | None:
        return self.words[self.at + number] if self.at + number < len(self.words) else None

    def says(self, *texts: str) -> bool:
        here = self.ahead()
        return here is not None and here.known and here.text in texts

    def any(self) -> bool | None:
        found = self.all()
        while self.says("-o", "||"):
            self.at += 1
            other = self.all()
            found = True if found or other else None if found is None or other is None else False
        return found

    def all(self) -> bool | None:
        found = self.one()
        while self.says("-a", "&&"):
            self.at += 1
            other = self.one()
            found = False if found is False or other is False else None if found is None or other is None else True
        return found

    def one(self) -> bool | None:
        following = self.ahead(1)
        compares = following is not None and following.text in _STRINGS and self.ahead(2) is not None
        if not compares and self.says("!"):
            self.at += 1
            found = self.one()
            return None if found is None else not found
        if not compares and self.says("("):
            self.at += 1
            found = self.any()
            self.at += 1
            return found
        return self.compared() if compares else self.asked()

    def asked(self) -> bool | None:
        here, following = self.ahead(), self.ahead(1)
        if here is None:
            return False
        operand = following is not None and not (following.known and following.text in {"-a", "-o", ")", "&&", "||"})
        if following is None or not operand or not (here.text in ASKS_FILES or here.text in {"-n", "-z", "-t"}):
            self.at += 1
            return bool(here.text) if here.known else None
        self.at += 2
        if not following.known:
            return None
        if here.text in {"-n", "-z"}:
            return bool(following.text) == (here.text == "-n")
        if here.text == "-t":
            return None
        return self.files.test("-e" if here.text == "-a" else here.text, following.text)

    def compared(self) -> bool | None:
        left, operator, right = self.words[self.at : self.at + 3]
        self.at += 3
        if not (left.known and right.known):
            return None
        if operator.text in _COMPARES:
            numbers = [side.text.strip() for side in (left, right)]
            if not all(n.removeprefix("-").isdecimal() and len(n) < 20 for n in numbers):
                return False
            return _COMPARES[operator.text](int(numbers[0]), int(numbers[1]))
        match operator.text:
            case "=" | "==":
                return left.text == right.text or (len(right.text) < 64 and fnmatch.fnmatchcase(left.text, right.text))
            case "!=":
                return left.text != right.text
            case _:
                return None
