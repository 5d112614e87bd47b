"""The command line: `ninefold ROOM VERB`. It decides nothing; commands act as the holder of a token or key file."""
