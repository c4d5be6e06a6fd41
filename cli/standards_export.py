"""`rulewright standards export ID…`: see `standards_exchange`."""

from rulewright.cli.standards_exchange import export as run

__all__ = ["run"]
