"""Independent judges of identity: dpkg itself, and the libraries packaging, univers and license-expression.

Guarantees: the same questions every time (fixed seeds); `None` where the judge is absent.
"""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import product
from typing import TYPE_CHECKING, Any

from rulewright.facts.identity import licenses, versions
from tests.facts.identity.verdicts import UNEXPLAINED, Outcome, outcome

if TYPE_CHECKING:
    from tests.facts.identity.suites import Pair

SIGNS = ((-1, "lt"), (0, "eq"), (1, "gt"))


def generated(pieces: list[str], count: int, longest: int = 6) -> Iterator[tuple[str, str]]:
    """Give pairs of texts made of pieces; half of the pairs differ in one piece only, where orders are decided."""
    dice = random.Random(20260801)
    for _ in range(count):
        left = [dice.choice(pieces) for _ in range(dice.randint(1, longest))]
        right = list(left)
        if dice.random() < 0.5:
            right[dice.randrange(len(right))] = dice.choice(pieces)
        else:
            right = [dice.choice(pieces) for _ in range(dice.randint(1, longest))]
        yield "".join(left), "".join(right)


DEBIAN = ["0", "1", "9", "10", "01", "a", "b", "Z", "rc", "~", "~~", "+", ".", ".", "-", "-1", "1:", "ubuntu", "dfsg"]


def dpkg(count: int) -> Outcome | None:
    """Compare with `dpkg --compare-versions`."""
    if shutil.which("dpkg") is None:
        return None
    failed, put = [], 0
    for left, right in generated(DEBIAN, count):
        answer = versions.compare("deb", left, right)
        if answer is None or "-" in (left[0], right[0]):  # dpkg would read an option
            continue
        put += 1
        word = dict(SIGNS)[answer]
        done = subprocess.run(["dpkg", "--compare-versions", left, word, right], check=False, capture_output=True)
        if done.returncode:
            failed.append((UNEXPLAINED, f"{left} {word} {right}"))
    return outcome(put, failed)


PYTHON = [
    "0",
    "1",
    "2",
    "10",
    ".0",
    ".1",
    "a",
    "b1",
    "rc",
    "rc2",
    ".dev",
    ".dev3",
    ".post",
    ".post2",
    "-1",
    "1!",
    "+a",
    "+1.b",
    "v",
    "c1",
]


def packaging(count: int) -> Outcome | None:
    """Compare with the library that pip uses: the order, and which texts are versions."""
    from packaging.version import InvalidVersion, Version

    def key(text: str) -> Version | None:
        try:
            return Version(text)
        except InvalidVersion:
            return None

    failed = []
    for left, right in generated(PYTHON, count):
        one, two = key(left), key(right)
        theirs = None if one is None or two is None else (one > two) - (one < two)
        if versions.compare("pypi", left, right) != theirs:
            failed.append((UNEXPLAINED, f"{left} {right}"))
    return outcome(count, failed)


UNIVERS = {
    "apk": "apk", "alpm": "alpm", "cargo": "cargo", "composer": "composer", "conan": "conan", "deb": "deb", "gem": "gem",
    "golang": "golang", "maven": "maven", "npm": "npm", "nuget": "nuget", "pypi": "pypi", "rpm": "rpm",
}  # fmt: skip


def univers(cases: list[tuple[str, Pair]]) -> dict[str, Outcome]:
    """Compare with univers, scheme by scheme, on the pairs of the published suites."""
    from univers.version_range import RANGE_CLASS_BY_SCHEMES

    groups: dict[str, tuple[int, list[tuple[str, str]]]] = {}
    for _, case in cases:
        if case.scheme not in UNIVERS:
            continue
        ours = versions.compare(case.scheme, case.left, case.right)
        made: Any = RANGE_CLASS_BY_SCHEMES[UNIVERS[case.scheme]].version_class
        theirs = _univers(made, case)
        count, failed = groups.setdefault(case.scheme, (0, []))
        groups[case.scheme] = (count + 1, failed)
        if ours != theirs:
            failed.append((_univers_reason(case, ours, theirs), str(case)))
    return {scheme: outcome(count, failed) for scheme, (count, failed) in sorted(groups.items())}


def _univers(made: Callable[[str], Any], case: Pair) -> int | None:
    try:
        left, right = made(case.left), made(case.right)
        return int(left > right) - int(left < right)
    except Exception:  # noqa: BLE001 - univers raises many kinds
        return None


def _univers_reason(case: Pair, ours: int | None, theirs: int | None) -> str:
    if ours in case.right_answers:
        return "univers refuses a version." if theirs is None else "univers contradicts the suite."
    if ours is None:
        return "univers orders what is no version here (see the suites)."
    return "Neither or only univers agrees with the suite (see there)."


def license_expressions() -> Outcome | None:
    """Compare with license-expression, which cyclonedx-python-lib and scancode use: which texts are valid."""
    from license_expression import ExpressionError, get_spdx_licensing

    reader = get_spdx_licensing()
    atoms = (
        "MIT",
        "GPL-2.0-only",
        "GPL-2.0+",
        "Apache-2.0 WITH LLVM-exception",
        "LicenseRef-x",
        "mit",
        "WITH",
        "AND",
        "Nope",
    )
    texts = [f"{a} {op} {b}" for a, op, b in product(atoms, ("AND", "OR", "WITH", "and", ""), atoms)]
    texts += [f"({a} OR {b}) AND {c}" for a, b, c in product(atoms[:6], repeat=3)]
    failed = []
    for text in texts:
        try:
            theirs = not reader.validate(text).errors
        except (ExpressionError, Exception):  # noqa: BLE001 - the library raises more than its own errors
            theirs = False
        if licenses.is_valid(text) is not theirs:
            failed.append((_license_reason(text, theirs=theirs), text))
    return outcome(len(texts), failed)


def _license_reason(text: str, *, theirs: bool) -> str:
    if "LicenseRef-x" in text and not theirs:
        return "license-expression does not know LicenseRef: references are only what its caller lists."
    return UNEXPLAINED
