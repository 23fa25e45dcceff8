"""The public test collections beside the checkout: the bars that this project holds itself to."""

import pytest
from replies import by_us
from reply_collections import Figure, figures, folder

pytestmark = pytest.mark.skipif(folder() is None, reason="the public collections are not beside the checkout")


@pytest.fixture(scope="module")
def measured() -> dict[str, Figure]:
    return figures(by_us)


@pytest.mark.parametrize("source", ["sisimai-set", "flufl-bounce", "php-bounce-handler"])
def test_failed_addresses_are_found(measured: dict[str, Figure], source: str) -> None:
    assert measured[f"failed address, {source}"].share >= 0.95


@pytest.mark.parametrize("source", ["sisimai-set", "php-bounce-handler"])
def test_dead_addresses_are_told_from_those_that_are_not(measured: dict[str, Figure], source: str) -> None:
    assert measured[f"hard found, {source}"].share >= 0.90
    assert measured[f"soft called hard, {source}"].share <= 0.10


def test_no_persons_mail_is_called_a_machines(measured: dict[str, Figure]) -> None:
    assert measured["human mail called a bounce"].hits == 0
    assert measured["human mail called automatic"].hits == 0


def test_forwards_are_found_with_their_senders(measured: dict[str, Figure]) -> None:
    assert measured["forward: its sender"].share >= 0.94
    assert measured["no forward, called one"].hits == 0


def test_new_words_are_told_from_quoted_ones(measured: dict[str, Figure]) -> None:
    assert measured["new words exactly"].share >= 0.80
