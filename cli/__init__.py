"""The command line: opens files, calls the other packages, prints what they found."""
