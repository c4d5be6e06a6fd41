"""The analyser: what requirements mean together, over all complete products (language reference, section 7)."""
