"""Check IoT products against security requirements written as rules.

Guarantees: importing this package imports nothing else and does no work.
It does not re-export the parts; import `rulewright.engine`, `rulewright.dsl` and so on.
"""

__version__ = "0.1.0"
"""Version of the distribution; the language and the result format have their own."""
