"""The front door: settings, addresses, the base page and what a stranger sees. It decides nothing."""
