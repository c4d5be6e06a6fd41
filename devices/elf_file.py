"""The bytes of an ELF file as numbers and texts, and the names of its dynamic symbols.

Guarantees: reading past the end gives nothing; each table is followed up to a bound.  What it does not do: know what it means
(`devices.elf`).  Sources: System V ABI, gABI 4.1 chapter 5; the GNU hash table as glibc reads it.
"""

from __future__ import annotations

import struct

MAX_SYMBOLS = 500_000
MAX_NAME = 512

NEEDED, HASH, STRTAB, SYMTAB, STRSZ, SYMENT, SONAME, RPATH, JMPREL = 1, 4, 5, 6, 10, 11, 14, 15, 23
BIND_NOW, RUNPATH, FLAGS, GNU_HASH, FLAGS_1, MIPS_SYMTABNO = 24, 29, 30, 0x6FFFFEF5, 0x6FFFFFFB, 0x70000011
_TABLES = (STRTAB, HASH, GNU_HASH, 7, 17, 23, 0x6FFFFFF0, 0x6FFFFFFE)
"""What may follow the dynamic symbols: names, hashes, relocations, versions."""


class File:
    """Bytes with the formats of their class and order; reading past the end gives nothing."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.wide = data[4] == 2
        self.order = "<" if data[5] == 1 else ">"
        self.loads: list[tuple[int, int, int]] = []

    def take(self, form: str, at: int) -> tuple[int, ...]:
        """Numbers at an offset; empty where the file ends before them."""
        form = self.order + form
        return struct.unpack_from(form, self.data, at) if 0 <= at <= len(self.data) - struct.calcsize(form) else ()

    def offset(self, address: int) -> int:
        """Where an address is in the file, -1 for none."""
        for start, size, at in self.loads:
            if start <= address < start + size:
                return address - start + at
        return -1

    def text(self, at: int, end: int | None = None) -> str:
        """A text that ends with a zero byte."""
        if not 0 <= at < len(self.data):
            return ""
        stop = min(at + MAX_NAME, len(self.data) if end is None else end)
        found = self.data.find(b"\0", at, stop)
        return self.data[at : found if found >= 0 else stop].decode("utf-8", "backslashreplace")


def imports(file: File, last: dict[int, int], strings: int, end: int) -> tuple[frozenset[str], frozenset[str]]:
    """The names of the dynamic symbols that a file imports, and of the canary ones that it defines."""
    table = file.offset(last.get(SYMTAB, -1))
    step = 24 if file.wide else 16
    if table < 0 or last.get(SYMENT, step) != step:
        return frozenset(), frozenset()
    count = min(_count(file, last, step), MAX_SYMBOLS, (len(file.data) - table) // step)
    form = file.order + ("IBBHQQ" if file.wide else "IIIBBH")
    place = 3 if file.wide else 5
    imported: set[str] = set()
    defined: set[str] = set()
    for raw in struct.iter_unpack(form, memoryview(file.data)[table : table + max(count, 0) * step]):
        if raw[0] and not raw[place]:
            imported.add(file.text(strings + raw[0], end))
        elif raw[0] and file.data.startswith(b"__stack_", strings + raw[0]):
            defined.add(file.text(strings + raw[0], end))
    return frozenset(imported), frozenset(defined)


def _count(file: File, last: dict[int, int], step: int) -> int:
    """How many dynamic symbols there are: the loader needs no number, so it is read off a hash table, or off what follows.

    A GNU table without symbols that the file defines does not tell: then the table ends where another one begins.
    """
    if MIPS_SYMTABNO in last and GNU_HASH not in last:
        return last[MIPS_SYMTABNO]
    plain = file.take("II", file.offset(last.get(HASH, -1)))
    if plain:
        return plain[1]
    known = _gnu_count(file, file.offset(last[GNU_HASH])) if GNU_HASH in last else 0
    if known:
        return known
    begin = last.get(SYMTAB, 0)
    after = min((last[tag] for tag in _TABLES if last.get(tag, 0) > begin), default=begin)
    return (after - begin) // step


def _gnu_count(file: File, at: int) -> int:
    """The number of symbols by a GNU hash table; 0 for one with empty buckets only."""
    head = file.take("IIII", at)
    if not head:
        return 0
    buckets, first, bloom, _ = head
    begin = at + 16 + bloom * (8 if file.wide else 4)
    highest = max(file.take(f"{min(buckets, MAX_SYMBOLS)}I", begin) or (0,))
    if highest < max(first, 1):
        return 0
    chain = begin + 4 * buckets - 4 * first
    while highest < MAX_SYMBOLS:
        value = file.take("I", chain + 4 * highest)
        if not value or value[0] & 1:
            break
        highest += 1
    return highest + 1
