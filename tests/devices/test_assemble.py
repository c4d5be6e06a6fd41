"""Trees as products: facts with levels, complete lists, one digest."""

from __future__ import annotations

import pytest

from rulewright.devices import assemble as assembling
from rulewright.devices.assemble import assemble
from rulewright.devices.digest import digest
from rulewright.devices.model import Findings, Place, Said
from rulewright.devices.recognise import rooted
from rulewright.devices.settled import facts
from rulewright.devices.tree import Tree, of_texts
from rulewright.facts.table import Source
from rulewright.facts.types import Completeness, Level, State, Trust
from rulewright.facts.vocabulary import BUILTIN
from tests.devices.made import real

YES, NO = True, False
ELF = b"\x7fELF" + b"\0" * 60
SOURCE = Source("tree", "0" * 64, "firmware", Trust.OBSERVED)
BUSYBOX: dict[str, str | bytes] = {
    "/bin/busybox": ELF,
    "/etc/passwd": "root:x:0:0:root:/:/bin/sh\n",
    "/usr/sbin/telnetd": ELF,
}
LINKS = {"/bin/sh": "busybox", "/sbin/init": "/bin/busybox"}


def tree(inittab: str, **more: bytes) -> Tree:
    return of_texts({**BUSYBOX, "/etc/inittab": inittab, **more}, LINKS)


def said(value: object, level: Level, line: int = 1) -> Said:
    return Said(attribute="a.b", value=value, level=level, place=Place("/etc/x", line))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("inittab", "level"),
    [
        ("::respawn:/usr/sbin/telnetd -F\n", Level.ENABLED),
        ("#::respawn:/usr/sbin/telnetd -F\n::respawn:/bin/sh\n", Level.PRESENT),
    ],
)
def test_the_level_of_a_service_is_that_of_its_start(inittab: str, level: Level) -> None:
    made = assemble(tree(inittab), BUILTIN)
    fact = made.facts.attributes["iface.telnet_present"]
    assert (fact.value, fact.level, fact.detector, fact.trust) == (True, level, "firmware", Trust.OBSERVED)
    assert not any(note.code == "RW1505" for note in made.notes)


def test_what_was_looked_for_and_not_found_is_a_fact() -> None:
    made = assemble(
        of_texts(
            {k: v for k, v in BUSYBOX.items() if "telnet" not in k} | {"/etc/inittab": "::respawn:/bin/sh\n"}, LINKS
        ),
        BUILTIN,
    )
    fact = made.facts.attributes["iface.ftp_present"]
    assert (fact.state, fact.value, fact.level) == (State.KNOWN, False, None)


def test_of_a_part_of_a_tree_nothing_is_said_to_be_absent() -> None:
    made = assemble(of_texts({"/etc/passwd": "root:x:0:0::/:/bin/sh\n", "/usr/share/x": ""}), BUILTIN)
    assert "iface.ftp_present" not in made.facts.attributes
    assert made.facts.tables["daemon"].extents[0].state is Completeness.OPEN


def test_open_ports_are_not_stated_where_an_unknown_program_is_started() -> None:
    made = assemble(tree("::respawn:/opt/vendord\n::respawn:/usr/sbin/telnetd\n", **{"/opt/vendord": ELF}), BUILTIN)
    assert "iface.open_tcp_ports" not in made.facts.attributes
    assert any(note.code == "RW1507" and "/opt/vendord" in note.message for note in made.notes)
    known = assemble(tree("::respawn:/usr/sbin/telnetd\n"), BUILTIN)
    assert known.facts.attributes["iface.open_tcp_ports"].value == ("23",)


def test_a_daemon_is_a_row_with_its_chain() -> None:
    table = assemble(tree("::respawn:/usr/sbin/telnetd\n"), BUILTIN).facts.tables["daemon"]
    rows = [row for row in range(table.rows) if table.column("level").at(row)[1] == "enabled"]
    assert [table.column("name").at(row)[1] for row in rows] == ["telnet"]
    assert "/etc/inittab#1" in str(table.column("chain").at(rows[0])[1])


def test_what_holds_at_a_higher_level_is_not_taken_back_at_a_lower_one() -> None:
    found = [Findings(said=[said(YES, Level.ENABLED), said(NO, Level.CONFIGURED, 2)])]
    fact = facts(found, BUILTIN, SOURCE)["a.b"]
    assert (fact.value, fact.level, len(fact.witnesses)) == (True, Level.ENABLED, 2)


@pytest.mark.parametrize("other", [Level.ENABLED, Level.PRESENT])
def test_findings_that_differ_are_a_conflict_with_both(other: Level) -> None:
    fact = facts([Findings(said=[said(NO, Level.ENABLED), said(YES, other, 2)])], BUILTIN, SOURCE)["a.b"]
    assert fact.state is State.CONFLICTING
    assert {witness.pointer for witness in fact.witnesses} == {"/etc/x#1", "/etc/x#2"}


def test_the_surest_of_other_values_counts_and_sets_are_united() -> None:
    surest = facts(
        [Findings(said=[said("TLS1.2", Level.ENABLED), said("TLS1.0", Level.CONFIGURED, 2)])], BUILTIN, SOURCE
    )
    assert (surest["a.b"].value, surest["a.b"].level) == ("TLS1.2", Level.ENABLED)
    differ = facts([Findings(said=[said("TLS1.2", Level.ENABLED), said("TLS1.0", Level.ENABLED, 2)])], BUILTIN, SOURCE)
    assert differ["a.b"].state is State.CONFLICTING
    sets = facts(
        [Findings(said=[said(("b",), Level.ENABLED), said(("a",), Level.ENABLED, 2), said(("c",), Level.PRESENT)])],
        BUILTIN,
        SOURCE,
    )
    assert (sets["a.b"].value, sets["a.b"].level) == (("a", "b"), Level.ENABLED)


def test_a_detector_that_breaks_is_named_and_takes_only_its_own_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> Findings:
        raise ValueError("x" * 500)

    monkeypatch.setattr("rulewright.devices.kernel.detect", broken)
    made = assemble(tree("::respawn:/usr/sbin/telnetd\n"), BUILTIN)
    notes = [note for note in made.notes if note.code == "RW1505"]
    assert len(notes) == 1
    assert "`kernel`" in notes[0].message
    assert made.facts.attributes["iface.telnet_present"].value is True
    assert made.facts.tables["finding"].extents[0].state is Completeness.OPEN


def test_every_detector_of_the_folder_is_in_the_table() -> None:
    import importlib
    import pkgutil

    import rulewright.devices

    found = {
        name for _, name, package in pkgutil.iter_modules(rulewright.devices.__path__)
        if not package and hasattr(importlib.import_module(f"rulewright.devices.{name}"), "detect")
    }  # fmt: skip
    assert {name for name, _ in assembling.DETECTORS} == found


def test_the_digest_tells_trees_apart_by_what_facts_rest_on() -> None:
    one = of_texts({"/a": "1", "/b": "2"}, {"/l": "a"})
    changed = [
        of_texts({"/a": "1", "/b": "3"}, {"/l": "a"}), of_texts({"/a": "1", "/c": "2"}, {"/l": "a"}), of_texts({"/a": "1", "/b": "2"}, {"/l": "b"}),
    ]  # fmt: skip
    assert digest(one) == digest(of_texts({"/b": "2", "/a": "1"}, {"/l": "a"}))
    assert len({digest(t).sha256 for t in (one, *changed)}) == 4


def test_a_root_in_an_extraction_is_found_and_the_others_are_told() -> None:
    inner = {f"/x_extract/squashfs-root{path}": data for path, data in BUSYBOX.items()}
    other = {"/y_extract/root/etc/passwd": "", "/y_extract/root/bin/a": ""}
    found = rooted(of_texts({**inner, **other}))
    assert found is not None
    assert found.is_file("/etc/passwd")
    assert found.read("/etc/passwd").startswith(b"root:")
    assert [note.code for note in found.notes] == ["RW1506"]
    assert rooted(of_texts({"/docs/a.json": "{}"})) is None


def test_the_two_real_trees() -> None:
    legacy = assemble(real("legacy"), BUILTIN)
    hardened = assemble(real("hardened"), BUILTIN)
    assert [note for one in (legacy, hardened) for note in one.notes if note.code == "RW1505"] == []
    telnet = legacy.facts.attributes["iface.telnet_present"]
    assert (telnet.value, telnet.level, telnet.pointer) == (True, Level.ENABLED, "/etc/inetd.conf#1")
    assert {(w.level, w.pointer) for w in telnet.witnesses} >= {(Level.CONDITIONAL, "/etc/init.d/rcS#3")}
    for name in ("iface.telnet_present", "iface.ftp_present", "iface.snmp_v1v2"):
        fact = hardened.facts.attributes[name]
        assert fact.value is False or (fact.level is not None and fact.level < Level.CONDITIONAL), name


INETD = "::respawn:/usr/sbin/inetd\n"
TELNET = "telnet stream tcp nowait root /usr/sbin/telnetd telnetd\n"
LOOKED_FOR = ("iface.telnet_present", "iface.open_tcp_ports", "iface.snmp_v1v2", "iface.http_plain_admin")


def refusing(path: str, made: Tree) -> Tree:
    """The same tree, one file of which cannot be opened."""

    def load(asked: str, most: int) -> bytes:
        if asked == path:
            raise PermissionError(13, "Permission denied")
        return made.load(asked, most)

    return Tree(made.name, made.entries, load)


@pytest.mark.parametrize("path", ["/etc/inetd.conf", "/etc/inittab"])
def test_nothing_is_absent_where_a_file_was_not_read(path: str) -> None:
    whole = of_texts({**BUSYBOX, "/usr/sbin/inetd": ELF, "/etc/inittab": INETD, "/etc/inetd.conf": TELNET}, LINKS)
    known = assemble(whole, BUILTIN).facts.attributes
    assert (known["iface.telnet_present"].value, known["iface.telnet_present"].level) == (YES, Level.ENABLED)
    assert set(LOOKED_FOR) <= known.keys()
    unread = assemble(refusing(path, whole), BUILTIN).facts.attributes
    assert not set(LOOKED_FOR) & unread.keys()  # neither `no`, nor `present` alone, which counts as no


@pytest.mark.parametrize("what", ["starts", "daemons_of"])
def test_nothing_is_absent_where_a_detector_broke(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> None:
        raise ValueError

    monkeypatch.setattr(assembling, what, broken)
    made = assemble(tree("::respawn:/usr/sbin/telnetd\n"), BUILTIN)
    assert not set(LOOKED_FOR) & made.facts.attributes.keys()


def test_nothing_is_absent_where_a_script_was_not_followed_to_its_end() -> None:
    script = "#!/bin/sh\nfor x in 'a; do\n/usr/sbin/telnetd\n"
    made = assemble(tree("::sysinit:/etc/boot.sh\n", **{"/etc/boot.sh": script.encode()}), BUILTIN)
    assert any(note.severe and "not read as a shell script" in note.message for note in made.notes)
    assert not {"iface.open_tcp_ports", "iface.snmp_v1v2"} & made.facts.attributes.keys()


@pytest.mark.parametrize("body", [". /data/boot.sh", "[ -f /data/boot.sh ] && . /data/boot.sh", "sh /data/boot.sh &"])
def test_a_script_on_another_partition_leaves_ports_and_daemons_open(body: str) -> None:
    made = assemble(tree("::sysinit:/etc/boot.sh\n", **{"/etc/boot.sh": f"#!/bin/sh\n{body}\n".encode()}), BUILTIN)
    assert "iface.open_tcp_ports" not in made.facts.attributes
    assert made.facts.tables["daemon"].extents[0].state is Completeness.OPEN


def test_inetd_without_its_configuration_is_nothing_known() -> None:
    files: dict[str, str | bytes] = {**BUSYBOX, "/usr/sbin/inetd": ELF, "/etc/inittab": INETD}
    made = assemble(of_texts(files, {**LINKS, "/etc/inetd.conf": "/data/inetd.conf"}), BUILTIN)
    assert not set(LOOKED_FOR) & made.facts.attributes.keys()


def test_a_password_on_a_command_line_is_not_kept() -> None:
    made = assemble(
        tree("::respawn:/usr/sbin/telnetd -p 23 -l /bin/login -u Vendor:S3cr3tWord -kS3cr3tWord\n"), BUILTIN
    )
    findings = made.facts.tables["finding"]
    column = findings.column("detail").values
    assert any("telnetd" in str(detail) for detail in column)
    assert "S3cr3tWord" not in repr(column)


@pytest.mark.parametrize("command", ["/data/user.sh", "/bin/sh /data/user.sh", "vendord -d"])
def test_what_a_program_outside_the_tree_starts_is_not_known(command: str) -> None:
    made = assemble(tree(f"::respawn:{command}\n"), BUILTIN).facts.attributes
    assert not {"iface.telnet_present", "iface.ftp_present", "iface.open_tcp_ports"} & set(made)
    both = assemble(tree(f"::respawn:{command}\n::respawn:/usr/sbin/telnetd\n"), BUILTIN).facts.attributes
    assert both["iface.telnet_present"].value is True
    here = assemble(tree(f"::respawn:{command}\n", **{"/data/user.sh": b"#!/bin/sh\n", "/sbin/vendord": ELF}), BUILTIN)
    assert here.facts.attributes["iface.ftp_present"].value is False


@pytest.mark.parametrize(
    "line", ['eval "$(nvram get rc_startup)"', "nvram get x | sh", "eval `nvram get x`", "wget -O- u | /bin/sh"]
)
def test_what_a_script_runs_without_being_read_is_not_known(line: str) -> None:
    script = f"#!/bin/sh\n{line}\n".encode()
    made = assemble(tree("::sysinit:/etc/rcS\n", **{"/etc/rcS": script}), BUILTIN).facts.attributes
    assert not {"iface.telnet_present", "iface.ftp_present", "iface.open_tcp_ports"} & set(made)
    plain = b'#!/bin/sh\neval "export A=$B"\necho a | grep b\n'
    known = assemble(tree("::sysinit:/etc/rcS\n", **{"/etc/rcS": plain}), BUILTIN).facts.attributes
    assert known["iface.ftp_present"].value is False
