"""The definitions of the analysis, by brute force: an independent statement that shares no code with `engine.analysis`."""
