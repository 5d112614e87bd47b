"""Ninefold: diplomacy on several tracks at once, with a record that nobody can rewrite."""
