"""Requirements in other languages, and policies of other tools as rules."""
