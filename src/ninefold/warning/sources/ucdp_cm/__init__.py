"""State-based conflict deaths per country and month, by the Uppsala Conflict Data Program."""
