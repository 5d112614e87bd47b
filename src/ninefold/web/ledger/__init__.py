"""The pages of the ledger: every act that the reader may see, the state of the log, and how each entry is matched.

They stand at the door and not in the ledger, because they ask `access` who may see; the ledger knows no other room.
"""
