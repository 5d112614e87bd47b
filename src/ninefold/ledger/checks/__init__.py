"""The parts of the check: what was found, the entries, the tree. `check.py` runs them."""
