"""`rulewright lint`: what the compiler says of rule files, and what compiles and is still not well.

Guarantees: every file that is named is judged, or there is a diagnostic and exit code 2; findings are in order of place, the same
in every run on the same day; `--fix` writes a file whole or not at all.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import msgspec

from rulewright.cli import exits
from rulewright.cli.authors import lint_fixes
from rulewright.cli.authors.lint_choice import Choice, choice
from rulewright.cli.authors.lint_judging import Judge
from rulewright.cli.authors.lint_targets import STDIN, Target, targets
from rulewright.cli.check import as_of_day, deliver
from rulewright.cli.days import text as day_text
from rulewright.cli.diagnostics_formats import render
from rulewright.cli.options import Request
from rulewright.cli.overwriting import overwriting
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.streams import paint_for, paint_for_file, say
from rulewright.cli.text import plural
from rulewright.diagnostics import Diagnostic, Severity
from rulewright.dsl.lint import Options


class Outcome(msgspec.Struct):
    """What became of all files."""

    findings: list[Diagnostic] = []
    texts: dict[str, bytes] = {}
    files: int = 0
    fixes: int = 0
    fixed_files: int = 0
    problems: list[Diagnostic] = []
    differences: list[str] = []


def run(request: Request) -> int:
    """Judge, fix where asked, report; return the exit code."""
    wanted = choice(request)
    as_of = as_of_day(request)
    if isinstance(as_of, Diagnostic):
        return refuse([as_of])
    if isinstance(wanted, list):
        return refuse(wanted)
    files, problems = targets(request, day_text(as_of))
    problems = problems or _misused(request, files)
    if problems:
        return refuse(problems)
    made = _judged(request, files, wanted, as_of)
    code = _shown(request, made)
    show(made.problems, made.texts)
    if "quiet" not in request.flags:
        say(_summary(made, diff="diff" in request.flags))
    if code or (made.problems and any(p.is_error for p in made.problems)):
        return code or exits.BAD_INPUT
    code = _code(made.findings, wanted)
    return exits.BLOCKED if code == exits.OK and made.differences else code


def _misused(request: Request, files: Sequence[Target]) -> list[Diagnostic]:
    """Options that do not go together, or would lose something."""
    if "unsafe_fixes" in request.flags and not {"fix", "diff"} & request.flags:
        return [problem("RW0005", "`--unsafe-fixes` goes with `--fix` or `--diff`", "add one of them")]
    writes = "fix" in request.flags and "diff" not in request.flags
    if writes and any(f.path == STDIN for f in files):
        return [problem("RW0005", "stdin is no file that can be changed", "name the file, or use `--diff`")]
    shipped = [f.name for f in files if not f.path]
    if writes and shipped:
        message = f"`{shipped[0]}` is shipped with Rulewright and is not changed"
        return [problem("RW0005", message, "name a file of your own, or use `--diff`")]
    return [flaw for file in files for flaw in overwriting(request, file.rules)][:1]


def _judged(request: Request, files: Sequence[Target], wanted: Choice, as_of: int) -> Outcome:
    """Judge every file, and fix it where that is asked for."""
    remarked: dict[str, tuple[Diagnostic, ...]] = {}
    if "analyse" in request.flags:
        from rulewright.cli.authors.lint_remarks import remarks

        remarked = {file.name: remarks(file, wanted.rules, as_of) for file in files}
    together = {file.name: file.rules.texts[file.name] for file in files}
    judge = Judge(wanted.rules, Options(as_of, wanted.expiry_days), _least(wanted), together, remarked)
    made = Outcome(files=len(files))
    for file in files:
        found = judge.findings(file)
        made.texts.update(file.rules.texts)
        if {"fix", "diff"} & request.flags:
            found = _fixed(request, file, judge, found, made)
        made.findings += (d for d in found if d not in made.findings)
    return made


def _least(wanted: Choice) -> Severity:
    """From which severity on the compiler is heard."""
    if wanted.persona == "ci":
        return Severity.WARNING if wanted.deny_warnings else Severity.ERROR
    return Severity.NOTE


def _fixed(
    request: Request, file: Target, judge: Judge, found: tuple[Diagnostic, ...], made: Outcome
) -> tuple[Diagnostic, ...]:
    """Fix one file, or show how; what is found afterwards, or still."""
    fixed = lint_fixes.fixed(file, judge, found, unsafe="unsafe_fixes" in request.flags)
    made.problems += [fixed.problem] if fixed.problem is not None else []
    if not fixed.count:
        return found
    if "diff" in request.flags:
        made.differences.append(lint_fixes.difference(file, fixed))
    elif (wrong := lint_fixes.write(file, fixed)) is not None:
        made.problems.append(wrong)
        return found
    else:
        made.texts[file.name] = fixed.text
    made.fixes += fixed.count
    made.fixed_files += 1
    return found if "diff" in request.flags else fixed.findings


def _shown(request: Request, made: Outcome) -> int:
    """Write the findings, or the differences (errors then go to stderr); an exit code where that fails."""
    form, path = request.one("format") or "terminal", request.one("output")
    if "diff" in request.flags:
        show((d for d in made.findings if d.is_error), made.texts)
        return deliver("".join(made.differences), path, utf8=True)
    paint = paint_for_file() if path else paint_for(sys.stdout)
    return deliver(render(form, made.findings, made.texts, paint), path, utf8=form not in {"terminal", "concise"})


def _summary(made: Outcome, *, diff: bool) -> str:
    """One line for a person."""
    counts = [(s.value, sum(d.severity is s for d in made.findings)) for s in Severity]
    said = ", ".join(plural(n, word, f"{word}s") for word, n in counts if n)
    files = plural(made.files, "file", "files")
    lines = [f"{said or 'nothing to remark'} in {files}"]
    safe = sum(d.fix is not None and d.fix.safe for d in made.findings)
    unsafe = sum(d.fix is not None and not d.fix.safe for d in made.findings)
    if made.fixes:
        verb = "would be fixed" if diff else "fixed"
        lines.append(f"{made.fixes} {verb} in {plural(made.fixed_files, 'file', 'files')}")
    elif safe:
        lines.append(f"{safe} can be fixed with --fix")
    if unsafe and not made.fixes:
        lines.append(f"{unsafe} {'more ' if safe else ''}with --fix --unsafe-fixes")
    return "; ".join(lines)


def _code(found: Sequence[Diagnostic], wanted: Choice) -> int:
    """2 where something does not compile, 1 where a finding blocks."""
    if any(d.is_error and not d.code.startswith("RW07") for d in found):
        return exits.BAD_INPUT
    warned = wanted.deny_warnings and any(d.severity is Severity.WARNING for d in found)
    return exits.BLOCKED if warned or any(d.is_error for d in found) else exits.OK
