"""A workspace to try: an invented process, in English and Arabic, over the real series of the warning board.

In comes an empty, migrated database; out goes the Kesh valley talks, entered by the actions that everybody
uses.
It never names a real person, community or party, and never writes into a workspace that holds anything.
"""
