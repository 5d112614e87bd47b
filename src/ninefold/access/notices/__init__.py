"""Notices: "you have an item in Ninefold", and never more. What they say, when they wait, how they travel.

In come a channel that a person turned on and a moment; out goes one message that names no record, room or person. No
table is asked here.
"""
