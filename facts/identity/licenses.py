"""Questions about SPDX licence expressions: valid? which ids? allowed? required?

Guarantees: pure, never raises, linear; `None` means that the answer is not known (no expression, or an id that the
SPDX list does not have decides it), so an unreadable licence can never pass.
Does not: know what a licence asks for, or which versions "or later" reaches.

What fits a set of ids: a licence fits when the set names it exactly (`GPL-2.0-only WITH Classpath-exception-2.0`),
names it without its exception (an exception of the SPDX list only adds permission), or names the same version without "or later"
(whoever may choose a later version may choose this one). Deprecated GNU ids equal their successors: `GPL-2.0+` is
`GPL-2.0-or-later`. A LicenseRef fits only itself.
"""

from functools import lru_cache
from typing import assert_never

from rulewright.facts.identity import license_tree
from rulewright.facts.identity.data import spdx_ids
from rulewright.facts.identity.license_tree import And, Expression, Fault, License, Or

_SHORT = 512  # longer texts are parsed each time: a bounded cache holds bounded texts
_GNU = (
    "AGPL-1.0",
    "AGPL-3.0",
    "GFDL-1.1",
    "GFDL-1.2",
    "GFDL-1.3",
    "GPL-1.0",
    "GPL-2.0",
    "GPL-3.0",
    "LGPL-2.0",
    "LGPL-2.1",
    "LGPL-3.0",
)
_SUCCESSORS = {name: f"{name}-only" for name in _GNU} | {f"{name}+": f"{name}-or-later" for name in _GNU}
_WITH = {
    "GPL-2.0-with-autoconf-exception": ("GPL-2.0-only", "Autoconf-exception-2.0"),
    "GPL-2.0-with-bison-exception": ("GPL-2.0-only", "Bison-exception-2.2"),
    "GPL-2.0-with-classpath-exception": ("GPL-2.0-only", "Classpath-exception-2.0"),
    "GPL-2.0-with-font-exception": ("GPL-2.0-only", "Font-exception-2.0"),
    "GPL-2.0-with-GCC-exception": ("GPL-2.0-only", "GCC-exception-2.0"),
    "GPL-3.0-with-autoconf-exception": ("GPL-3.0-only", "Autoconf-exception-3.0"),
    "GPL-3.0-with-GCC-exception": ("GPL-3.0-only", "GCC-exception-3.1"),
}


def parse(text: str) -> Expression | None:
    """Parse an expression; `None` if it is none."""
    tree = _read(text)
    return None if isinstance(tree, Fault) else tree


def problem(text: str) -> Fault | None:
    """Say what is wrong with `text` as an expression of known ids; the position of an unknown id is its first."""
    tree = _read(text)
    if isinstance(tree, Fault):
        return tree
    unknown = next((atom for atom in _atoms(tree) if not atom.known), None)
    if unknown is None:
        return None
    name = unknown.id if not license_tree.license_id(unknown.id)[1] else unknown.exception or ""
    kind = "licence" if name == unknown.id else "exception"
    return Fault(license_tree.position(text, name), f"`{name}` is no SPDX {kind} id")


def is_valid(text: str) -> bool:
    """Whether `text` is an expression in which each id is on the SPDX list or is a reference."""
    return problem(text) is None


def canonical(text: str) -> str | None:
    """Give the expression in the list's spelling with only the parentheses it needs; order is kept."""
    tree = _read(text)
    return None if isinstance(tree, Fault) else to_text(tree)


def to_text(tree: Expression) -> str:
    """Write an expression with only the parentheses it needs."""
    match tree:
        case License(id=name, plus=plus, exception=exception):
            return name + ("+" if plus else "") + (f" WITH {exception}" if exception else "")
        case And(parts=parts):
            return " AND ".join(f"({to_text(part)})" if isinstance(part, Or) else to_text(part) for part in parts)
        case Or(parts=parts):
            return " OR ".join(to_text(part) for part in parts)
        case _:
            assert_never(tree)


def ids(text: str) -> tuple[str, ...] | None:
    """Give the licence ids and references in `text`, canonical, sorted, each once; `None` if it is no expression."""
    tree = _read(text)
    return None if isinstance(tree, Fault) else tuple(sorted({atom.id for atom in _atoms(tree)}))


def exceptions(text: str) -> tuple[str, ...] | None:
    """Give the exceptions in `text`, as `ids` does the licences."""
    tree = _read(text)
    if isinstance(tree, Fault):
        return None
    return tuple(sorted({atom.exception for atom in _atoms(tree) if atom.exception}))


def deprecated_ids(text: str) -> tuple[str, ...] | None:
    """Give the ids in `text` that the SPDX list discourages."""
    found = ids(text)
    return None if found is None else tuple(name for name in found if name in _deprecated())


def is_known_id(text: str) -> bool:
    """Whether `text` alone is an id of the SPDX list or a LicenseRef."""
    return license_tree.license_id(text)[1]


def known_ids() -> tuple[str, ...]:
    """Give every licence id of the SPDX list (for suggestions)."""
    return tuple(spdx_ids.LICENSES.split())


def is_scancode_ref(text: str) -> bool:
    """Whether `text` is a reference into the ScanCode LicenseDB, which BSI TR-03183-2 asks for beside SPDX ids."""
    name, known = license_tree.license_id(text.strip())
    return known and name.lower().startswith("licenseref-scancode-")


def allows(text: str, allowed: frozenset[str]) -> bool | None:
    """Whether some choice among the ORs of `text` fits entirely in `allowed`.

    `None` if `text` is no expression, or if an id unknown to SPDX decides.
    """
    tree = _read(text)
    return None if isinstance(tree, Fault) else _some_choice(tree, _prepared(allowed))


def requires_any(text: str, wanted: frozenset[str]) -> bool | None:
    """Whether every choice among the ORs of `text` needs at least one of `wanted`; `None` as in `allows`."""
    tree = _read(text)
    return None if isinstance(tree, Fault) else _every_choice(tree, _prepared(wanted))


def _some_choice(tree: Expression, fitting: frozenset[str]) -> bool | None:
    match tree:
        case License():
            return _fits(tree, fitting)
        case And(parts=parts):
            return _all([_some_choice(part, fitting) for part in parts])
        case Or(parts=parts):
            return _any([_some_choice(part, fitting) for part in parts])
        case _:
            assert_never(tree)


def _every_choice(tree: Expression, fitting: frozenset[str]) -> bool | None:
    match tree:
        case License():
            return _fits(tree, fitting)
        case And(parts=parts):
            return _any([_every_choice(part, fitting) for part in parts])
        case Or(parts=parts):
            return _all([_every_choice(part, fitting) for part in parts])
        case _:
            assert_never(tree)


def _all(values: list[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def _any(values: list[bool | None]) -> bool | None:
    if True in values:
        return True
    return None if None in values else False


def _fits(atom: License, fitting: frozenset[str]) -> bool | None:
    name, exception = _modern(atom)
    names = [name]
    if name.endswith("-or-later"):
        names.append(name.removesuffix("-or-later") + "-only")
    elif name.endswith("+"):
        names.append(name.removesuffix("+"))
    if exception:
        exact = [f"{each} WITH {exception}" for each in names]
        names = names + exact if license_tree.is_listed_exception(exception) else exact
    if not fitting.isdisjoint(names):
        return True
    return False if atom.known else None


def _modern(atom: License) -> tuple[str, str | None]:
    """Give the id, with `+` if any, and the exception, deprecated ids replaced by their successors."""
    name, exception = _WITH.get(atom.id, (atom.id, atom.exception))
    if atom.plus:
        name = name.removesuffix("-only") + "-or-later" if name.endswith("-only") else f"{name}+"
    return _SUCCESSORS.get(name, name), exception


@lru_cache(maxsize=256)
def _prepared(names: frozenset[str]) -> frozenset[str]:
    """Bring a set's members to the spelling that `_fits` compares; a member that is no single licence fits nothing."""
    ready = set()
    for text in names:
        tree = _read(text)
        if isinstance(tree, License):
            name, exception = _modern(tree)
            ready.add(f"{name} WITH {exception}" if exception else name)
    return frozenset(ready)


def _atoms(tree: Expression) -> list[License]:
    if isinstance(tree, License):
        return [tree]
    return [atom for part in tree.parts for atom in _atoms(part)]


def _read(text: str) -> Expression | Fault:
    return _remembered(text) if len(text) <= _SHORT else license_tree.read(text)


@lru_cache(maxsize=4096)
def _remembered(text: str) -> Expression | Fault:
    return license_tree.read(text)


@lru_cache(maxsize=1)
def _deprecated() -> frozenset[str]:
    return frozenset(spdx_ids.DEPRECATED.split())
