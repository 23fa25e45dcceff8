"""Agreeing and sending: drafts for comment, approval, covers, and the page before an issue leaves."""
