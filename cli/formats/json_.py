"""`--format json`: the result itself, `rulewright-result/1`, one line.

Guarantees: canonical bytes of the engine's own encoder; `cli/schemas/rulewright-result-1.schema.json` describes them.
"""

from __future__ import annotations

from rulewright.cli.formats import Options
from rulewright.engine import result


def render(report: result.Report, _options: Options) -> str:
    """Return the JSON text with a final newline."""
    return result.encode(report).decode() + "\n"
