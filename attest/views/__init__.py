"""Documents made from a result, each in a form that somebody else reads."""
