"""Care of the data: the whole state (database and uploads) in one file, put back, and proven to be usable.

archive    the file: a ZIP with the dump, the uploads and a manifest with a SHA-256 of every part
census     what a database holds: rows and a checksum of every table, the figures of the statistics
database   connections and programs of PostgreSQL
saving     from the running system into a file
restoring  from a file into a new database, then switched
uploads    the files beside it
drill      a file restored on a throwaway server and compared
nightly    when, where to, and what is kept
"""


class CareError(Exception):
    """Backup, restore or drill cannot go on; the message is a sentence that says why and what to do."""
