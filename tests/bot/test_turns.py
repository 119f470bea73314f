"""Work is taken in turn: people first, the bot's bookkeeping soon after, and what queued up together."""

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from bot.turns import MOST_TOGETHER, Turns


class Line:
    """One thread whose first turn waits, so that a queue builds up behind it."""

    def __init__(self, together: Any = None) -> None:
        self.turns = Turns(1, together)
        self.done: list[Any] = []
        self._go, begun = threading.Event(), threading.Event()
        self.turns.submit(lambda: (begun.set(), self._go.wait()))
        begun.wait()

    def queue(self, name: Any, *, deed: Any = None, behind: bool = False) -> Any:
        return self.turns.submit(lambda: self.done.append(name), deed=deed, behind=behind)

    def runs_dry(self) -> list[Any]:
        self._go.set()
        self.turns.close()
        return self.done


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    made.runs_dry()


def test_what_somebody_waits_for_comes_before_bookkeeping(line: Line) -> None:
    line.queue("outbox", behind=True)
    line.queue("click")

    assert line.runs_dry() == ["click", "outbox"]


def test_what_breaks_is_told_to_whoever_asked_and_the_next_goes_on(line: Line) -> None:
    broken = line.turns.submit(lambda: 1 // 0)
    fine = line.turns.submit(lambda: 2)
    line.runs_dry()

    with pytest.raises(ZeroDivisionError):
        broken.result()
    assert fine.result() == 2


def test_nothing_new_is_taken_on_at_the_end(line: Line) -> None:
    line.runs_dry()

    with pytest.raises(RuntimeError, match="nothing new"):
        line.turns.submit(lambda: 1)


def test_deeds_that_queued_up_are_done_together_and_in_order() -> None:
    seen: list[list[int]] = []

    def together(deeds: Sequence[int]) -> list[int]:
        seen.append(list(deeds))
        return [deed * 10 for deed in deeds]

    line = Line(together)
    outcomes = [line.queue("alone", deed=number) for number in range(1, 4)]
    line.queue("no deed")

    assert line.runs_dry() == ["no deed"]
    assert seen == [[1, 2, 3]]
    assert [outcome.result() for outcome in outcomes] == [10, 20, 30]


def test_bookkeeping_does_not_hold_up_what_people_wait_for() -> None:
    seen: list[list[str]] = []
    line = Line(lambda deeds: (seen.append(list(deeds)), list(deeds))[1])
    line.queue("", deed="outcome 1", behind=True)
    line.queue("", deed="outcome 2", behind=True)
    line.queue("", deed="click 1")
    line.queue("", deed="click 2")
    line.runs_dry()

    assert seen == [["click 1", "click 2"], ["outcome 1", "outcome 2"]]


def test_what_cannot_be_done_together_is_done_alone() -> None:
    line = Line(lambda _: None)
    line.queue("one", deed=1)
    line.queue("two", deed=2)

    assert line.runs_dry() == ["one", "two"]


def test_only_so_many_are_done_together() -> None:
    sizes: list[int] = []
    line = Line(lambda deeds: (sizes.append(len(deeds)), list(deeds))[1])
    for number in range(MOST_TOGETHER + 2):
        line.queue("", deed=number + 1)
    line.runs_dry()

    assert sizes == [MOST_TOGETHER, 2]
