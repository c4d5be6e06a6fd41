"""The rule language: text, syntax tree, names, types and the intermediate form (IR)."""
