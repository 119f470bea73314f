"""What was found in the texts of one mail, kept while it is read, so that each text is asked each question once."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, TypeVarTuple

Found = TypeVar("Found")
More = TypeVarTuple("More")
#: Letters of texts that are kept, each text as often as it is asked; no honest mail reaches it.
_MOST_LETTERS = 400_000
_NOTHING = object()


class Memory:
    """The answers about the texts of one mail; it lives as long as the mail is read, and forgets all when it is full."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Hashable, str], Any] = {}
        self._letters = 0

    def once(self, question: Hashable, find: Callable[[str, *More], Found], text: str, *more: *More) -> Found:
        """What is found in a text, found now or before; the question tells what else it depends on, the answer is not to be changed."""
        kept = self._kept.get((question, text), _NOTHING)
        if kept is not _NOTHING:
            return kept  # type: ignore[no-any-return]  # the question tells what is found
        found = find(text, *more)
        self._letters += len(text)
        if self._letters > _MOST_LETTERS:
            self._kept.clear()
            self._letters = len(text)
        self._kept[question, text] = found
        return found
