"""The answer to "What survives a crash?": backups, restores, and what a person or a whole node takes along.

Tables and files go in; encrypted copies come out, for k of n custodians. A restored copy signs nothing that others
would see as a second history, and nothing that had ended or been erased comes back. It never keeps a custodian's key.
"""
