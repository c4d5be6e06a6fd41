"""Typed columnar tables of facts with provenance, and the vocabulary that types them."""
