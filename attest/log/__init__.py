"""Transparency logs in plain folders: C2SP signed notes, checkpoints, tiles, cosignatures, proofs; and their audit."""
