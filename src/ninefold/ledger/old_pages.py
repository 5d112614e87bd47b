"""What a database keeps of rows that were deleted: free pages, a write-ahead log, dead rows. It must not linger."""

from django.db import connection, transaction


def overwrite_deleted(*tables: str) -> None:
    """What this transaction deletes is overwritten (SQLite), and its remains in these tables go once it is done."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
    transaction.on_commit(lambda: forget_old_pages(*tables), robust=True)


def forget_old_pages(*tables: str) -> None:
    """Empty the write-ahead log (SQLite), or the dead rows of these tables (PostgreSQL); in no transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        elif tables:
            cursor.execute(f"VACUUM {', '.join(map(connection.ops.quote_name, tables))}")
