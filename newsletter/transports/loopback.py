"""Whether a host is this computer: what goes there crosses no network."""

import ipaddress


def is_loopback(host: str) -> bool:
    """True for `localhost` and for a loopback address; another name may lead anywhere, today or tomorrow."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
