"""Who may decide, by when?

In come rights (which office may act on which matter, where, from when until when, in which turn); out goes the list of
those who may act now, in turn. The room never decides anything itself, and no right is without an end.
"""
