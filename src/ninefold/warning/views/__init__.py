"""Pages of the room: the board, a country, warnings, data."""
