"""The layout of rule files: the one way in which they are written."""
