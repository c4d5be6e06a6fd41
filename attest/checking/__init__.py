"""The checks of a verifier by subject; `attest.verify` runs them in their order."""
