"""How Django loads the sign-in library."""

from allauth.account.apps import AccountConfig


class Accounts(AccountConfig):  # type: ignore[misc]  # the library publishes no types
    """The library's accounts. Its middleware stands around staff's pages (`guard`), not around everybody's."""

    def ready(self) -> None:
        """The library would ask for its middleware in Django's settings here."""
