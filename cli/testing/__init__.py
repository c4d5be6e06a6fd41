"""The command that runs the tests of rules."""
