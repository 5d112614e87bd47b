"""What is sealed to k of n keys: a secret in shares, and bytes that only the holders of age keys can open.

Secrets and bytes go in, shares and ciphertext come out. Nothing here keeps a key, reads a clock or knows a table.
"""
