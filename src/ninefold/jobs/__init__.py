"""Work that nobody waits for: jobs with retries, acts that fall due, and the bell after a commit.

In come a job or a due moment, each written in the caller's transaction. Out go calls of plain functions, each told
the time. A job runs at least once; a due slot is queued exactly once. Nothing above the cellar is imported here.
"""
