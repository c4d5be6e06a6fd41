"""What a policy says of a product, in the one form in which all engines are compared.

Guarantees: `digest` depends on rules, verdicts and element ids only, in a fixed order.  In the *full* form a rule has one
of four verdicts and lists the elements that fail and those that are unknown; in the *deny* form, which is what peers'
authors write today, it says only what surely fails.
What it does not do: compute answers (`oracle`, `ours` and the peers do).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Idiom = Literal["full", "deny"]
Verdict = Literal["pass", "fail", "unknown", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict on one rule, with the ids of elements that fail and of those that are unknown, sorted.

    Only quantifiers `every` and `no` that are applicable name elements.
    """

    verdict: Verdict
    fail: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


Answers = Mapping[str, Answer]


def digest(answers: Answers, idiom: Idiom, rules: Iterable[str] | None = None) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the answers to `rules` (all without)."""
    total = hashlib.sha256(idiom.encode())
    for rule in sorted(answers) if rules is None else sorted(rules):
        answer = answers[rule]
        if idiom == "full":
            line = f"{rule}|{answer.verdict}|{','.join(answer.fail)}|{','.join(answer.unknown)}\n"
        else:
            line = f"{rule}|{'fail' if answer.verdict == 'fail' else '-'}|{','.join(answer.fail)}\n"
        total.update(line.encode())
    return total.hexdigest()[:16]
