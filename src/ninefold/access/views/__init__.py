"""Pages of this room. HTTP in, page out; what is allowed is decided by the actions."""
