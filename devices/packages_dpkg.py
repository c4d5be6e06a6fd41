"""Packages of dpkg and opkg: the same form of database, one paragraph each.

Guarantees: only packages that are installed; licences and changelogs come from the files that the package itself brings; a changelog
counts as evidence of fixes only when its newest entry is of the very version that is installed.  So many bytes of each at most.
Source: deb-control(5), dpkg(1), Debian policy 4.5, 12.5, 12.7; the machine-readable copyright format 1.0; opkg's status file.
"""

from __future__ import annotations

import posixpath
import re
import zlib
from collections.abc import Iterator

from rulewright.devices.model import Noted, Place
from rulewright.devices.os_release import Release
from rulewright.devices.package import Package
from rulewright.devices.tree import Tree

MAX_PACKAGES = 50_000
MAX_PARAGRAPH = 500
MAX_STATUS = 64 * 1024 * 1024
MAX_CHANGELOG = 4 * 1024 * 1024
MAX_COPYRIGHT = 256 * 1024
MAX_ENTRIES = 2000
MAX_FILES = 500_000

_HEAD = re.compile(r"^(\S+) \(([^)\s]+)\)")
_NAMES = re.compile(r"CVE-\d{4}-\d{4,19}|GHSA(?:-[0-9a-z]{4}){3}|\b(?:D[SL]A|USN|RHSA)-\d+", re.IGNORECASE)
_ENTRY = re.compile(r"^\s*[*+-]\s+", re.MULTILINE)
_NAME = re.compile(r"[a-z0-9][a-z0-9+.-]*", re.IGNORECASE)


def dpkg(tree: Tree, of: Release, notes: list[Noted]) -> list[Package]:
    """The packages in dpkg's status file, or in one file each (`status.d`, as in minimal images)."""
    paths = [
        path
        for path in ("/var/lib/dpkg/status", *tree.glob("/var/lib/dpkg/status.d/*"))
        if tree.is_file(path) and not path.endswith(".md5sums")
    ]
    files = _lists(tree, "/var/lib/dpkg/info")
    namespace = of.id if of.id in {"debian", "ubuntu"} else of.id or "debian"
    found = [
        _deb(tree, fields, place, (namespace, of.distro), files)
        for path in paths
        for fields, place in paragraphs(tree, path, notes)
    ]
    return [package for package in found if package is not None][:MAX_PACKAGES]


def opkg(tree: Tree, of: Release, notes: list[Noted]) -> list[Package]:
    """The packages in opkg's status file; one file each where that is missing."""
    folders = ("/usr/lib/opkg", "/var/lib/opkg", "/lib/opkg", "/opt/lib/opkg")
    found: list[Package] = []
    for folder in folders:
        status = f"{folder}/status"
        paths = [status] if tree.is_file(status) else tree.glob(f"{folder}/info/*.control")
        files = _lists(tree, f"{folder}/info") if paths else {}
        for path in paths:
            for fields, place in paragraphs(tree, path, notes):
                if "Status" in fields and "installed" not in fields["Status"].split():
                    continue
                extra = _control(tree, f"{folder}/info/{fields.get('Package', '')}.control") | fields
                if _NAME.fullmatch(extra.get("Package", "")):
                    found.append(_opkg(extra, place, of, files.get(extra["Package"], ())))
    return found[:MAX_PACKAGES]


def _control(tree: Tree, path: str) -> dict[str, str]:
    return next((fields for fields, _ in paragraphs(tree, path, [])), {}) if tree.is_file(path) else {}


def _opkg(fields: dict[str, str], place: Place, of: Release, files: tuple[str, ...]) -> Package:
    return Package(
        type="opkg", namespace=of.id, name=fields["Package"], version=fields.get("Version", ""), place=place,
        architecture=fields.get("Architecture", ""), distro=of.distro, supplier=fields.get("Maintainer", ""),
        license=fields.get("License", ""), homepage=fields.get("URL", ""), description=fields.get("Description", ""),
        depends=_depends(fields.get("Depends", "")), files=files,
    )  # fmt: skip


def _deb(
    tree: Tree, fields: dict[str, str], place: Place, of: tuple[str, str], files: dict[str, tuple[str, ...]]
) -> Package | None:
    name, version = fields.get("Package", ""), fields.get("Version", "")
    status = fields.get("Status", "install ok installed").split()
    if not _NAME.fullmatch(name) or status[-1:] != ["installed"]:
        return None
    source, _, rest = fields.get("Source", name).partition(" ")
    stated = rest.strip("()") or version
    text, at = changelog(tree, name, stated)
    licence, copyrights = copyright_of(tree, name)
    differs = source != name or stated != version
    return Package(
        type="deb", namespace=of[0], name=name, version=version, place=place, architecture=fields.get("Architecture", ""), distro=of[1],
        upstream=(f"{source}@{stated}" if stated != version else source) if differs else "", supplier=fields.get("Maintainer", ""),
        license=licence, copyright=copyrights, homepage=fields.get("Homepage", ""), description=fields.get("Description", ""),
        depends=_depends(fields.get("Depends", "")), files=files.get(name, ()), fixes=text, changelog=at,
    )  # fmt: skip


def paragraphs(tree: Tree, path: str, notes: list[Noted]) -> Iterator[tuple[dict[str, str], Place]]:
    """The paragraphs of a control file: fields with their first line (and what follows, for a description), and where each begins."""
    data = tree.read(path, MAX_STATUS)
    if len(data) == MAX_STATUS:
        notes.append(
            Noted(
                "RW1502",
                f"`{path}` is too long: what follows {MAX_STATUS:,} bytes is left out",
                Place(path),
                severe=True,
            )
        )
    fields: dict[str, str] = {}
    begun = 1
    key = ""
    for number, line in enumerate(data.decode("utf-8", "backslashreplace").splitlines(), 1):
        if not line.strip():
            if fields:
                yield fields, Place(path, begun)
            fields, begun, key = {}, number + 1, ""
        elif line[0] in " \t":
            if key in {"Depends", "Copyright", "License", "Files"} and len(fields.get(key, "")) < 20_000:
                fields[key] += "\n" + line.strip()
        elif ":" in line and len(fields) < MAX_PARAGRAPH:
            key, _, value = line.partition(":")
            fields[key] = value.strip()
    if fields:
        yield fields, Place(path, begun)


def _depends(text: str) -> tuple[str, ...]:
    found = (re.split(r"[\s(:|]", part.strip(), maxsplit=1)[0] for part in text.replace("\n", " ").split(","))
    return tuple(name for name in found if name)[:500]


def _lists(tree: Tree, folder: str) -> dict[str, tuple[str, ...]]:
    """The files of each package, by the `.list` files."""
    found: dict[str, tuple[str, ...]] = {}
    total = 0
    for path in tree.children(folder):
        if path.endswith(".list") and total < MAX_FILES:
            name = posixpath.basename(path)[:-5].partition(":")[0]
            lines = tuple(
                line.partition("\t")[0].rstrip() for line in tree.lines(path) if line.startswith("/") and len(line) > 2
            )
            found[name] = lines
            total += len(lines)
    return found


# --- changelogs -------------------------------------------------------------------------------------------------------------


def changelog(tree: Tree, name: str, version: str) -> tuple[str, Place | None]:
    """The entries of a package's changelog that name vulnerabilities, and its place; nothing where it is of another version."""
    if not tree.is_folder(f"/usr/share/doc/{name}"):
        return "", None
    for ending in ("changelog.Debian.gz", "changelog.Debian", "changelog.gz", "changelog"):
        path = f"/usr/share/doc/{name}/{ending}"
        if not tree.is_file(path):
            continue
        data = tree.read(path, MAX_CHANGELOG)
        text = inflated(data, MAX_CHANGELOG) if data[:2] == b"\x1f\x8b" else data
        shown = text.decode("utf-8", "backslashreplace")
        head = _HEAD.match(shown)
        if head is None or not _same(head[2], version):
            continue
        entries = [entry.partition("\n -- ")[0].strip() for entry in _ENTRY.split(shown) if _NAMES.search(entry)]
        return "\n".join(f"* {entry[:4000]}" for entry in entries[:MAX_ENTRIES]), Place(path)
    return "", None


def inflated(data: bytes, most: int) -> bytes:
    """What is in gzip bytes, up to a bound; what came before an error."""
    try:
        return zlib.decompressobj(31).decompress(data, most)
    except zlib.error:
        return b""


def _same(newest: str, version: str) -> bool:
    """Whether a version is that of the newest entry, rebuilt without a change of source (`+b1`) or not."""
    return (
        newest.partition(":")[2] == version.partition(":")[2]
        if ":" in newest and ":" in version
        else newest in {version, re.sub(r"\+b\d+$", "", version)}
    )


# --- licences ---------------------------------------------------------------------------------------------------------------

_SPDX = {
    "GPL-1": "GPL-1.0-only", "GPL-1+": "GPL-1.0-or-later", "GPL-2": "GPL-2.0-only", "GPL-2+": "GPL-2.0-or-later", "GPL-3": "GPL-3.0-only",
    "GPL-3+": "GPL-3.0-or-later", "LGPL-2": "LGPL-2.0-only", "LGPL-2+": "LGPL-2.0-or-later", "LGPL-2.1": "LGPL-2.1-only",
    "LGPL-2.1+": "LGPL-2.1-or-later", "LGPL-3": "LGPL-3.0-only", "LGPL-3+": "LGPL-3.0-or-later", "AGPL-3": "AGPL-3.0-only",
    "AGPL-3+": "AGPL-3.0-or-later", "Apache-2.0": "Apache-2.0", "Apache-2": "Apache-2.0", "BSD-2-clause": "BSD-2-Clause", "BSD-3-clause": "BSD-3-Clause",
    "Expat": "MIT", "MIT": "MIT", "ISC": "ISC", "Zlib": "Zlib", "zlib": "Zlib", "MPL-2.0": "MPL-2.0", "MPL-1.1": "MPL-1.1", "CC0-1.0": "CC0-1.0",
    "CC0": "CC0-1.0", "Artistic-2.0": "Artistic-2.0", "OpenSSL": "OpenSSL", "EPL-1.0": "EPL-1.0", "EPL-2.0": "EPL-2.0", "PSF-2": "PSF-2.0",
    "GFDL-1.3": "GFDL-1.3-only", "GFDL-1.3+": "GFDL-1.3-or-later", "curl": "curl", "X11": "X11", "Unlicense": "Unlicense",
}  # fmt: skip
"""Short names of the copyright format that have an SPDX identifier of the same text."""


def copyright_of(tree: Tree, name: str) -> tuple[str, str]:
    """The licence of a package's files as a whole (`Files: *`) as SPDX expression, and its copyright; empty where it is not so stated."""
    path = f"/usr/share/doc/{name}/copyright"
    if not tree.is_file(path) or b"copyright-format/1" not in tree.read(path, 400):
        return "", ""
    entry = tree.entry(path)
    if entry is None or entry.size > MAX_COPYRIGHT:
        return "", ""
    for fields, _ in paragraphs(tree, path, []):
        if fields.get("Files", "").split() == ["*"] and "License" in fields:
            return _expression(fields["License"].partition("\n")[0]), fields.get("Copyright", "").replace("\n", "; ")[
                :500
            ].strip("; ")
    return "", ""


def _expression(text: str) -> str:
    """`GPL-2+ and Expat or Apache-2.0` in SPDX's words; empty where one of the names has no identifier."""
    parts = re.split(r"\s+(and|or)\s+", text.strip(), flags=re.IGNORECASE)
    found = [part.upper() if part.lower() in {"and", "or"} else _SPDX.get(part, "") for part in parts]
    if "" in found or len(found) > 41 or ("," in text):
        return ""
    return " ".join(found) if not ("AND" in found and "OR" in found) else ""
