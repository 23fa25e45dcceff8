"""The progress bar of a mailing: sent, waiting, sent back, can't tell."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from newsletter.services.receipts import Receipt


@contextmanager
def progress_bar(total: int) -> Iterator[Callable[[Receipt], None]]:
    """A bar on standard error; where that is no terminal, nothing is drawn."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Sending", total=total)

        def show(receipt: Receipt) -> None:
            bar.update(task, completed=receipt.chosen - receipt.open, description=_words(receipt))

        yield show


def _words(receipt: Receipt) -> str:
    told = [f"{receipt.count('accepted'):,} accepted"]
    told += [f"{part.count:,} {part.words}" for part in receipt.parts if part.key in ("refused", "in_doubt")]
    return ", ".join(told)
