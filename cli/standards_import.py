"""`rulewright standards import FILE`: see `standards_exchange`."""

from rulewright.cli.standards_exchange import import_ as run

__all__ = ["run"]
