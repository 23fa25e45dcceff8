"""How a reply's card looks on a terminal."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from newsletter.services.inbox.cards import Card


def print_line(card: "Card") -> None:
    """One reply in a list."""
    click.echo(f"{click.style(f'{card.number:>5}', bold=True)}  {card.at:%d %b}  {card.state}: {card.understood}")
    quote = card.quotes[0] if card.quotes else ""
    if quote:
        click.echo(f"       “{' '.join(quote.split())[:160]}”")
    for line in filter(None, (*card.warnings, card.would, card.why_not and f"Why not by itself: {card.why_not}")):
        click.echo(f"       {line}")


def print_card(card: "Card") -> None:
    """One reply with everything."""
    click.echo(click.style(f"Reply {card.number}: {card.state}", bold=True))
    click.echo(f"From {card.sender}, {card.at:%d %B %Y %H:%M}: {card.subject}\n")
    for line in card.words.splitlines():
        click.echo(f"    {line}")
    click.echo(f"\n{card.understood}")
    for quote in card.quotes:
        click.echo(f"  “{' '.join(quote.split())}”")
    undo = card.undo and f"Undo: {card.undo[0].lower()}{card.undo[1:]}"
    why_not = card.why_not and f"Why a person decides: {card.why_not}"
    for text in filter(None, (*card.warnings, card.untouched, card.would, undo, why_not, *card.done)):
        click.echo(text)
    if card.choices:
        click.echo("You can say: " + ", ".join(f"{choice.key} ({choice.words})" for choice in card.choices))
