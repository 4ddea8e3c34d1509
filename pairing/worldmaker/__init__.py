"""Made worlds of any size for measuring: rows by the million, written by set-based SQL (architecture.md §3, exception).

It is the one place outside the workflow engine that writes states, and it writes the record of them too.
"""
