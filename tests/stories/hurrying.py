"""``chargehand`` whose clock is ahead by the seconds in the file that AHEAD names, and whose bells ring every second."""

import os
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bot import app
from bot.__main__ import main
from bot.middle import Middle

AHEAD = Path(os.environ["AHEAD"])


def ahead() -> datetime:
    """Return the moment that the story says it is."""
    seconds = float(AHEAD.read_text("utf-8")) if AHEAD.exists() else 0.0
    return datetime.now(UTC) + timedelta(seconds=seconds)


if __name__ == "__main__":
    app.QUESTIONS_EVERY = timedelta(seconds=1)
    app.Middle = partial(Middle, clock=ahead)  # type: ignore[assignment,misc]  # the clock is the only other thing
    main()
