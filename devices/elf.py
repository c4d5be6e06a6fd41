"""ELF files as the loader sees them: what protects them, which libraries they need, what they import.

Guarantees: any bytes give a description or `None`; only headers, the dynamic segment and its symbols are read, by offsets that
are checked, and each table up to a bound; no section is needed (vendors strip them off), any machine and byte order will do.
What it does not do: look at code.  A protection that leaves no trace in what a file imports is not seen: `None` stands for
"cannot be told", not for "no".
Sources: System V ABI, gABI 4.1 chapters 4, 5; the GNU extensions in elf.h of glibc.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from rulewright.devices.elf_file import (
    BIND_NOW,
    FLAGS,
    FLAGS_1,
    JMPREL,
    MAX_NAME,
    NEEDED,
    RPATH,
    RUNPATH,
    SONAME,
    STRSZ,
    STRTAB,
    File,
    imports,
)

Relro = Literal["none", "partial", "full"]

MAX_SEGMENTS = 512
MAX_SECTIONS = 4096
MAX_DYNAMIC = 4096

EXECUTABLE, SHARED = 2, 3
_LOAD, _DYNAMIC, _INTERP, _STACK, _RELRO = 1, 2, 3, 0x6474E551, 0x6474E552
_NO_STACK_NEEDED = frozenset({183, 243, 258})
"""Machines on which a stack is not executable unless a file asks for it: AArch64, RISC-V, LoongArch."""
_SYMBOL_SECTION = 2

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


def is_elf(data: bytes) -> bool:
    """Whether bytes begin as an ELF file of a class and order that exist."""
    return data[:4] == b"\x7fELF" and len(data) >= 52 and data[4] in {1, 2} and data[5] in {1, 2}


def read(data: bytes) -> Elf | None:
    """Describe a file; `None` for what is no ELF file, or has no readable header."""
    if not is_elf(data):
        return None
    file = File(data)
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
    file: File,
    what: tuple[int, int],
    segments: list[tuple[int, ...]],
    entries: list[tuple[int, int]],
    interpreter: str,
    symbols: bool,  # noqa: FBT001  one of the parts
) -> Elf:
    kind, machine = what
    last = dict(entries)
    strings = file.offset(last.get(STRTAB, -1))
    end = min(strings + last.get(STRSZ, 0), len(file.data))

    def named(tag: int) -> list[str]:
        return [file.text(strings + value, end) for key, value in entries if key == tag] if strings >= 0 else []

    static = not entries or (not interpreter and not named(NEEDED))
    own = bool(last.get(FLAGS_1, 0) & 0x08000000)
    imported, defined = imports(file, last, strings, end) if strings >= 0 else (frozenset(), frozenset())
    return Elf(
        bits=64 if file.wide else 32,
        little=file.order == "<",
        machine=machine,
        kind=kind,
        interpreter=interpreter,
        needed=tuple(named(NEEDED)),
        rpath=tuple(part for text in named(RPATH) for part in text.split(":") if part),
        runpath=tuple(part for text in named(RUNPATH) for part in text.split(":") if part),
        nx=_nx(segments, machine),
        pie=kind == SHARED,
        program=kind == EXECUTABLE or bool(interpreter and not _library(last)) or own,
        relro=_relro(segments, last),
        canary=_canary(file, imported, defined, static=static),
        fortify=_fortify(imported, named(NEEDED), interpreter),
        symbols=symbols,
        dynamic=not static,
        unsafe=tuple(sorted(UNSAFE & imported)),
        soname=next(iter(named(SONAME)), ""),
    )


def _library(last: dict[int, int]) -> bool:
    """A shared object with a name of its own (libc.so.6 has an interpreter, too)."""
    return SONAME in last


def _segments(file: File, at: int, size: int, count: int) -> list[tuple[int, ...]]:
    """Type, offset, address, flags, size in the file of each segment."""
    found: list[tuple[int, ...]] = []
    for index in range(count):
        raw = file.take("IIQQQQ" if file.wide else "IIIIIII", at + index * max(size, 1))
        if raw and file.wide:
            found.append((raw[0], raw[2], raw[3], raw[1], raw[5]))
        elif raw:
            found.append((raw[0], raw[1], raw[2], raw[6], raw[4]))
    return found


def _entries(file: File, at: int, size: int) -> list[tuple[int, int]]:
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
    now = BIND_NOW in last or last.get(FLAGS, 0) & 8 or last.get(FLAGS_1, 0) & 1 or JMPREL not in last
    return "full" if now else "partial"


def _canary(file: File, imported: frozenset[str], defined: frozenset[str], *, static: bool) -> bool | None:
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


def _symbols(file: File, at: int, size: int, count: int, names: int) -> bool:
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
