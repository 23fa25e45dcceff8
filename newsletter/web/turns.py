"""One request that may change something is answered at a time, whichever page or hook it came to.

SQLite lets one writer in at a time anyhow, and whoever finds it taken sleeps up to a tenth of a second before asking
again. Eight answers that write one right after the other would keep out a mailing that leaves beside them.
"""

from threading import Lock

WRITING = Lock()
