"""How a device is updated: by which mechanism, whether what it installs is signed, and over which transport.

Guarantees: a mechanism counts as one in use when its program is in the tree with its configuration (these programs run on demand,
so no start chain leads to them); with its configuration alone it is `configured`.  Each mechanism is a scope of its own: where
two disagree, both are said.  An address of an update that some file names, read by nobody who is known, is `configured`.
What it does not do: prove that a signature check works; judge keys (`devices.keys`).
Sources: the manuals of RAUC (system.conf), SWUpdate (swupdate.cfg), Mender (mender.conf), opkg, apk, apt-secure(8), sources.list(5).
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from rulewright.devices.linked import found_program
from rulewright.devices.model import Findings, Place, Said, Start
from rulewright.devices.tree import Tree
from rulewright.devices.update_addresses import addresses
from rulewright.devices.update_feeds import feeds
from rulewright.facts.types import Level, Value

_SECTION = re.compile(r"^\s*\[([^\]]+)\]\s*$")


class Mechanism(msgspec.Struct):
    """One way of updating; its statements are attribute (without `update.`), value, place, text."""

    scope: str
    level: Level
    start: Start | None = None
    says: list[tuple[str, Value, Place, str]] = []

    def say(self, attribute: str, place: Place, text: str, *, value: Value) -> None:
        """Add a statement."""
        self.says.append((attribute, value, place, text))


def detect(tree: Tree, started: Sequence[Start]) -> Findings:
    """All mechanisms of a tree, and addresses of updates in its settings and scripts."""
    found = Findings()
    mechanisms = [one for read in (_rauc, _swupdate, _mender) if (one := read(tree, started)) is not None]
    for one in mechanisms:
        for attribute, value, place, text in one.says:
            found.said.append(
                Said(
                    attribute=f"update.{attribute}",
                    value=value,
                    level=one.level,
                    place=place,
                    text=text,
                    scope=one.scope,
                    chain=one.start.chain if one.start else (),
                )
            )
    found.said += feeds(tree, started)
    found.said += addresses(tree, {place.path for one in mechanisms for _, _, place, _ in one.says}, found.rows)
    return found


def in_use(tree: Tree, started: Sequence[Start], *names: str) -> tuple[Level, Start | None]:
    """How surely a program on demand is in use: enabled when it is there; the surest command that starts it."""
    runs = [start for start in started if any(posixpath.basename(word) in names for word in start.words[:2])]
    best = max(runs, key=lambda start: start.level, default=None)
    there = any(found_program(tree, name) for name in names)
    level = Level.ENABLED if there else Level.CONFIGURED
    return max(level, best.level if best else level), best


def setting(path: str, settings: dict[tuple[str, str], tuple[str, int]], section: str, key: str) -> tuple[str, Place]:
    """A value of an ini file, and its place; empty and the file where it is not given."""
    value, line = settings.get((section, key), ("", 0))
    return value, Place(path, line)


def ini(tree: Tree, path: str) -> dict[tuple[str, str], tuple[str, int]]:
    """The settings of an ini file: section and key -> value and line."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    section = ""
    for number, line in enumerate(tree.lines(path), 1):
        text = line.strip()
        head = _SECTION.match(text)
        if head:
            section = head[1]
        elif "=" in text and not text.startswith(("#", ";")):
            key, _, value = text.partition("=")
            found[section, key.strip()] = (value.strip().strip('"'), number)
    return found


# --- RAUC -------------------------------------------------------------------------------------------------------------------


def _rauc(tree: Tree, started: Sequence[Start]) -> Mechanism | None:
    """RAUC takes no bundle that its keyring does not verify; without a keyring it takes none at all."""
    path = next(
        (p for p in ("/etc/rauc/system.conf", "/run/rauc/system.conf", "/usr/lib/rauc/system.conf") if tree.is_file(p)),
        "",
    )
    if not path:
        return None
    level, start = in_use(tree, started, "rauc")
    made = Mechanism("rauc", level, start, [])
    settings = ini(tree, path)
    made.say("supported", Place(path), "RAUC", value=True)
    _keyring(tree, made, path, settings)
    slots = [section for section, key in settings if section.startswith("slot.") and key == "device"]
    booted = {
        section.split(".")[1]
        for section, key in settings
        if section.startswith("slot.") and key == "bootname" and section.count(".") > 1
    }
    classes = {name for name in booted if sum(one.split(".")[1] == name for one in slots) > 1}
    loader, place = setting(path, settings, "system", "bootloader")
    if slots:
        good = bool(classes) and loader not in {"", "noop"}
        text = f"{len(slots)} slots, loader `{loader[:20]}`" + ("" if good else ": no second one to boot from")
        made.say("failsafe", place, text, value=good)
    lowest, place = setting(path, settings, "system", "min-bundle-version")
    if lowest:
        made.say("anti_rollback", place, f"no bundle before {lowest[:40]}", value=True)
    key, place = setting(path, settings, "encryption", "key")
    if key:
        made.say("image_encrypted", place, "bundles in the format `crypt` can be read", value=True)
    certificate, place = setting(path, settings, "streaming", "tls-cert")
    if certificate:
        made.say("device_authenticates_to_server", place, "streaming with a client certificate", value=True)
    insecure, place = setting(path, settings, "streaming", "tls-no-verify")
    if insecure.lower() in {"1", "true", "yes"}:
        made.say("transport_encrypted", place, "the server's certificate is not checked", value=False)
    _hawkbit(tree, started, made)
    return made


def _keyring(tree: Tree, made: Mechanism, path: str, settings: dict[tuple[str, str], tuple[str, int]]) -> None:
    named, place = setting(path, settings, "keyring", "path")
    folder, at = setting(path, settings, "keyring", "directory")
    if not named and not folder:
        made.say("signature_verified", Place(path), "no keyring", value=False)
        return
    where = named or folder
    whole = where if where.startswith("/") else posixpath.join(posixpath.dirname(path), where)
    there = tree.is_file(whole) if named else bool(tree.children(whole))
    formats, _ = setting(path, settings, "system", "bundle-formats")
    loose = formats and "plain" in formats.split() and "-plain" not in formats.split()
    text = (
        f"keyring `{where[:80]}`"
        + ("" if there else " (not in the tree)")
        + ("; bundles of the format `plain` are taken" if loose else "")
    )
    if there:
        made.say("signature_verified", place if named else at, text, value=True)
    if there and not loose and formats:
        made.say("toctou_safe", Place(path), f"bundle-formats={formats[:60]}", value=True)


def _hawkbit(tree: Tree, started: Sequence[Start], made: Mechanism) -> None:
    """RAUC's client of a hawkBit server."""
    path = "/etc/rauc-hawkbit-updater/config.conf"
    if not tree.is_file(path):
        return
    settings = ini(tree, path)
    plain, place = setting(path, settings, "client", "ssl")
    made.say("transport_encrypted", place, f"hawkBit, ssl={plain[:10] or 'true'}", value=plain.lower() != "false")
    unverified, place = setting(path, settings, "client", "ssl_verify")
    if unverified.lower() == "false":
        made.say("transport_encrypted", place, "the server's certificate is not checked", value=False)
    if (
        ("client", "auth_token") in settings
        or ("client", "gateway_token") in settings
        or ("client", "ssl_cert") in settings
    ):
        made.say("device_authenticates_to_server", Place(path), "token or certificate for hawkBit", value=True)
    if in_use(tree, started, "rauc-hawkbit-updater")[1] is not None:
        made.say("automatic_capable", Place(path), "rauc-hawkbit-updater", value=True)


# --- SWUpdate ---------------------------------------------------------------------------------------------------------------

_SW = re.compile(r"^\s*([a-z][a-z-]*)\s*[=:]\s*(\"[^\"]*\"|[^;,]+)")


def _swupdate(tree: Tree, started: Sequence[Start]) -> Mechanism | None:
    """SWUpdate: a key in the configuration or on the command line; its own parts say how images are fetched."""
    path = next((p for p in ("/etc/swupdate.cfg", "/etc/swupdate/swupdate.cfg") if tree.is_file(p)), "")
    level, start = in_use(tree, started, "swupdate")
    program = found_program(tree, "swupdate")
    if not path and not program:
        return None
    made = Mechanism("swupdate", level if path or start else Level.PRESENT, start, [])
    place = Place(path or program)
    options = dict(_sw_options(tree, path))
    words = [*(start.words if start else ()), *_sw_arguments(tree)]
    made.say("supported", place, "SWUpdate", value=True)
    key = options.get("public-key-file") or options.get("ca-path")
    given = next((b for a, b in pairwise(words) if a in {"-k", "--key"}), "")
    if key or given:
        made.say(
            "signature_verified",
            key[1] if key else place,
            f"public key `{(key[0] if key else given)[:80]}`",
            value=True,
        )
    elif path or start:
        made.say("signature_verified", place, "no public key is given", value=False)
    limit = options.get("no-downgrading")
    if limit or "-N" in words or "--no-downgrading" in words:
        made.say("anti_rollback", limit[1] if limit else place, "no-downgrading", value=True)
    if "aes-key-file" in options or "-K" in words:
        made.say("image_encrypted", place, "a key for encrypted images is given", value=True)
    for name in ("url", "postmountcmd-url"):
        if name in options:
            value, at = options[name]
            made.say("transport_encrypted", at, "the server's address", value=value.startswith("https:"))
    if "-u" in words or "--suricatta" in words:
        made.say("automatic_capable", place, "suricatta asks a server for updates", value=True)
    return made


def _sw_options(tree: Tree, path: str) -> list[tuple[str, tuple[str, Place]]]:
    found = []
    for number, line in enumerate(tree.lines(path) if path else (), 1):
        match = None if line.lstrip().startswith(("#", "//")) else _SW.match(line[:2000])
        if match:
            found.append((match[1], (match[2].strip().strip('"'), Place(path, number))))
    return found


def _sw_arguments(tree: Tree) -> list[str]:
    """What the files in conf.d add to the command line (`SWUPDATE_ARGS="-k /etc/key.pem"`)."""
    found: list[str] = []
    for pattern in ("/etc/swupdate/conf.d/*", "/usr/lib/swupdate/conf.d/*", "/etc/default/swupdate"):
        for path in tree.glob(pattern):
            for line in tree.lines(path):
                if re.match(r"\s*\w*ARGS\+?=", line):
                    found += line.partition("=")[2].replace('"', " ").replace("'", " ").split()
    return found


# --- Mender -----------------------------------------------------------------------------------------------------------------


def _mender(tree: Tree, started: Sequence[Start]) -> Mechanism | None:
    """Mender: artifacts are verified when keys are configured; a client always signs its requests."""
    files = [
        p
        for p in ("/etc/mender/mender.conf", "/var/lib/mender/mender.conf", "/data/mender/mender.conf")
        if tree.is_file(p)
    ]
    settings: dict[str, tuple[object, Place]] = {}
    for path in files:
        try:
            read = json.loads("\n".join(tree.lines(path)))
        except (ValueError, RecursionError):
            continue
        if isinstance(read, dict):
            settings |= {str(key): (value, Place(path)) for key, value in read.items()}
    if not files:
        return None
    level, start = in_use(tree, started, "mender", "mender-update", "mender-auth")
    made = Mechanism("mender", level, start, [])
    here = Place(files[0])
    made.say("supported", here, "Mender", value=True)
    keys = settings.get("ArtifactVerifyKeys") or settings.get("ArtifactVerifyKey")
    made.say(
        "signature_verified",
        keys[1] if keys else here,
        "ArtifactVerifyKey" if keys else "no ArtifactVerifyKey",
        value=bool(keys and keys[0]),
    )
    url = settings.get("ServerURL")
    if url and isinstance(url[0], str):
        skipped = settings.get("SkipVerify")
        unchecked = bool(skipped and skipped[0] is True)
        text = "ServerURL" + (", certificate not checked" if unchecked else "")
        made.say("transport_encrypted", url[1], text, value=url[0].startswith("https:") and not unchecked)
    if "RootfsPartA" in settings:
        made.say("failsafe", settings["RootfsPartA"][1], "RootfsPartA, RootfsPartB", value="RootfsPartB" in settings)
    seconds = settings.get("UpdatePollIntervalSeconds")
    if seconds and type(seconds[0]) is int and 0 < seconds[0] < 10**9:
        made.say(
            "check_interval_hours", seconds[1], f"UpdatePollIntervalSeconds {seconds[0]}", value=-(-seconds[0] // 3600)
        )
    made.say("device_authenticates_to_server", here, "Mender's clients sign their requests", value=True)
    if start is not None:
        made.say("automatic_capable", here, "mender runs as a service", value=True)
    return made
