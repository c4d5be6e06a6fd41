"""A number that is missing in a series of clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for module in subject.modules:
        if module.head.kind != "standard":
            continue
        items = [r for r in module.items if isinstance(r, tree.Requirement)]
        ids = {r.id.text for r in items} | module.broken
        for prefix, numbers in _series(items).items():
            inside = range(min(numbers), max(numbers))
            missing = [n for n in inside if n not in numbers and not _begun(f"{prefix}{n}", ids)]
            if 0 < len(missing) <= len(numbers) // 3:
                after = numbers[min(n for n in numbers if n > missing[0])]
                names = ", ".join(f"`{prefix}{n}`" for n in missing)
                yield Found(
                    after.id.at, f"there is no rule for {names}", "write it, or say in a comment why there is none"
                )


def _series(items: list[tree.Requirement]) -> dict[str, dict[int, tree.Requirement]]:
    """Requirements by what stands before the last number of their ids, and by that number."""
    found: dict[str, dict[int, tree.Requirement]] = {}
    for item in items:
        numbered = _NUMBERED.fullmatch(item.id.text)
        if numbered is not None:
            found.setdefault(numbered[1], {})[int(numbered[2])] = item
    return {prefix: numbers for prefix, numbers in found.items() if len(numbers) > 1}


def _begun(name: str, ids: frozenset[str] | set[str]) -> bool:
    """Whether an id goes on after this one: `4.3.1`, `4.3-a`, `4.3a`."""
    return any(i.startswith(name) and not i[len(name) : len(name) + 1].isdecimal() for i in ids)


_NUMBERED = re.compile(r"(.*?)(\d{1,6})")


RULE = Rule(
    code="RW0721",
    name="gap-in-clauses",
    severity=Severity.NOTE,
    persona="auditor",
    category="requirement",
    summary="A standard whose clauses are numbered, with a number left out: a clause without a rule, perhaps.",
    rationale="A clause that nobody wrote a rule for is never failed. A clause that was withdrawn, or binds no product, deserves a comment.",
    avoid="""\
standard acme.base edition "1" {
  requirement "4.1" shall { title "There is no telnet service" severity high check not iface.telnet_present }
  requirement "4.2" shall { title "It is not reachable" severity high check not iface.ssh_present }
  requirement "4.4" shall { title "There is a network" severity high check product.internet_connectable }
  #           ^^^^^
}

test "4.1" { given { iface.telnet_present = true } expect fail }
test "4.2" { given { iface.ssh_present = true } expect fail }
test "4.4" { given { product.internet_connectable = false } expect fail }
""",
    prefer="""\
standard acme.base edition "1" {
  requirement "4.1" shall { title "There is no telnet service" severity high check not iface.telnet_present }
  requirement "4.2" shall { title "It is not reachable" severity high check not iface.ssh_present }
  requirement "4.3" shall { title "There is a network" severity high check product.internet_connectable }
}

test "4.1" { given { iface.telnet_present = true } expect fail }
test "4.2" { given { iface.ssh_present = true } expect fail }
test "4.3" { given { product.internet_connectable = false } expect fail }
""",
    find=_find,
)
