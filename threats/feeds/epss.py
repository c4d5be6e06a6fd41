"""EPSS scores, as FIRST publishes them (CSV, with a first line that names model and day) or bare.

Guarantees: scores are exact millionths; a line that is no score is a finding; without a day in the first line or the file's
name the scores are not used (RW1405).
Source: FIRST, EPSS data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rulewright.threats.limits import MAX_LINE
from rulewright.threats.model import Fault, Probability
from rulewright.threats.times import day, first_day

_ROW = re.compile(
    r"(CVE-\d{4}-\d{1,19})[,;](\d(?:\.\d{1,12})?(?:[eE]-\d{1,2})?)[,;](\d(?:\.\d{1,12})?(?:[eE]-\d{1,2})?)\s*\Z"
)
_MODEL = re.compile(r"model_version:\s*([^,\s]+)")
_DATE = re.compile(r"score_date:\s*([^,\s]+)")
HEAD = re.compile(rb"#\s*model_version|cve[,;]epss|CVE-\d{4}-\d{1,19}[,;][01][.,;\d]")


class Epss:
    """A reader of lines: `model` and `day` are known once `rows` has begun."""

    def __init__(self, lines: Iterable[str], name: str) -> None:
        self.model = ""
        self.day = first_day(name)
        self.faults: list[Fault] = []
        self._lines = lines

    def rows(self) -> Iterator[Probability]:
        """The scores, line by line."""
        match = _ROW.match
        for number, line in enumerate(self._lines, 1):
            found = match(line) if len(line) <= MAX_LINE else None
            if found:
                score, percentile = millionths(found[2]), millionths(found[3])
                if score <= 1_000_000 and percentile <= 1_000_000:
                    yield Probability(found[1], score, percentile)
                    continue
            self._other(line, number)

    def _other(self, line: str, number: int) -> None:
        text = line.strip()
        if text.startswith("#") and number == 1:
            model, stated = _MODEL.search(text), _DATE.search(text)
            self.model = model[1][:40] if model else ""
            self.day = (day(stated[1]) if stated else None) or self.day
        elif text and not text.lower().startswith("cve,epss") and len(self.faults) < 100:
            self.faults.append(
                Fault("RW1402", "not a score: CVE name, score and percentile between 0 and 1", f":{number}")
            )


def millionths(text: str) -> int:
    """A decimal in millionths, rounded half up."""
    if len(text) == 11 and text[8:] == "000":
        return int(text[0] + text[2:8])
    whole, _, rest = text.partition(".")
    if "e" in text or "E" in text:
        from decimal import ROUND_HALF_UP, Decimal

        return int((Decimal(text) * 1_000_000).to_integral_value(ROUND_HALF_UP))
    digits = (rest + "0000000")[:7]
    return int(whole) * 1_000_000 + (int(digits) + 5) // 10
