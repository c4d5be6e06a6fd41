"""The command about packages of rules."""
