"""The live preview of a draft: a small server for one person on this computer, with no database and no framework.

watching   sees that a file was saved
drafts     reads, renders and checks the issue again; keeps the last version that worked
board      holds the newest state, and wakes whoever waits for it
looks      the ways to look at it; treatments changes the mail for each, dark_mode its colours
page       the page around it; measures weighs the mail
routes     which address answers what; server is the socket
"""

from newsletter.web.preview.server import serve_preview

__all__ = ["serve_preview"]
