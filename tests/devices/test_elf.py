"""ELF files: compiled here with and without protection, made by hand for other machines, and broken in every way."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.devices import elf, hardening
from rulewright.devices.linked import Linker
from rulewright.devices.model import Port
from rulewright.devices.tree import Tree, of_texts
from rulewright.facts.types import Level
from tests.devices.made import daemon, subjects, values

SOURCE = """
#include <string.h>
#include <stdio.h>
int main(int c, char **v) { char b[64]; strcpy(b, v[0]); memcpy(b, v[c - 1], c); printf("%s", b); return b[3]; }
"""
STRONG = "-O2 -fPIE -pie -fstack-protector-all -D_FORTIFY_SOURCE=2 -Wl,-z,relro,-z,now -s"
WEAK = "-O0 -fno-PIE -no-pie -fno-stack-protector -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=0 -Wl,-z,norelro -z execstack"


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    if shutil.which("gcc") is None:
        pytest.skip("no gcc here")
    folder: Path = tmp_path_factory.mktemp("elf")
    (folder / "a.c").write_text(SOURCE)
    (folder / "l.c").write_text("int f(void) { return 1; }")
    kinds = {
        "strong": STRONG,
        "weak": WEAK,
        "lazy": "-O2 -fPIE -pie -Wl,-z,relro,-z,lazy",
        "rpath": "-O2 -Wl,-rpath,/tmp/lib,--disable-new-dtags",
        "runpath": "-O2 -Wl,-rpath,$ORIGIN/../lib,--enable-new-dtags",
        "sysv": "-O2 -Wl,--hash-style=sysv -fstack-protector-all",
    }
    found = {}
    for name, flags in kinds.items():
        out = folder / name
        subprocess.run(["gcc", "-w", *flags.split(), str(folder / "a.c"), "-o", str(out)], check=True)
        found[name] = out.read_bytes()
    library = folder / "libx.so.1"
    command = ["gcc", "-shared", "-fPIC", "-Wl,-soname,libx.so.1", str(folder / "l.c"), "-o", str(library)]
    subprocess.run(command, check=True)
    found["library"] = library.read_bytes()
    main = folder / "main.c"
    main.write_text("int f(void); int main(void) { return f(); }")
    out = folder / "linked"
    command = ["gcc", str(main), str(library), "-nodefaultlibs", "-nostartfiles", "-Wl,-e,main", "-o", str(out)]
    subprocess.run(command, check=True)
    found["linked"] = out.read_bytes()
    return found


def read(data: bytes) -> elf.Elf:
    found = elf.read(data)
    assert found is not None
    return found


def test_a_protected_program_is_seen_as_one(compiled: dict[str, bytes]) -> None:
    file = read(compiled["strong"])
    assert (file.nx, file.pie, file.relro, file.canary, file.fortify, file.symbols) == (
        True,
        True,
        "full",
        True,
        True,
        False,
    )
    assert file.program
    assert "libc.so.6" in file.needed


def test_a_program_without_protection_is_seen_as_one(compiled: dict[str, bytes]) -> None:
    file = read(compiled["weak"])
    assert (file.nx, file.pie, file.relro, file.canary, file.fortify) == (False, False, "none", False, False)
    assert file.symbols
    assert file.program
    assert file.unsafe == ("strcpy",)


def test_binding_late_is_partial_relro(compiled: dict[str, bytes]) -> None:
    assert read(compiled["lazy"]).relro == "partial"


def test_folders_of_libraries(compiled: dict[str, bytes]) -> None:
    assert read(compiled["rpath"]).rpath == ("/tmp/lib",)
    assert read(compiled["runpath"]).runpath == ("$ORIGIN/../lib",)


def test_both_hash_tables_give_the_number_of_symbols(compiled: dict[str, bytes]) -> None:
    assert read(compiled["sysv"]).canary


def test_a_library_is_no_program(compiled: dict[str, bytes]) -> None:
    file = read(compiled["library"])
    assert not file.program
    assert file.pie


def test_the_loader_is_left_out_of_relro() -> None:
    loader = msgspec.structs.replace(read(by_hand(62, wide=True, little=True)), soname="ld-linux-x86-64.so.2")
    assert hardening.TESTS["relro"](loader) is None
    assert hardening.TESTS["relro"](msgspec.structs.replace(loader, soname="libc.so.6")) is False


def test_it_agrees_with_readelf(compiled: dict[str, bytes], tmp_path: Path) -> None:
    if shutil.which("readelf") is None:
        pytest.skip("no readelf here")
    for name, data in compiled.items():
        path = tmp_path / name
        path.write_bytes(data)
        text = subprocess.run(["readelf", "-Wld", str(path)], check=True, capture_output=True, text=True).stdout
        file = read(data)
        stack = next(line for line in text.splitlines() if "GNU_STACK" in line)
        assert file.nx == ("RWE" not in stack)
        assert (file.relro != "none") == ("GNU_RELRO" in text)
        assert all(f"[{library}]" in text for library in file.needed)
        assert len(file.needed) == text.count("(NEEDED)")


def by_hand(machine: int, *, wide: bool, little: bool, kind: int = 2, stack: int | None = 6) -> bytes:
    """A header with one segment, of any machine."""
    order = "<" if little else ">"
    ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if little else 2, 1]) + bytes(9)
    size, entry = (64, 56) if wide else (52, 32)
    count = 0 if stack is None else 1
    head = struct.pack(
        order + ("HHIQQQIHHHHHH" if wide else "HHIIIIIHHHHHH"),
        kind,
        machine,
        1,
        0,
        size,
        0,
        0,
        size,
        entry,
        count,
        0,
        0,
        0,
    )
    segment = b""
    if stack is not None:
        form, values_ = (
            ("IIQQQQQQ", (0x6474E551, stack, 0, 0, 0, 0, 0, 16))
            if wide
            else ("IIIIIIII", (0x6474E551, 0, 0, 0, 0, 0, stack, 16))
        )
        segment = struct.pack(order + form, *values_)
    return ident + head + segment


@pytest.mark.parametrize(
    ("machine", "wide", "little"),
    [(40, False, True), (8, False, False), (8, False, True), (183, True, True), (20, False, False), (243, True, True)],
)
def test_any_machine_and_order(machine: int, *, wide: bool, little: bool) -> None:
    for stack, nx in ((6, True), (7, False)):
        file = read(by_hand(machine, wide=wide, little=little, stack=stack))
        assert file.family == (64 if wide else 32, little, machine)
        assert file.nx is nx


def test_without_a_word_on_the_stack_the_machine_decides() -> None:
    assert read(by_hand(183, wide=True, little=True, stack=None)).nx
    assert not read(by_hand(8, wide=False, little=False, stack=None)).nx
    assert not read(by_hand(40, wide=False, little=True, stack=None)).nx


@given(st.binary(max_size=400))
def test_any_bytes_give_a_description_or_nothing(data: bytes) -> None:
    for head in (b"", b"\x7fELF\x01\x01\x01", b"\x7fELF\x02\x02\x01"):
        elf.read(head + data)


@given(data=st.data())
def test_a_broken_file_gives_a_description_or_nothing(compiled: dict[str, bytes], data: st.DataObject) -> None:
    whole = bytearray(compiled["strong"])
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(4, 0x3FF) | st.integers(4, len(whole) - 9))
        whole[at : at + 8] = data.draw(
            st.sampled_from([b"\xff" * 8, bytes(8), b"\x7f" + b"\xff" * 7, struct.pack("<Q", at)])
        )
    elf.read(bytes(whole))
    elf.read(bytes(whole[: data.draw(st.integers(0, len(whole)))]))


# --- services ---------------------------------------------------------------------------------------------------------------


def device(compiled: dict[str, bytes], program: str, libraries: dict[str, str] | None = None) -> Tree:
    files = {"/usr/sbin/served": compiled[program], "/usr/bin/other": compiled["weak"]}
    files |= {path: compiled[name] for path, name in (libraries or {}).items()}
    return of_texts(files)


def test_shares_are_of_reachable_services_only(compiled: dict[str, bytes]) -> None:
    tree = device(compiled, "linked", {"/opt/x/libx.so.1": "library", "/etc/none": "library"})
    tree = of_texts(
        {
            "/usr/sbin/served": compiled["linked"],
            "/opt/x/libx.so.1": compiled["library"],
            "/usr/bin/other": compiled["weak"],
            "/etc/ld.so.conf": "include ld.so.conf.d/*.conf\n",
            "/etc/ld.so.conf.d/x.conf": "/opt/x\n",
        }
    )
    found = hardening.detect(tree, [daemon("http", "/usr/sbin/served")])
    assert values(found, "bin.nx_ratio") == [(1_000_000, "enabled", "/opt/x/libx.so.1")]
    assert values(found, "bin.pie_ratio") == [(1_000_000, "enabled", "/usr/sbin/served")]
    assert not [n for n in found.notes if "libx" in n.message]


def test_a_library_that_is_missing_leaves_the_shares_unsaid(compiled: dict[str, bytes]) -> None:
    found = hardening.detect(device(compiled, "weak"), [daemon("http", "/usr/sbin/served")])
    assert not values(found, "bin.nx_ratio")
    assert "libc.so.6" in found.notes[0].message
    assert values(found, "bin.pie_ratio") == [(0, "enabled", "/usr/sbin/served")]
    assert subjects(found) == [("binary hardening", "enabled", "/usr/sbin/served")]


def test_a_program_that_is_missing_leaves_the_shares_unsaid(compiled: dict[str, bytes]) -> None:
    found = hardening.detect(
        device(compiled, "linked"), [daemon("http", "/usr/sbin/served"), daemon("ssh", "/usr/sbin/gone")]
    )
    assert not [one for one in found.said if one.attribute.endswith("_ratio")]
    assert found.notes


@pytest.mark.parametrize("level", [Level.PRESENT, Level.CONFIGURED])
def test_what_nothing_starts_is_not_counted(compiled: dict[str, bytes], level: Level) -> None:
    found = hardening.detect(device(compiled, "weak"), [daemon("http", "/usr/sbin/served", level=level)])
    assert not [one for one in found.said if one.attribute.endswith("_ratio")]
    assert not subjects(found)


def test_what_listens_on_the_device_itself_is_not_counted() -> None:

    local = msgspec.structs.replace(daemon("http", "/usr/sbin/served"), ports=(Port("tcp", 80, "127.0.0.1"),))
    assert not hardening.reachable([local])
    assert hardening.reachable([msgspec.structs.replace(local, ports=(Port("tcp", 80),))])


def test_symbols_are_looked_for_in_all_files(compiled: dict[str, bytes]) -> None:
    found = hardening.detect(device(compiled, "strong"), [])
    assert values(found, "bin.debug_symbols") == [(True, "enabled", "/usr/bin/other")]
    clean = hardening.detect(of_texts({"/usr/bin/a": compiled["strong"]}), [])
    assert [value for value, _, _ in values(clean, "bin.debug_symbols")] == [False]


def test_fields_of_a_daemon(compiled: dict[str, bytes]) -> None:
    tree = device(compiled, "weak")
    assert hardening.fields(Linker(tree), daemon("http", "/usr/sbin/served")) == {
        "nx": False,
        "pie": False,
        "relro": False,
        "canary": False,
        "fortify": False,
    }
    strong = device(compiled, "strong")
    assert hardening.fields(Linker(strong), daemon("http", "served")) == {"pie": True}, (
        "libc is not there to be looked at"
    )


def test_a_script_is_as_its_interpreter_is(compiled: dict[str, bytes]) -> None:
    tree = of_texts({"/usr/bin/web": "#!/usr/bin/env served\n", "/usr/bin/served": compiled["weak"]})
    assert Linker(tree).program(daemon("http", "/usr/bin/web")) == "/usr/bin/served"
