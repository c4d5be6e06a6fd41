"""ELF files as the loader sees them: what protects them, which libraries they need, what they import.

Guarantees: any bytes give a description or `None`; only headers, the dynamic segment and its symbols are read, by offsets that
are checked, and each table up to a bound; no section is needed (vendors strip them off), any machine and byte order will do.
What it does not do: look at code.  A protection that leaves no trace in what a file imports is not seen: `None` stands for
"cannot be told", not for "no".
Sources: System V ABI, gABI 4.1 chapters 4, 5; the GNU extensions in elf.h of glibc.
"""

from __future__ import annotations

import struct
from typing import Literal

import msgspec

Relro = Literal["none", "partial", "full"]

MAX_SEGMENTS = 512
MAX_SECTIONS = 4096
MAX_DYNAMIC = 4096
MAX_SYMBOLS = 500_000
MAX_NAME = 512

EXECUTABLE, SHARED = 2, 3
_LOAD, _DYNAMIC, _INTERP, _STACK, _RELRO = 1, 2, 3, 0x6474E551, 0x6474E552
_NO_STACK_NEEDED = frozenset({183, 243, 258})
"""Machines on which a stack is not executable unless a file asks for it: AArch64, RISC-V, LoongArch."""
_NEEDED, _HASH, _STRTAB, _SYMTAB, _STRSZ, _SYMENT, _SONAME, _RPATH, _JMPREL = 1, 4, 5, 6, 10, 11, 14, 15, 23
_BIND_NOW, _RUNPATH, _FLAGS, _GNU_HASH, _FLAGS_1, _MIPS_SYMTABNO = 24, 29, 30, 0x6FFFFEF5, 0x6FFFFFFB, 0x70000011
_SYMBOL_SECTION = 2
_TABLES = (_STRTAB, _HASH, _GNU_HASH, 7, 17, 23, 0x6FFFFFF0, 0x6FFFFFFE)
"""What may follow the dynamic symbols: names, hashes, relocations, versions."""

CANARY = frozenset({"__stack_chk_fail", "__stack_chk_fail_local", "__stack_chk_guard", "__stack_smash_handler"})
FORTIFIABLE = frozenset(
    [
        "memcpy",
        "memmove",
        "memset",
        "mempcpy",
        "strcpy",
        "strncpy",
        "stpcpy",
        "strcat",
        "strncat",
        "sprintf",
        "snprintf",
        "vsprintf",
        "vsnprintf",
        "printf",
        "fprintf",
        "vprintf",
        "vfprintf",
        "gets",
        "fgets",
        "read",
        "pread",
        "recv",
        "recvfrom",
        "realpath",
        "getcwd",
        "readlink",
        "syslog",
        "vsyslog",
        "fread",
    ]
)
"""Calls that glibc has a checked form of: a file that imports them, and no checked one, was built without."""
UNSAFE = frozenset(["gets", "strcpy", "strcat", "sprintf", "vsprintf", "mktemp", "tmpnam"])
"""Calls without a bound on what they write, or with a race in what they name: SEI CERT C MSC24-C, STR31-C, FIO21-C."""


class Elf(msgspec.Struct, frozen=True):
    """One ELF file.  `canary`, `fortify`: `None` where imports cannot tell."""

    bits: int
    little: bool
    machine: int
    kind: int
    """2 a program at a fixed address, 3 a library or a program that can be anywhere"""
    interpreter: str
    needed: tuple[str, ...]
    rpath: tuple[str, ...]
    runpath: tuple[str, ...]
    nx: bool
    pie: bool
    """it can be loaded anywhere"""
    program: bool
    """it is meant to be run, not only to be linked"""
    relro: Relro
    canary: bool | None
    fortify: bool | None
    symbols: bool
    """it holds a symbol table or debugging sections that running does not need"""
    dynamic: bool
    unsafe: tuple[str, ...]
    soname: str = ""

    @property
    def loader(self) -> bool:
        """It is the dynamic loader, which binds itself at once, whatever its file says."""
        return self.soname.startswith(("ld-", "ld.so", "ld64."))

    @property
    def family(self) -> tuple[int, bool, int]:
        """What a library must have in common with a program: word size, byte order, machine."""
        return self.bits, self.little, self.machine


class _File:
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


def is_elf(data: bytes) -> bool:
    """Whether bytes begin as an ELF file of a class and order that exist."""
    return data[:4] == b"\x7fELF" and len(data) >= 52 and data[4] in {1, 2} and data[5] in {1, 2}


def read(data: bytes) -> Elf | None:
    """Describe a file; `None` for what is no ELF file, or has no readable header."""
    if not is_elf(data):
        return None
    file = _File(data)
    head = file.take("HHIQQQIHHHHHH" if file.wide else "HHIIIIIHHHHHH", 16)
    if not head:
        return None
    kind, machine, _, _, programs, sections, _, _, size, count, section_size, section_count, names = head
    segments = _segments(file, programs, size, min(count, MAX_SEGMENTS))
    file.loads = [(s[2], s[4], s[1]) for s in segments if s[0] == _LOAD]
    interpreter = next((file.text(s[1], s[1] + min(s[4], MAX_NAME)) for s in segments if s[0] == _INTERP), "")
    table = next((s for s in segments if s[0] == _DYNAMIC), None)
    entries = _entries(file, table[1], table[4]) if table else []
    return _described(
        file,
        (kind, machine),
        segments,
        entries,
        interpreter,
        _symbols(file, sections, section_size, section_count, names),
    )


def _described(
    file: _File,
    what: tuple[int, int],
    segments: list[tuple[int, ...]],
    entries: list[tuple[int, int]],
    interpreter: str,
    symbols: bool,  # noqa: FBT001  one of the parts
) -> Elf:
    kind, machine = what
    last = dict(entries)
    strings = file.offset(last.get(_STRTAB, -1))
    end = min(strings + last.get(_STRSZ, 0), len(file.data))

    def named(tag: int) -> list[str]:
        return [file.text(strings + value, end) for key, value in entries if key == tag] if strings >= 0 else []

    static = not entries or (not interpreter and not named(_NEEDED))
    own = bool(last.get(_FLAGS_1, 0) & 0x08000000)
    imported, defined = _names(file, last, strings, end) if strings >= 0 else (frozenset(), frozenset())
    return Elf(
        bits=64 if file.wide else 32,
        little=file.order == "<",
        machine=machine,
        kind=kind,
        interpreter=interpreter,
        needed=tuple(named(_NEEDED)),
        rpath=tuple(part for text in named(_RPATH) for part in text.split(":") if part),
        runpath=tuple(part for text in named(_RUNPATH) for part in text.split(":") if part),
        nx=_nx(segments, machine),
        pie=kind == SHARED,
        program=kind == EXECUTABLE or bool(interpreter and not _library(last)) or own,
        relro=_relro(segments, last),
        canary=_canary(file, imported, defined, static=static),
        fortify=_fortify(imported, named(_NEEDED), interpreter),
        symbols=symbols,
        dynamic=not static,
        unsafe=tuple(sorted(UNSAFE & imported)),
        soname=next(iter(named(_SONAME)), ""),
    )


def _library(last: dict[int, int]) -> bool:
    """A shared object with a name of its own (libc.so.6 has an interpreter, too)."""
    return _SONAME in last


def _segments(file: _File, at: int, size: int, count: int) -> list[tuple[int, ...]]:
    """Type, offset, address, flags, size in the file of each segment."""
    found: list[tuple[int, ...]] = []
    for index in range(count):
        raw = file.take("IIQQQQ" if file.wide else "IIIIIII", at + index * max(size, 1))
        if raw and file.wide:
            found.append((raw[0], raw[2], raw[3], raw[1], raw[5]))
        elif raw:
            found.append((raw[0], raw[1], raw[2], raw[6], raw[4]))
    return found


def _entries(file: _File, at: int, size: int) -> list[tuple[int, int]]:
    """The dynamic segment up to its end mark."""
    found: list[tuple[int, int]] = []
    step = 16 if file.wide else 8
    for index in range(min(size // step, MAX_DYNAMIC)):
        raw = file.take("QQ" if file.wide else "II", at + index * step)
        if not raw or raw[0] == 0:
            break
        found.append((raw[0], raw[1]))
    return found


def _nx(segments: list[tuple[int, ...]], machine: int) -> bool:
    stack = next((s for s in segments if s[0] == _STACK), None)
    return machine in _NO_STACK_NEEDED if stack is None else not stack[3] & 1


def _relro(segments: list[tuple[int, ...]], last: dict[int, int]) -> Relro:
    if not any(s[0] == _RELRO for s in segments):
        return "none"
    now = _BIND_NOW in last or last.get(_FLAGS, 0) & 8 or last.get(_FLAGS_1, 0) & 1 or _JMPREL not in last
    return "full" if now else "partial"


def _canary(file: _File, imported: frozenset[str], defined: frozenset[str], *, static: bool) -> bool | None:
    if CANARY & imported:
        return True
    if CANARY & defined:
        return None
    return (True if b"stack smashing detected" in file.data else None) if static else False


def _fortify(imported: frozenset[str], needed: list[str], interpreter: str) -> bool | None:
    if any(name.startswith("__") and name.endswith("_chk") for name in imported):
        return True
    glibc = "libc.so.6" in needed or "/ld-linux" in interpreter
    return False if glibc and FORTIFIABLE & imported else None


def _names(file: _File, last: dict[int, int], strings: int, end: int) -> tuple[frozenset[str], frozenset[str]]:
    """The names of the dynamic symbols that a file imports, and of the canary ones that it defines."""
    table = file.offset(last.get(_SYMTAB, -1))
    step = 24 if file.wide else 16
    if table < 0 or last.get(_SYMENT, step) != step:
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


def _count(file: _File, last: dict[int, int], step: int) -> int:
    """How many dynamic symbols there are: the loader needs no number, so it is read off a hash table, or off what follows.

    A GNU table without symbols that the file defines does not tell: then the table ends where another one begins.
    """
    if _MIPS_SYMTABNO in last and _GNU_HASH not in last:
        return last[_MIPS_SYMTABNO]
    plain = file.take("II", file.offset(last.get(_HASH, -1)))
    if plain:
        return plain[1]
    known = _gnu_count(file, file.offset(last[_GNU_HASH])) if _GNU_HASH in last else 0
    if known:
        return known
    begin = last.get(_SYMTAB, 0)
    after = min((last[tag] for tag in _TABLES if last.get(tag, 0) > begin), default=begin)
    return (after - begin) // step


def _gnu_count(file: _File, at: int) -> int:
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


def _symbols(file: _File, at: int, size: int, count: int, names: int) -> bool:
    """Whether there are sections that only a linker or debugger needs."""
    if not at or not count:
        return False
    form = "IIQQQQ" if file.wide else "IIIIII"
    texts = file.take(form, at + names * size)
    for index in range(min(count, MAX_SECTIONS)):
        raw = file.take(form, at + index * max(size, 1))
        if not raw:
            break
        if raw[1] == _SYMBOL_SECTION:
            return True
        if texts and file.text(texts[4] + raw[0]).startswith((".debug_info", ".zdebug_info", ".stab")):
            return True
    return False
