"""The kernel: version, options, parameters, modules."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.devices import kernel
from rulewright.devices.model import Findings
from rulewright.devices.starts import starts
from rulewright.devices.tree import of_texts
from rulewright.facts.types import Level
from tests.devices.made import subjects, values

CONFIG = "# Linux/arm 5.10.120 Kernel Configuration\nCONFIG_MMU=y\nCONFIG_MODULES=y\n{}"
APPLIED = {"/etc/inittab": "::sysinit:/sbin/sysctl -p\n", "/sbin/init": "", "/sbin/sysctl": ""}


def detect(files: dict[str, str | bytes], links: dict[str, str] | None = None) -> Findings:
    tree = of_texts(files, links)
    return kernel.detect(tree, starts(tree))


@pytest.mark.parametrize(
    "files",
    [
        {"/boot/config-5.10.120": CONFIG.format("")},
        {"/proc/config.gz": gzip.compress(CONFIG.format("").encode())},
        {"/boot/vmlinux": b"\0junk" + b"IKCFG_ST" + gzip.compress(CONFIG.format("").encode()) + b"IKCFG_ED"},
    ],
)
def test_a_configuration_is_found_in_each_form(files: dict[str, str | bytes]) -> None:
    found = detect(files)
    assert values(found, "os.kernel_version")[0][0] == "5.10.120"
    assert values(found, "bin.aslr_enabled")[0][:2] == (True, "enabled")
    assert values(found, "integrity.module_signing")[0][:2] == (False, "enabled")


def test_nothing_is_said_of_a_kernel_that_is_not_there() -> None:
    assert not detect({"/etc/passwd": ""}).said


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("CONFIG_MODULE_SIG=y\nCONFIG_MODULE_SIG_FORCE=y", [True]),
        ("CONFIG_MODULE_SIG=y\n# CONFIG_MODULE_SIG_FORCE is not set", [False]),
        ("# CONFIG_MODULE_SIG is not set", [False]),
    ],
)
def test_signed_modules_count_when_unsigned_ones_are_refused(options: str, expected: list[bool]) -> None:
    found = detect({"/boot/config-5": CONFIG.format(options)})
    assert [value for value, _, _ in values(found, "integrity.module_signing")] == expected


def test_a_kernel_without_modules_needs_no_signatures() -> None:
    found = detect({"/boot/config-5": "CONFIG_MMU=y\n# CONFIG_MODULES is not set\n"})
    assert not values(found, "integrity.module_signing")


def test_an_argument_enforces_signatures() -> None:
    files: dict[str, str | bytes] = {
        "/boot/config-5": CONFIG.format("CONFIG_MODULE_SIG=y"),
        "/boot/cmdline.txt": "console=ttyS0 module.sig_enforce\n",
    }
    assert values(detect(files), "integrity.module_signing") == [(True, "enabled", "/boot/cmdline.txt#1")]


def test_an_unsigned_module_shows_that_none_need_be() -> None:
    path = "/lib/modules/4.9.1/a.ko"
    assert values(detect({path: b"\x7fELF"}), "integrity.module_signing") == [(False, "enabled", path)]
    assert not values(detect({path: b"\x7fELF~Module signature appended~\n"}), "integrity.module_signing")


def test_randomisation_that_is_switched_off() -> None:
    off = {"/etc/sysctl.conf": "kernel.randomize_va_space = 0\n"}
    assert values(detect({**APPLIED, **off}), "bin.aslr_enabled") == [(False, "enabled", "/etc/sysctl.conf#1")]
    assert values(detect({"/boot/cmdline.txt": "norandmaps"}), "bin.aslr_enabled")[0][0] is False


def test_parameters_that_nothing_applies_are_configured() -> None:
    found = detect({"/etc/sysctl.d/a.conf": "kernel.randomize_va_space=2\n"})
    assert values(found, "bin.aslr_enabled") == [(True, "configured", "/etc/sysctl.d/a.conf#1")]


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({"/etc/sysctl.d/10-a.conf": "kernel/sysrq=1", "/etc/sysctl.d/20-b.conf": "kernel.sysrq=0"}, "0"),
        ({"/usr/lib/sysctl.d/50-a.conf": "kernel.sysrq=1", "/etc/sysctl.d/50-a.conf": "kernel.sysrq=0"}, "0"),
        ({"/usr/lib/sysctl.d/50-a.conf": "kernel.sysrq=0", "/etc/sysctl.conf": "-kernel.sysrq = 1"}, "1"),
        ({"/etc/sysctl.conf": "# kernel.sysrq=0\nkernel.sysrq=1"}, "1"),
    ],
)
def test_the_last_file_wins(files: dict[str, str | bytes], value: str) -> None:
    found = detect({**APPLIED, **files})
    assert [(s, level) for s, level, _ in subjects(found)] == (
        [("kernel parameter", "enabled")] if value == "1" else []
    )


def test_a_command_sets_a_parameter() -> None:
    found = detect(
        {
            "/etc/inittab": "::sysinit:/sbin/sysctl -w kernel.randomize_va_space=0\n",
            "/sbin/init": "",
            "/sbin/sysctl": "",
        }
    )
    assert values(found, "bin.aslr_enabled") == [(False, "enabled", "/etc/inittab#1")]


def test_weak_options_are_rows() -> None:
    found = detect({"/boot/config-5": CONFIG.format("CONFIG_STACKPROTECTOR=y\nCONFIG_DEVKMEM=y\nCONFIG_DEVMEM=y\n")})
    details = " ".join(str(row.fields["detail"]) for row in found.rows)
    assert "CONFIG_DEVKMEM is set" in details
    assert "CONFIG_STRICT_DEVMEM is not set" in details
    assert "CONFIG_STACKPROTECTOR" not in details


def test_measurement_needs_a_policy() -> None:
    assert not values(detect({"/boot/config-5": CONFIG.format("CONFIG_IMA=y")}), "integrity.runtime_measurement")
    files: dict[str, str | bytes] = {
        "/boot/config-5": CONFIG.format("CONFIG_IMA=y"),
        "/boot/cmdline.txt": "ima_policy=tcb",
    }
    assert values(detect(files), "integrity.runtime_measurement")[0][:2] == (True, "enabled")
    assert values(detect({"/boot/config-5": CONFIG.format("")}), "integrity.runtime_measurement")[0][0] is False


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [
            "/boot/config-1",
            "/proc/config.gz",
            "/boot/vmlinux",
            "/etc/sysctl.conf",
            "/boot/cmdline.txt",
            "/boot/grub/grub.cfg",
            "/boot/uEnv.txt",
        ]
    ),
)
def test_any_bytes(data: bytes, path: str) -> None:
    for head in (b"", b"\x1f\x8b", b"IKCFG_ST", b"bootargs=", b"CONFIG_"):
        for said in detect({path: head + data}).said:
            assert said.level >= Level.PRESENT
