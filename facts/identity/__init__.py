"""Names of things: package URLs, CPE, versions, licences, dates, patterns.

Guarantees: pure functions over strings, no file, no socket, no clock. Nothing here raises on any
string; texts longer than `text.MAX_LENGTH` are invalid; the cost is linear in the text.
Not here: deciding what an unreadable name means for a verdict (the engine), or where it stood (the readers).
"""
