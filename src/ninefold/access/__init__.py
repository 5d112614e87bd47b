"""Who may see?

In come people, audiences, memberships and releases, each with its end. Out go one yes or no for one
record, one SQL filter for lists, and the words of a refusal. It never lets a role read a record,
never tells a reader that other audiences exist, and never keeps an address or a device.
"""
