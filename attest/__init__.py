"""Results as evidence for others: signed, checked offline, run again to the same bytes."""
