"""The inbox: mail that comes back, kept, understood, and acted on as far as the inbox is trusted.

A mail goes `arriving` (kept, once) -> `reading` (what it is) -> `proposing` (what to do) -> `handling` (done, suggested
or left alone, in one transaction with its mark). People decide in `desk`, by the words of `cards`.
"""
