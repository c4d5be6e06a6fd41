"""`rulewright explain`: the page of a code or of a rule of the linter, a JSON Schema, or what a requirement asks.

Guarantees: every code that any folder can emit is known here (a test joins the tables); what is not known is answered
with what is close.
"""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module

from rulewright.cli import exits, library
from rulewright.cli.compiling import compile_rules
from rulewright.cli.gathering import gather
from rulewright.cli.options import Request
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.problems import problem, refuse
from rulewright.cli.requirement_page import page
from rulewright.cli.streams import paint_for, put
from rulewright.cli.text import wrap
from rulewright.diagnostics import Code, Diagnostic
from rulewright.dsl import ir

_SCHEMA = "-1.schema.json"
_TRUST = ("declared", "derived", "observed", "signed")
_LEVELS = ("", "present", "configured", "conditional", "enabled", "verified")
FOLDERS = (
    "attest",
    "attest.packages",
    "cli",
    "devices",
    "devices.reports",
    "dsl",
    "dsl.form",
    "dsl.lint",
    "engine",
    "engine.trial",
    "facts",
    "sbom",
    "standards",
    "standards.exchange",
    "threats",
)


def codes() -> dict[str, Code]:
    """Join the tables of all folders, in the order of the codes."""
    joined: dict[str, Code] = {}
    for folder in FOLDERS:
        joined |= import_module(f"rulewright.{folder}.codes").CODES
    return dict(sorted(joined.items()))


def run(request: Request) -> int:
    """Explain every subject; return the exit code."""
    paint = paint_for(sys.stdout)
    pages: list[str] = []
    problems = []
    for subject in request.arguments:
        if subject.startswith("schema:"):
            text = schema(subject)
            pages += [text] if isinstance(text, str) else []
            problems += [] if isinstance(text, str) else [text]
            continue
        found = (
            _code(subject, paint)
            if _is_code(subject)
            else _code(lint_rules().get(subject, ""), paint) or _requirements(subject, request, paint)
        )
        pages += found
        if not found:
            problems.append(_unknown(subject))
    if pages:
        put("\n\n".join(pages) + "\n")
    return refuse(problems) if problems else exits.OK


def lint_rules() -> dict[str, str]:
    """The code of each rule of the linter, by its name."""
    from rulewright.dsl.lint.registry import ALL

    return {rule.name: rule.code for rule in ALL}


def _is_code(subject: str) -> bool:
    """Whether a subject looks like a code."""
    return re.fullmatch(r"[Rr][Ww]\d{1,6}", subject) is not None


def schema(subject: str) -> str | Diagnostic:
    """The JSON Schema that `schema:NAME` names."""
    folder = os.path.join(os.path.dirname(__file__), "schemas")
    names = sorted(
        n.removeprefix("rulewright-").removesuffix(_SCHEMA) for n in os.listdir(folder) if n.endswith(_SCHEMA)
    )
    name = subject.removeprefix("schema:")
    if name not in names:
        from difflib import get_close_matches

        close = get_close_matches(name, names, 1)
        hint = f"did you mean `schema:{close[0]}`?" if close else f"there is {', '.join(names)}"
        return problem("RW0008", f"there is no schema `{name}`", hint)
    with open(os.path.join(folder, f"rulewright-{name}{_SCHEMA}"), encoding="utf-8") as stream:
        return stream.read().rstrip("\n")


def _unknown(subject: str) -> Diagnostic:
    """Say that there is nothing to explain, and what is close."""
    from difflib import get_close_matches

    if _is_code(subject):
        close = get_close_matches(subject.upper(), codes(), 1)
        other = "`rulewright explain RW0002` explains one; all are on the page of diagnostics in the documentation"
        return problem("RW0008", f"there is no code `{subject}`", f"did you mean `{close[0]}`?" if close else other)
    close = get_close_matches(subject.lower(), lint_rules(), 1)
    hint = (
        f"did you mean `{close[0]}`?"
        if close
        else "codes are like RW0002, and requirements are named STANDARD:NAME; see `rulewright standards list`"
    )
    return problem("RW0008", f"there is no code, rule of lint or requirement `{subject}`", hint)


def _code(subject: str, paint: Paint) -> list[str]:
    """Write the page of a code."""
    code = codes().get(subject.upper())
    if code is None:
        return []
    lines = [f"{paint(code.code, Ink.FAIL)}  {paint(code.title, Ink.BOLD)}", "", *wrap(code.page, paint.columns), ""]
    lines += [paint("example", Ink.DIM), *(f"    {line}" for line in code.example.rstrip().splitlines())]
    return ["\n".join(lines)]


def _requirements(subject: str, request: Request, paint: Paint) -> list[str]:
    """Write the pages of all requirements of this name, in shipped packs and named policies."""
    standard, colon, name = subject.rpartition(":")
    words = list(request.many("policy"))
    if not words:
        words = [f"{m.id}@{m.edition}" for m in library.available() if _may_hold(m, standard, name)]
    pages = []
    for word in words:
        rules = gather([word])
        compiled = compile_rules(rules, {}, use_cache="no_cache" not in request.flags)
        if compiled.program is not None:
            pages += [
                _page(found, compiled.program, paint)
                for found in compiled.program.requirements
                if found.id == subject or (not colon and found.id.partition(":")[2] == name)
            ]
    return list(dict.fromkeys(pages))


def _may_hold(module: library.Module, standard: str, name: str) -> bool:
    """Say whether a shipped module can hold a requirement of this name, without parsing it."""
    if module.kind == "vocabulary" or (standard and module.id != standard):
        return False
    return bool(standard) or name.encode() in library.read(module)


def _page(requirement: ir.Requirement, program: ir.Program, paint: Paint) -> str:
    """Write everything about a requirement."""
    place = requirement.place
    edition = next((m.edition for m in program.modules if requirement.id.startswith(f"{m.id}:")), "")
    rows = [
        ("level", f"{requirement.level}, severity {requirement.severity}"),
        ("edition", edition),
        ("clause", requirement.clause),
        ("condition", requirement.condition),
        ("applies when", requirement.applies_text),
        ("refers to", ", ".join(f"{r.standard}:{r.clause} {r.strength}".strip() for r in requirement.refs)),
        ("objective", ", ".join(requirement.objective)),
        ("threats", ", ".join(requirement.threats)),
        *((line.label, line.text) for line in requirement.lines),
        ("evidence", _evidence(requirement.evidence)),
        *(("tailored", f"{t.action}: {t.detail} {t.because}".strip()) for t in requirement.tailored),
        ("fix", requirement.fix),
        ("note", requirement.note),
        ("verified", requirement.source),
        ("source", f"{place.file}:{place.line}"),
    ]
    return page(requirement.id, requirement.title, rows, paint)


def _evidence(evidence: ir.Evidence | None) -> str:
    """Say which evidence counts."""
    if evidence is None:
        return ""
    words = [f"{evidence.need} of {', '.join(evidence.detectors)}" if evidence.detectors else ""]
    words.append(f"not older than {evidence.fresh} days" if evidence.fresh is not None else "")
    words.append(f"at least {_TRUST[evidence.trust]}" if evidence.trust else "")
    words.append(f"from level {_LEVELS[evidence.level]} on" if evidence.level else "")
    return ", ".join(word for word in words if word)
