"""Reads mails from files without a database, for the command line."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from handlers import mail_reasons
from handlers.extraction import Known, UnreadableKnowledge, read
from templates.said import worded

BAD_USAGE = 2


def read_mails(paths: Sequence[str | Path], orders_path: str | Path | None = None) -> Iterator[dict[str, Any]]:
    """One reading per mail in the order given; raises OSError or UnreadableKnowledge before the first one."""
    known = Known.nothing()
    if orders_path is not None:
        try:
            known = Known.from_json(json.loads(Path(orders_path).read_text("utf-8")))
        except (json.JSONDecodeError, UnicodeDecodeError) as fault:
            raise UnreadableKnowledge(f"{orders_path} is no JSON: {fault}") from fault
    for path in paths:
        if not Path(path).is_file():
            raise FileNotFoundError(f"{path} is no file")
    for path in paths:
        yield read(Path(path).read_bytes(), known, source=str(path)).to_json()


def as_line(reading: dict[str, Any]) -> str:
    """Return a reading as one line of JSON."""
    return json.dumps(reading, ensure_ascii=False) + "\n"


def as_sentences(reading: dict[str, Any]) -> str:
    """Return in sentences why a mail is read as it is, without anything that could steer a terminal."""
    told = [f"{reading['source']}:", *mail_reasons.sentences(reading), ""]
    return "".join(f"{worded(sentence)}\n" for sentence in told)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints one JSON object per mail, or why it is read so; 0 when every mail yielded one, 2 for bad usage or an unreadable file."""
    parser = argparse.ArgumentParser(prog="chargehand read", description="Reads suppliers' mails without a database.")
    parser.add_argument("mails", nargs="+", metavar="MAIL.eml")
    parser.add_argument("--orders", metavar="ORDERS.json")
    parser.add_argument("--why", action="store_true")
    chosen = parser.parse_args(arguments)
    try:
        for reading in read_mails(chosen.mails, chosen.orders):
            sys.stdout.write(as_sentences(reading) if chosen.why else as_line(reading))
    except (OSError, UnreadableKnowledge) as fault:
        sys.stderr.write(f"{fault}\n")
        return BAD_USAGE
    return 0


if __name__ == "__main__":
    sys.exit(main())
