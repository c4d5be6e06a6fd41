"""The linter: one file for each rule."""
