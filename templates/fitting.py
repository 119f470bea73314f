"""Makes a message or view fit Slack's limits by saying less of the same, never by dropping a button or an id."""

from collections.abc import Callable
from typing import Any

from templates.limits import BLOCKS_JSON_MOST, Block, Breach, TooLongForSlack, breaches, characters, wide_faults
from templates.said import cut

# How far long texts are shortened, step by step, when a message as a whole is too large.
STEPS = (1500, 800, 400, 200, 100)
TABLE_ROWS_KEPT = 10
NOTHING = "…"


def fit(name: str, kind: str, payload: Block) -> Block:
    """The payload, shortened in place where words or lists are too long; TooLongForSlack where that does not help."""
    found = breaches(kind, payload)
    for breach in reversed(found):
        if breach.rule.yields:
            _mend(breach, payload)
    faults = wide_faults(kind, payload)
    if faults and kind == "message":
        _shrink(payload["blocks"])
        faults = wide_faults(kind, payload)
    if found:
        faults += [str(breach) for breach in breaches(kind, payload)]
    if faults:
        raise TooLongForSlack(name, faults)
    return payload


def and_more(count: int, where: str = "see the PDF") -> str:
    """The line that stands for lines left out."""
    return f"and {count} more, {where}"


def _mend(breach: Breach, payload: Block) -> None:
    if breach.rule.unit == "characters":
        # A value of nothing but control characters leaves an empty text, which Slack refuses with the whole message.
        breach.holder[breach.key] = cut(breach.holder[breach.key], breach.rule.most) or NOTHING
    elif breach.size > breach.rule.most:
        _FEWER.get(breach.key, _first)(breach, payload)


def _first(breach: Breach, _payload: Block) -> None:
    del breach.holder[breach.key][breach.rule.most :]


def _split_fields(breach: Breach, payload: Block) -> None:
    fields: list[Block] = breach.holder["fields"]
    place = next(at for at, block in enumerate(payload["blocks"]) if block is breach.holder)
    rest = [fields[at : at + breach.rule.most] for at in range(breach.rule.most, len(fields), breach.rule.most)]
    breach.holder["fields"] = fields[: breach.rule.most]
    payload["blocks"][place + 1 : place + 1] = [{"type": "section", "fields": part} for part in rest]


def _fewer_rows(breach: Breach, _payload: Block) -> None:
    _cut_table(breach.holder, breach.rule.most - 2)


def _fewer_blocks(breach: Breach, payload: Block) -> None:
    blocks: list[Block] = payload["blocks"]
    # The buttons and the foot stand last and are what the reader came for; the middle gives way.
    kept = breach.rule.most - 3
    gone = len(blocks) - kept - 2
    blocks[kept:-2] = [_remark(and_more(gone))]


_FEWER: dict[str, Callable[[Breach, Block], None]] = {
    "fields": _split_fields,
    "rows": _fewer_rows,
    "blocks": _fewer_blocks,
}


def _shrink(blocks: list[Block]) -> None:
    for table in [block for block in blocks if block["type"] == "table"]:
        _cut_table(table, TABLE_ROWS_KEPT)
    for most in STEPS:
        if characters(blocks) <= BLOCKS_JSON_MOST:
            return
        for block in blocks:
            _cut_texts(block, most)


def _cut_texts(block: Block, most: int) -> None:
    held: list[Any] = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
    held += [cell for row in block.get("rows", ()) for cell in row]
    for text in held:
        if isinstance(text, dict) and isinstance(text.get("text"), str) and text["type"] != "button":
            text["text"] = cut(text["text"], most)


def _cut_table(table: Block, kept: int) -> None:
    rows: list[list[Block]] = table["rows"]
    if len(rows) <= kept + 1:
        return
    gone = len(rows) - kept - 1
    blank = [{"type": "raw_text", "text": " "} for _ in rows[0][1:]]
    rows[kept + 1 :] = [[{"type": "raw_text", "text": and_more(gone)}, *blank]]


def _remark(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}
