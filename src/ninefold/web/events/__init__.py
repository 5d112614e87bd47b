"""Live boards: server-sent events that tell an open page which record changed, never what changed in it.

In come committed entries of the ledger; out goes, to each open board, an event for every entry that its reader may
see. The board then asks for the page again, under the same rules as ever. Nobody learns of an entry that he may not
see, not even by a gap: an event bears the entry's random id, never its serial.

- `change`: `{"room", "act", "kind", "subject"}`, the latter two as in `warning:warning` and `warning:warning:<uuid>`
- `newest`: the same, once, when a board opens without saying what it knows: the newest entry that he may see
- `reload`: what was missed cannot be told any more; load the page again
- `ended`: the session or token has ended; the stream closes
"""
