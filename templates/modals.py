"""A message shown as a modal, for whoever has no conversation open: the same words, and a table as lines."""

from collections.abc import Iterator

from templates.fitting import TABLE_ROWS_KEPT, and_more, fit
from templates.limits import Block

MESSAGES_ONLY = frozenset({"data_visualization", "file", "markdown"})
"""Blocks that Slack takes in messages only, and that say nothing which no other block says."""


def modal_of(blocks: list[Block]) -> Block:
    """Return a modal that says what a message says, fitted into Slack's limits."""
    title, close = ({"type": "plain_text", "text": text} for text in ("Chargehand", "Close"))
    shown = [turned for block in blocks for turned in _turned(block)]
    return fit(
        "said", "modal", {"type": "modal", "callback_id": "said", "title": title, "close": close, "blocks": shown}
    )


def _turned(block: Block) -> Iterator[Block]:
    if block["type"] == "table":
        yield {"type": "section", "text": {"type": "plain_text", "text": _lines(block["rows"]), "emoji": False}}
    elif block["type"] not in MESSAGES_ONLY:
        yield block


def _lines(rows: list[list[Block]]) -> str:
    """Return a table row by row, the head first."""
    shown = rows if len(rows) <= TABLE_ROWS_KEPT + 1 else rows[: TABLE_ROWS_KEPT + 1]
    told = [" · ".join(cell["text"] for cell in row) for row in shown]
    left = len(rows) - len(shown)
    return "\n".join([*told, *([and_more(left, "see the document")] if left else [])])
