"""The components of a product as questions to feeds.

Guarantees: every component gives questions or a reason why none can be asked, or both; a component is asked for by its package
URL in its own ecosystem, by its CPE under all names of the product, by its hashes, and, where nobody keeps its packages, by
its name alone, which is never more than a hint.
It asks nothing itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from rulewright.facts.identity import cpe, purl
from rulewright.facts.identity.purl import Purl
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Table
from rulewright.threats import aliases, changelog, keys
from rulewright.threats.distributions import RELEASE_PROPERTIES, SOURCE_PROPERTIES, VERSION_PROPERTIES, package_of
from rulewright.threats.feeds.names import rest_of, version_of
from rulewright.threats.versions import order, scheme_of

FIXES = "rulewright:changelog-fixes"
"""Property: identifiers of vulnerabilities that the packager fixed in this version."""
CHANGELOG = "rulewright:changelog"
"""Property: the text of the packager's changelog up to this version."""
_PROPERTIES = frozenset({*SOURCE_PROPERTIES, *VERSION_PROPERTIES, *RELEASE_PROPERTIES, FIXES, CHANGELOG})
_NAMELESS = frozenset(
    {
        "generic",
        "swid",
        "yocto",
        "bitbake",
        "opkg",
        "docker",
        "oci",
        "github",
        "git",
        "gitlab",
        "bitbucket",
        "sourceforge",
    }
)
"""Types of purls that no advisory database keeps by package: what they hold is known by its upstream name."""


class Ask(msgspec.Struct, frozen=True, gc=False):
    """One question: key, version, and how an answer would count.

    `own` says that the version is one of the key's own ecosystem or distribution; `loose` that the key is only a name.
    """

    key: str
    by: str
    version: str
    release: str = ""
    rest: tuple[str, ...] = ()
    own: bool = True
    loose: bool = False


class Subject(msgspec.Struct, frozen=True, gc=False):
    """A component: its row, its questions, why it cannot be looked up (empty where it can), and what was fixed in it.

    `fixes` maps identifiers to where that is said.
    """

    row: int
    asks: tuple[Ask, ...]
    reason: str = ""
    fixes: Mapping[str, str] = {}
    distributed: bool = False


def subjects(facts: ProductFacts, covers: frozenset[str]) -> list[Subject]:
    """All components of a product; `covers` is what the feeds at hand cover."""
    table = facts.tables.get("component")
    if table is None:
        return []
    properties = _properties(facts.tables.get("property"))
    hashes = _hashes(facts.tables.get("hash")) if "hash" in covers else {}
    patched = table.column("fixes")
    cells = [_texts(table, field) for field in ("purl", "cpe", "version", "name")]
    maker = _Maker(covers)
    found = []
    for row, (stated, name, version, title) in enumerate(zip(*cells, strict=True)):
        made = maker.subject(row, (stated, name, version, title), properties.get(row, {}), hashes.get(row, ()))
        if patched.codes[row] >= 0:
            listed = patched.values[patched.codes[row]]
            told = {
                changelog.normal(str(i)): "a patch of the component's pedigree resolves it" for i in _members(listed)
            }
            made = msgspec.structs.replace(made, fixes={**told, **made.fixes})
        found.append(made)
    return found


def _members(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _texts(table: Table, field: str) -> list[str]:
    """A column of texts, empty where nothing is known."""
    column = table.column(field)
    values = [value if isinstance(value, str) else "" for value in column.values]
    values.extend([""] * 8)  # the codes of states look up from the end
    return [values[code] for code in column.codes]


def _properties(table: Table | None) -> dict[int, dict[str, str]]:
    """The properties that matter here, by component."""
    if table is None or not table.rows:
        return {}
    names, values = table.column("name"), table.column("value")
    wanted = {code for code, value in enumerate(names.values) if value in _PROPERTIES}
    if not wanted:
        return {}
    found: dict[int, dict[str, str]] = defaultdict(dict)
    owned = table.relation("component")
    for component, row in zip(owned.parents, owned.children, strict=True):
        if names.codes[row] in wanted and values.codes[row] >= 0:
            name, value = str(names.values[names.codes[row]]), str(values.values[values.codes[row]])
            before = found[component].get(name)
            found[component][name] = f"{before}\n{value}" if before else value
    return found


def _hashes(table: Table | None) -> dict[int, tuple[str, ...]]:
    """The keys of the components' hashes."""
    if table is None:
        return {}
    algorithms, values = _texts(table, "algorithm"), _texts(table, "value")
    found: dict[int, list[str]] = defaultdict(list)
    owned = table.relation("component")
    for component, row in zip(owned.parents, owned.children, strict=True):
        if algorithms[row] and values[row]:
            found[component].append(keys.digest(algorithms[row], values[row]))
    return {row: tuple(listed) for row, listed in found.items()}


class _Maker:
    """Makes the questions of components, one after the other."""

    def __init__(self, covers: frozenset[str]) -> None:
        self._covers = covers
        self._sound: dict[str, Callable[[str], bool]] = {}

    def subject(
        self, row: int, texts: tuple[str, str, str, str], properties: Mapping[str, str], hashes: Sequence[str]
    ) -> Subject:
        """A component as questions; the texts are its package URL, CPE, version and name."""
        stated, name, version, title = texts
        asks = [Ask(key, "hash", version) for key in hashes] if hashes else []
        why = ""
        distributed = False
        upstream = version
        if stated:
            read = purl.parse(stated)
            if read is None:
                why = "its package URL cannot be read"
            else:
                distributed = read.type in keys.DISTRIBUTIONS
                made, upstream, why = self._of_purl(read, version, properties)
                asks += made
        if name:
            made, doubt = self._of_cpe(name, upstream)
            asks += made
            why = why or doubt
        if not stated and not name:
            why = "it has neither a package URL nor a CPE" + ("" if hashes else " nor a known hash")
            asks += self._by_name((title,), version)
        reason = "" if self._able(asks) else why or self._why(asks)
        return Subject(row, tuple(asks), reason, _fixes(properties) if properties else {}, distributed)

    def _able(self, asks: Iterable[Ask]) -> bool:
        """Whether the answer to any question would be worth something."""
        return any(
            not ask.loose and keys.covered(ask.key, ask.release, self._covers) and self._sounds(ask) for ask in asks
        )

    def _of_purl(self, read: Purl, version: str, properties: Mapping[str, str]) -> tuple[list[Ask], str, str]:
        """Questions by package URL, the upstream version, and why there can be none."""
        stated = read.version or version
        if read.type in keys.DISTRIBUTIONS:
            package = package_of(
                read if read.version else msgspec.structs.replace(read, version=version or None), properties
            )
            pairs = zip(package.keys, package.versions, strict=True)
            asks = [Ask(key, "purl", each, package.release) for key, each in pairs]
            asks += self._by_name(package.names, package.upstream, own=False)
            return asks, package.upstream, ""
        asks = [Ask(keys.of_purl(read), "purl", stated)]
        if read.type not in _NAMELESS:
            return asks, stated, ""
        asks += self._by_name((read.name,), stated)
        return asks, stated, f"`pkg:{read.type}` names no ecosystem in which advisories are kept"

    def _of_cpe(self, name: str, version: str) -> tuple[list[Ask], str]:
        read = cpe.read(name)
        if read is None or read.values[2] in {cpe.ANY, cpe.NA}:
            return [], "its CPE cannot be read" if read is None else "its CPE names no product"
        stated = version_of(read)
        # The packager's version in a CPE is not the product's.
        chosen = version if version and stated.startswith(version) else stated or version
        rest = rest_of(read)
        return [
            Ask(key, "cpe", chosen, rest=rest, own=False) for key in aliases.same(keys.product(*read.values[1:3]))
        ], ""

    def _by_name(self, names: Iterable[str], version: str, *, own: bool = True) -> list[Ask]:
        """Questions by the upstream product's name: under its CPE where the table knows it, else by name alone.

        A name without a version is not asked for: what it might be is told by the reason.
        """
        asks: list[Ask] = []
        for name in names if version else ():
            known = aliases.product_of(name)
            if known:
                asks += [Ask(key, "cpe", version, own=own) for key in aliases.same(known)]
            elif len(name) > 2:
                asks.append(Ask(keys.bare(name), "cpe", version, own=own, loose=True))
        return asks

    def _sounds(self, ask: Ask) -> bool:
        """Whether there is a version, and it is one."""
        kind = ask.key.partition("/")[0]
        sound = self._sound.get(kind)
        if sound is None:
            sound = self._sound[kind] = _judge(kind)
        return sound(ask.version)

    def _why(self, asks: list[Ask]) -> str:
        """Why none of the questions can be answered."""
        sound = [a for a in asks if not a.loose]
        if not any(a.version for a in sound):
            return "it has no version"
        covered = [a for a in sound if keys.covered(a.key, a.release, self._covers)]
        if covered:
            ask = covered[0]
            kind = ask.key.partition("/")[0]
            if kind in _NAMELESS:
                return f"`pkg:{kind}` names no ecosystem in which advisories are kept"
            return f"`{ask.version[:60]}` is no version that can be compared ({kind})"
        if not sound:
            return "nothing identifies it"
        what, release = keys.coverage(sound[0].key), sound[0].release
        return f"no feed covers `{what}`" + (f" {release}" if release and what in self._covers else "")


def _judge(kind: str) -> Callable[[str], bool]:
    """What tells whether a version can be compared under keys of a kind."""
    if kind == "hash":
        return lambda _: True
    if kind in _NAMELESS:
        return lambda _: False
    readable = order("generic" if kind == "cpe" else scheme_of(kind)).readable
    return lambda version: bool(version) and readable(version)


def _fixes(properties: Mapping[str, str]) -> dict[str, str]:
    """What the packager says is fixed."""
    found = dict.fromkeys(sorted(changelog.fixed(properties.get(CHANGELOG, ""))), "the packager's changelog says so")
    return found | dict.fromkeys(sorted(changelog.listed(properties.get(FIXES, ""))), f"the property `{FIXES}` says so")
