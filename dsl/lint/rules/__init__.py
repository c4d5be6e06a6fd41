"""One file for each rule of the linter; the registry lists them."""
