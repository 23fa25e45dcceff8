"""Finds people by what staff remember of them: the beginning of an address, its domain, a name, a body."""

from django.db.models import QuerySet

from newsletter.models import Subscriber

_LAST = "\U0010ffff"  # sorts after every letter


def find_people(words: str, *, body: str = "", status: str = "") -> QuerySet[Subscriber]:
    """People in the order of their addresses.

    The beginning of an address is found by its index; a name, or a domain written as `@example.org`, by looking through
    the list, which takes as long as the list is.
    """
    people = Subscriber.objects.order_by("address_compared")
    people = people.filter(body=body) if body else people
    people = people.filter(status=status) if status else people
    words = " ".join(words.split())
    if not words:
        return people
    if words.startswith("@"):
        return people.filter(address_compared__endswith=words.lower())
    begins = words.lower()
    by_address = people.filter(address_compared__gte=begins, address_compared__lt=begins + _LAST)
    return by_address if by_address.exists() or "@" in words else people.filter(name__icontains=words)
