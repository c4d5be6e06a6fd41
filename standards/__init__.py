"""The requirement database as packaged data: read it with `importlib.resources`."""
