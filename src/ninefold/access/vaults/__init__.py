"""What a vault is made of, with no server in it: shares of a key, the vault's file, sealed items.

Bytes and texts in, bytes and texts out. The commands and the pages' scripts do the same to the byte.
"""
