"""Mailings: on their way, held, over; what became of every copy; and what to do when something is wrong."""
