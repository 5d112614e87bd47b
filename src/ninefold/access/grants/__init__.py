"""What of this room lets somebody in or read, and which entries say so: the check of the log holds each row to them."""

from ninefold.access.grants import circles, credentials, directories, granted, released, vaults

__all__ = ["circles", "credentials", "directories", "granted", "released", "vaults"]
