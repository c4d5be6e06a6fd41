"""What an editor asks of a rule file: pure answers about a text and a place in it."""
