"""Providers' webhooks: what they say of mails that left, proved by a signature or a shared secret, told to services."""
