"""Blobs: bytes kept under the hash of what they are, once, whoever brings them.

In comes a stream of bytes with a bound; out goes its digest, under which the same bytes come back. It knows no record,
no reader and no name of a file: rooms keep those, with who may see them. Encryption at rest follows later.
"""
