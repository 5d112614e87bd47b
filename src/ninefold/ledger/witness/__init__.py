"""A witness for other logs: what it remembers, how it decides, and its door. It needs no workspace and no database.

In come checkpoints of the logs that it was told of. Out go cosignatures: never of a tree that did not grow from the
last one that it cosigned, never of two trees of one size. What it cosigned is on the disk before anybody sees it.
"""
