"""The kernel: its version, what it was configured with, and the parameters that keep attackers at bay.

Guarantees: a setting that the tree does not show is not guessed, but for one: address randomisation is on in every kernel with
an MMU unless something switches it off, so it is said to be on where a kernel configuration is there to prove the MMU.
What it does not do: unpack kernel images (a configuration inside one is found only where it is not compressed again).
Sources: the kernel's Documentation/admin-guide (sysctl/kernel.rst, kernel-parameters.txt, module-signing.rst), security/self-protection.rst.
"""

from __future__ import annotations

import posixpath
import re
import zlib
from collections.abc import Sequence

import msgspec

from rulewright.devices.bootargs import Argument, arguments
from rulewright.devices.model import Findings, Place, Row, Said, Start
from rulewright.devices.settings import finding
from rulewright.devices.sysctls import Parameter, parameters
from rulewright.devices.tree import Tree
from rulewright.facts.types import Level

STANDS = Level.ENABLED
"""The level of what holds for the image as it is."""
MAX_CONFIG = 4 * 1024 * 1024
MAX_MODULES = 5000

CONFIGS = (
    "/boot/config-*",
    "/boot/config",
    "/proc/config.gz",
    "/lib/modules/*/config",
    "/usr/lib/modules/*/config",
    "/lib/modules/*/build/.config",
)
IMAGES = ("/boot/vmlinux*", "/lib/modules/*/kernel/kernel/configs.ko", "/usr/lib/modules/*/kernel/kernel/configs.ko")
_HEAD = re.compile(r"^# Linux/\S+ (\S+) Kernel Configuration")
_BANNER = re.compile(rb"Linux version (\d+\.\d+[\w.+~-]*) \(")
_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?(?:[-.+~]\w[\w.+~-]*)?")

WANTED = {
    "STACKPROTECTOR": "no stack protector in the kernel",
    "STRICT_KERNEL_RWX": "kernel code can be written to",
    "RANDOMIZE_BASE": "the kernel's own address is not random",
    "STRICT_DEVMEM": "/dev/mem gives access to all memory",
    "FORTIFY_SOURCE": "no checked string functions in the kernel",
    "HARDENED_USERCOPY": "copies to and from programs are not checked",
    "SECCOMP": "no filter on system calls",
}
"""Options whose absence is a weakness, with what it means (self-protection.rst)."""
UNWANTED = {
    "DEVKMEM": "/dev/kmem gives access to kernel memory",
    "KGDB": "a debugger is in the kernel",
    "PROC_KCORE": "/proc/kcore shows kernel memory",
    "MAGIC_SYSRQ_SERIAL": "the serial line takes system request keys",
    "LEGACY_PTYS": "old pseudo terminals are there",
}
_OLD = {"STACKPROTECTOR": ("CC_STACKPROTECTOR", "STACKPROTECTOR_STRONG"), "STRICT_KERNEL_RWX": ("DEBUG_RODATA",)}


class Config(msgspec.Struct, frozen=True):
    """A kernel's configuration: options without `CONFIG_`, each with its value and place."""

    path: str
    version: str
    options: dict[str, tuple[str, Place]]

    def on(self, *names: str) -> bool:
        """Whether one of these options is built in or a module."""
        return any(self.options.get(name, ("n", None))[0] in {"y", "m"} for name in names)

    def at(self, name: str) -> Place:
        """Where an option stands, or the file."""
        return self.options[name][1] if name in self.options else Place(self.path)


def detect(tree: Tree, started: Sequence[Start]) -> Findings:
    """Version, module signing, address randomisation, measurement; weak options and parameters as rows."""
    found = Findings()
    config = configuration(tree)
    booted = arguments(tree)
    settings = parameters(tree, started)
    version, place = kernel_version(tree, config)
    if version:
        found.said.append(Said(attribute="os.kernel_version", value=version, level=STANDS, place=place))
    _randomised(found, config, booted, settings)
    _signed(tree, found, config, booted)
    _measured(tree, found, config, booted, started)
    if config is not None:
        found.rows += _options(config)
    found.rows += _parameters(settings)
    found.rows += [
        _memory(path)
        for path in ("/dev/mem", "/dev/kmem")
        if (e := tree.entries.get(path)) is not None and e.kind == "device"
    ]
    return found


def configuration(tree: Tree) -> Config | None:
    """The configuration of the tree's kernel: as a file, packed, or in an image that is not packed."""
    for pattern in CONFIGS:
        for path in tree.glob(pattern):
            data = tree.read(path, MAX_CONFIG)
            text = _unpacked(data) if data[:2] == b"\x1f\x8b" else data
            if b"CONFIG_" in text:
                return _read(path, text)
    for pattern in IMAGES:
        for path in tree.glob(pattern):
            data = tree.read(path)
            at = data.find(b"IKCFG_ST")
            text = _unpacked(data[at + 8 : at + 8 + MAX_CONFIG]) if at >= 0 else b""
            if b"CONFIG_" in text:
                return _read(path, text)
    return None


def _unpacked(data: bytes) -> bytes:
    """What is in gzip bytes, up to a bound; nothing where they are broken."""
    try:
        return zlib.decompressobj(31).decompress(data, MAX_CONFIG)
    except zlib.error:
        return b""


def _read(path: str, data: bytes) -> Config:
    options: dict[str, tuple[str, Place]] = {}
    version = ""
    for number, line in enumerate(data.decode("utf-8", "backslashreplace").splitlines(), 1):
        head = _HEAD.match(line)
        if head and not version:
            version = head[1]
        if line.startswith("CONFIG_"):
            key, _, value = line[7:].partition("=")
            options[key] = (value.strip('"'), Place(path, number))
        elif line.startswith("# CONFIG_") and line.endswith(" is not set"):
            options[line[9:-11]] = ("n", Place(path, number))
    return Config(path, version, options)


def kernel_version(tree: Tree, config: Config | None) -> tuple[str, Place]:
    """The version of the kernel: by the folder of its modules, its configuration, or the banner of an image; the first that is there."""
    folders = [
        path
        for pattern in ("/lib/modules/*", "/usr/lib/modules/*")
        for path in tree.glob(pattern)
        if tree.is_folder(path)
    ]
    for path in folders:
        if _VERSION.fullmatch(posixpath.basename(path)):
            return posixpath.basename(path), Place(path)
    if config is not None and config.version:
        return config.version, Place(config.path)
    for pattern in ("/boot/vmlinux*", "/boot/Image*", "/boot/zImage*", "/boot/uImage*"):
        for path in tree.glob(pattern):
            banner = _BANNER.search(tree.read(path))
            if banner:
                return banner[1].decode("ascii", "replace"), Place(path)
    for pattern in ("/boot/vmlinuz-*", "/boot/vmlinux-*", "/boot/config-*"):
        for path in tree.glob(pattern):
            name = posixpath.basename(path).partition("-")[2]
            if _VERSION.fullmatch(name):
                return name, Place(path)
    return "", Place("/")


def _randomised(found: Findings, config: Config | None, booted: list[Argument], settings: dict[str, Parameter]) -> None:
    off = next((one for one in booted if one.name == "norandmaps"), None)
    told = settings.get("kernel.randomize_va_space")
    if off is not None:
        found.said.append(
            Said(attribute="bin.aslr_enabled", value=False, level=STANDS, place=off.place, text="norandmaps")
        )
    elif told is not None:
        on = told.value in {"1", "2"}
        text = f"kernel.randomize_va_space={told.value[:20]}" + (
            " (the heap stays where it is)" if told.value == "1" else ""
        )
        level = told.level if not on or config is None else max(told.level, STANDS)
        found.said.append(
            Said(attribute="bin.aslr_enabled", value=on, level=level, place=told.place, text=text, chain=told.chain)
        )
    elif config is not None and config.on("MMU"):
        text = "the kernel's default with an MMU; nothing in the tree switches it off"
        found.said.append(
            Said(attribute="bin.aslr_enabled", value=True, level=STANDS, place=config.at("MMU"), text=text)
        )


def _signed(tree: Tree, found: Findings, config: Config | None, booted: list[Argument]) -> None:
    """Whether the kernel takes only signed modules."""
    forced = next(
        (one for one in booted if one.name == "module.sig_enforce" and one.value in {"", "1", "y", "Y"}), None
    )
    name = "integrity.module_signing"
    if config is not None:
        if config.on("MODULE_SIG") and (forced or config.on("MODULE_SIG_FORCE", "LOCK_DOWN_KERNEL_FORCE_INTEGRITY")):
            place = forced.place if forced and not config.on("MODULE_SIG_FORCE") else config.at("MODULE_SIG_FORCE")
            found.said.append(
                Said(attribute=name, value=True, level=STANDS, place=place, text="unsigned modules are refused")
            )
        elif config.on("MODULES"):
            text = (
                "modules are signed, but unsigned ones are taken"
                if config.on("MODULE_SIG")
                else "CONFIG_MODULE_SIG is not set"
            )
            found.said.append(Said(attribute=name, value=False, level=STANDS, place=config.at("MODULE_SIG"), text=text))
        return
    for number, entry in enumerate(tree.files()):
        if number > MAX_MODULES * 100:
            break
        if entry.path.endswith(".ko") and "/lib/modules/" in entry.path and entry.size < 16 * 1024 * 1024:
            if not tree.read(entry.path).endswith(b"~Module signature appended~\n"):
                text = "a module without a signature is in the image"
                found.said.append(Said(attribute=name, value=False, level=STANDS, place=Place(entry.path), text=text))
            return


def _measured(
    tree: Tree, found: Findings, config: Config | None, booted: list[Argument], started: Sequence[Start]
) -> None:
    """IMA: in the kernel, and with a policy that something loads."""
    policy = next(
        (one for one in booted if one.name in {"ima_policy", "ima_appraise"} and one.value not in {"", "off"}), None
    )
    file = "/etc/ima/ima-policy"
    systemd = any(
        posixpath.basename(step.place.path) == "systemd" for start in started[:5000] for step in start.chain[:1]
    )
    if config is not None and not config.on("IMA"):
        found.said.append(
            Said(
                attribute="integrity.runtime_measurement",
                value=False,
                level=STANDS,
                place=config.at("IMA"),
                text="CONFIG_IMA is not set",
            )
        )
    elif config is not None and (policy or tree.is_file(file)):
        level = STANDS if policy or systemd else Level.CONFIGURED
        place = policy.place if policy else Place(file)
        found.said.append(
            Said(
                attribute="integrity.runtime_measurement",
                value=True,
                level=level,
                place=place,
                text="IMA with a policy",
            )
        )


def _options(config: Config) -> list[Row]:
    rows = []
    for name, text in WANTED.items():
        if not config.on(name, *_OLD.get(name, ())) and (name != "STRICT_DEVMEM" or config.on("DEVMEM")):
            rows.append(finding("kernel option", STANDS, config.at(name), f"CONFIG_{name} is not set: {text}"))
    for name, text in UNWANTED.items():
        if config.on(name):
            rows.append(finding("kernel option", STANDS, config.at(name), f"CONFIG_{name} is set: {text}"))
    return rows


WEAK = {
    "kernel.kptr_restrict": ({"0"}, "kernel addresses are shown"),
    "kernel.dmesg_restrict": ({"0"}, "everybody reads the kernel's log"),
    "kernel.yama.ptrace_scope": ({"0"}, "programs may be traced by others of the same user"),
    "kernel.unprivileged_bpf_disabled": ({"0"}, "everybody loads BPF programs"),
    "kernel.sysrq": ({"1"}, "all system request keys are on"),
    "net.ipv4.tcp_syncookies": ({"0"}, "a flood of SYN packets fills the queue"),
    "net.ipv4.conf.all.rp_filter": ({"0"}, "packets with forged senders are taken"),
    "net.ipv4.conf.all.accept_redirects": ({"1"}, "ICMP redirects are followed"),
    "net.ipv4.conf.all.accept_source_route": ({"1"}, "source routes are followed"),
    "fs.protected_symlinks": ({"0"}, "links in shared folders are followed"),
    "fs.protected_hardlinks": ({"0"}, "links to others' files can be made"),
    "fs.suid_dumpable": ({"1"}, "programs with special rights leave core dumps for everybody"),
}


def _parameters(settings: dict[str, Parameter]) -> list[Row]:
    rows = []
    for name, (values, text) in sorted(WEAK.items()):
        told = settings.get(name)
        if told is not None and told.value in values:
            rows.append(finding("kernel parameter", told.level, told.place, f"{name}={told.value}: {text}", told.chain))
    return rows


def _memory(path: str) -> Row:
    return finding("memory device", Level.PRESENT, Place(path), f"{path} is in the image")
