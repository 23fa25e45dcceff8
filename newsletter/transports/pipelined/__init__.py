"""SMTP the fast way: pipelined flights over many connections in one thread, on smtplib's handshake.

    replies.py    bytes to replies                      no input or output
    dialogue.py   one connection's conversation         no input or output
      data.py       with DATA, one copy in doubt at most
      chunks.py     with BDAT, a window of copies
    link.py       a dialogue on its socket
    supply.py     envelopes out of the stream
    dialling.py   handshakes in threads, growing delays
    fleet.py      the connections of a route
    loop.py       read, record in one commit, send
    transport.py  the way in

`newsletter/transports/smtp.py` does the same one command at a time; both pass one conformance suite.
"""

from newsletter.transports.pipelined.loop import Limits
from newsletter.transports.pipelined.transport import PipelinedTransport

__all__ = ["Limits", "PipelinedTransport"]
