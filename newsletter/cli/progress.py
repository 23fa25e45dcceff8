"""The progress bar of a mailing: sent, waiting, sent back, can't tell, rate, time left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from newsletter.services.receipts import Receipt


class _Rate(ProgressColumn):
    """Mails a second."""

    def render(self, task: Task) -> Text:
        """The speed, where there is one yet."""
        return Text(f"{task.speed:,.1f} a second" if task.speed else "")


@contextmanager
def progress_bar() -> Iterator[Callable[[Receipt], None]]:
    """A bar on standard error; where that is no terminal, nothing is drawn."""
    columns = (TextColumn("{task.description}"), BarColumn(), _Rate(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Sending", total=None)

        def show(receipt: Receipt) -> None:
            done = receipt.chosen - receipt.open
            bar.update(task, total=receipt.chosen, completed=done, description=words_of(receipt))

        yield show


def words_of(receipt: Receipt) -> str:
    """How far it got, in one short line."""
    told = [f"{receipt.count('accepted'):,} accepted", f"{receipt.open:,} waiting"]
    told += [f"{part.count:,} {part.words}" for part in receipt.parts if part.key in ("refused", "in_doubt")]
    return ", ".join(told)
