"""Where the newest draft hangs: one thread pins it up, many read it or wait for the next."""

import time
from dataclasses import replace
from threading import Condition

from newsletter.web.preview.drafts import Draft


class Board:
    """The newest draft. `viewed` is the variant that somebody looked at last, so that it is rendered first."""

    def __init__(self, draft: Draft) -> None:
        """Begin with a draft."""
        # Counting from the clock, so that a page of an earlier run sees that this is another.
        self._draft = replace(draft, number=int(time.time() * 1000))
        self._changed = Condition()
        self._closed = False
        self.viewed = ""

    @property
    def newest(self) -> Draft:
        """The draft as it is now."""
        return self._draft

    @property
    def closed(self) -> bool:
        """Whether nothing more will come."""
        return self._closed

    def publish(self, draft: Draft) -> None:
        """Pin up a draft and wake everybody who waits."""
        with self._changed:
            self._draft = replace(draft, number=self._draft.number + 1)
            self._changed.notify_all()

    def wait_for_other(self, number: int, seconds: float) -> Draft | None:
        """The newest draft as soon as it has another number; None when the time is up or the board is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._draft.number != number, seconds)
            return None if self._closed or self._draft.number == number else self._draft

    def close(self) -> None:
        """Wake everybody who waits, for good."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
