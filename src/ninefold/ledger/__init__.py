"""Ledger. What happened, provably?

In come acts, written by the actions of the rooms above, inside their own transaction. Out go proofs: that an act
is in the log, that the log only ever grew, and what exactly broke where somebody changed it. The public tree holds
keyed commitments only, so it tells nobody who acted, about what or when. This room never changes an entry, never
forgets one without a tombstone, and never signs two different histories.
"""
