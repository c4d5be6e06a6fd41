"""The JSON form of rule files, and their text again."""
