"""From `--policy` words to the rule texts that take part: the policies named, all they use, and the vocabularies.

Guarantees: only what takes part is read, so the digest of these texts is the digest of the run's rules; a word that
names nothing, or two editions, is a diagnostic with what is close.  Of one id and edition the user's own files come first, then what lies
next to them (with the same bytes, where a pack that is locked has it, too), the packs that are locked, what is shipped, and last what installed
Python packages bring.  A pack that nothing uses changes nothing: its vocabularies count where one of its modules takes part.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import msgspec

from rulewright.cli import library
from rulewright.cli.library import Module
from rulewright.cli.packages import locked
from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic


class Rules(msgspec.Struct):
    """The rule texts of a run by name, and the names of those to evaluate."""

    texts: dict[str, bytes] = {}
    roots: list[str] = []
    problems: list[Diagnostic] = []
    shelf: list[Module] = []


def gather(
    wanted: Sequence[str], day: str = "", *, near: Sequence[Module] = (), packs: locked.Shelf | None = None
) -> Rules:
    """Read the policies and everything that they use.

    Of a standard named without its edition, the newest one that is in force on `day` (ISO text) is taken.  `near` are modules that come
    before all packs; `packs` take the place of those that are locked where we are.
    """
    rules = Rules()
    found = locked.shelf() if packs is None else packs
    if found.problems:  # a lock in doubt: nothing is evaluated with other rules than those locked
        return Rules(problems=list(found.problems))
    for word in dict.fromkeys(wanted):
        if os.path.exists(word) or word.endswith(".rw") or os.sep in word:
            _take_file(rules, word)
        else:
            _take_id(rules, word, day, (*found.modules, *library.shipped()))
    rules.shelf += (*near, *found.modules, *library.shipped())
    _take_vocabularies(rules)
    _take_used(rules)
    rules.problems += _shadowed(rules, found)
    return rules


def gather_text(name: str, data: bytes, near: Mapping[str, bytes], folder: str) -> Rules:
    """What a text takes part with, as if it lay in a folder, beside the texts `near` by name: for one that is being edited."""
    rules = Rules(texts={**near, name: data}, roots=[name])
    found = locked.shelf(folder)
    rules.problems += found.problems
    for other, text in rules.texts.items():
        rules.shelf += library.heads(text, other, other)
    rules.shelf += (*found.modules, *library.shipped())
    _take_vocabularies(rules)
    _take_used(rules)
    rules.problems += _shadowed(rules, found)
    return rules


def _shadowed(rules: Rules, packs: locked.Shelf) -> list[Diagnostic]:
    """Modules that come from a file which nobody named, and are in a locked pack with another text."""
    kept = {(module.id, module.edition): module for module in packs.modules}
    found: list[Diagnostic] = []
    for module in rules.shelf if kept else ():
        other = kept.get((module.id, module.edition))
        near = module.held is None and not module.shipped and module.name not in rules.roots
        if near and other is not None and rules.texts.get(module.name, other.held) != other.held:
            message = f"`{module.id}@{module.edition}` is in `{module.name}` and, with another text, in the locked `{other.name}`"
            hint = "name the file that is meant, give the module another edition, or remove one of them"
            found.append(problem("RW4216", message, hint))
    return list(dict.fromkeys(found))


def _take_file(rules: Rules, path: str) -> None:
    """Read a policy file, and look at what lies next to it."""
    try:
        with open(path, "rb") as stream:
            data = stream.read()
        rules.shelf += library.heads(data, path, path)
        rules.shelf += library.neighbours(path)
    except OSError as error:
        rules.problems.append(unreadable(path, error))
        return
    rules.texts[path] = data
    rules.roots.append(path)


def unreadable(path: str, error: OSError) -> Diagnostic:
    """Say why a file cannot be read."""
    if isinstance(error, IsADirectoryError):
        return problem("RW0003", f"`{path}` is a folder", "name the files in it")
    why = (
        "does not exist"
        if isinstance(error, FileNotFoundError)
        else f"cannot be read: {(error.strerror or '').lower()}"
    )
    return problem("RW0003", f"`{path}` {why}")


def _take_id(rules: Rules, wanted: str, day: str, shelf: Sequence[Module]) -> None:
    """Read a standard or policy of the packs that are locked, that is shipped, or that is installed."""
    found = library.find(shelf, wanted)
    if not found and not rules.problems:
        brought = _installed(rules)
        found = library.find(brought, wanted)
        rules.shelf += brought if found else ()
    origins = {module.name.partition("@")[0] if module.held is not None else "" for module in found}
    if len(origins) > 1:  # whose newest edition is meant is never guessed: a pack takes the place of nothing in silence
        listed = ", ".join(sorted({f"`{module.id}@{module.edition}`" for module in found}))
        message = f"`{wanted}` is in several packs, or in a pack and among what is shipped"
        rules.problems.append(problem("RW0004", message, f"name the edition: {listed}"))
        return
    if found:
        chosen = library.edition_for(found, day)
        rules.texts[chosen.name] = library.read(chosen)
        if chosen.name not in rules.roots:
            rules.roots.append(chosen.name)
        return
    name = wanted.partition("@")[0]
    editions = sorted(m.edition for m in library.find(shelf, name))
    if editions:
        listed = ", ".join(f"`{name}@{edition}`" for edition in editions)
        message = f"no edition of `{name}` is called `{wanted.partition('@')[2]}`"
        rules.problems.append(problem("RW0004", message, f"there is {listed}"))
        return
    from difflib import get_close_matches

    close = get_close_matches(name, sorted({m.id for m in shelf if m.kind != "vocabulary"}), 1)
    hint = f"did you mean `{close[0]}`?" if close else "`rulewright standards list` shows what is shipped"
    rules.problems.append(problem("RW0004", f"no standard, policy or file is called `{wanted}`", hint))


def _installed(rules: Rules) -> tuple[Module, ...]:
    """The modules that installed Python packages bring; what is wrong with any is told, since the wanted one may be there."""
    from rulewright.cli.packages.installed import installed

    found = installed()
    rules.problems += [each for each in found.problems if each not in rules.problems]
    return found.modules


def _take_vocabularies(rules: Rules) -> None:
    """Read every vocabulary on the shelf but those of packs: attributes are shared by all rules; the user's own come first."""
    seen: set[tuple[str, str]] = set()
    for module in rules.shelf:
        if module.kind == "vocabulary" and module.held is None and (module.id, module.edition) not in seen:
            seen.add((module.id, module.edition))
            _read(rules, module)


def _take_along(rules: Rules) -> list[tuple[str, str]]:
    """Read the vocabularies of the packs of which a module takes part; what they use."""
    used = {
        module.name.partition("/")[0]
        for module in rules.shelf
        if module.held is not None and module.name in rules.texts
    }
    return [
        key
        for module in (rules.shelf if used else ())
        if module.held is not None and module.kind == "vocabulary"
        and module.name.partition("/")[0] in used and module.name not in rules.texts
        for key in library.uses(_read(rules, module))
    ]  # fmt: skip


def _take_used(rules: Rules) -> None:
    """Read what is used, and what that uses; all of the shelf when something is not found, for the did-you-mean."""
    here = {(m.id, m.edition) for name, data in rules.texts.items() for m in library.heads(data, name, name)}
    by_key: dict[tuple[str, str], Module] = {}
    for module in rules.shelf:
        by_key.setdefault((module.id, module.edition), module)
    queue = [key for data in rules.texts.values() for key in library.uses(data)]
    asked = False
    while queue or (queue := _take_along(rules)):
        key = queue.pop()
        if key in here:
            continue
        here.add(key)
        found = by_key.get(key)
        if found is None and not asked:
            asked = True
            brought = _installed(rules)
            by_key = {**{(module.id, module.edition): module for module in reversed(brought)}, **by_key}
            found = by_key.get(key)
            if found is not None:
                rules.shelf += brought
                _take_vocabularies(rules)
        if found is None:
            for other in by_key.values():
                if other.kind == "standard":
                    _read(rules, other)
            return
        queue += library.uses(_read(rules, found))


def _read(rules: Rules, module: Module) -> bytes:
    """Read a module's file into the texts, once."""
    data = rules.texts.get(module.name)
    if data is None:
        try:
            data = library.read(module)
        except OSError as error:
            rules.problems.append(unreadable(module.name, error))
            data = b""
        else:
            rules.texts[module.name] = data
    return data
