"""Mail in words: templates/mail/NAME/subject.txt, body.txt and body.html with values in, subject, text and HTML out."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from templates.order_sheet import BREAK, Document, language_of, order_sheet, speech_of, text_of, whole
from templates.said import worded

FOLDER = Path(__file__).parent / "mail"
SUBJECT_MOST = 200


@dataclass(frozen=True, slots=True)
class MailText:
    """What a mail says: a subject of one line, a plain text that holds everything, and the same as HTML."""

    subject: str
    text: str
    html: str


def mail(name: str, /, *, document: Document, **values: Any) -> MailText:
    """The mail about an order, in the supplier's language; NotInDocument names what the order lacks.

    Values are plain text of any kind: paragraphs keep their breaks, control characters go, the subject stays one line.
    """
    order = whole(document)
    given = {key: text_of(value) if isinstance(value, str) else value for key, value in values.items()}
    given |= {"order": order, "sheet": order_sheet(document), "language": language_of(order)}
    given["say"] = partial(_say, _words()[language_of(order)][name])
    given["speech"] = speech_of(order)
    return MailText(
        subject=_one_line(_environment().get_template(f"{name}/subject.txt").render(given)),
        text=_quiet_gaps(_environment().get_template(f"{name}/body.txt").render(given)),
        html=_environment().get_template(f"{name}/body.html").render(given).replace(BREAK, ""),
    )


def mail_names() -> list[str]:
    """Every mail we can write."""
    return sorted(path.parent.name for path in FOLDER.glob("*/subject.txt"))


def _say(sentences: dict[str, str], key: str, **values: Any) -> str:
    return sentences[key].format(**{name: worded(value) for name, value in values.items()})


def _one_line(text: str) -> str:
    line = " ".join(text.replace(BREAK, "").split())
    if len(line) <= SUBJECT_MOST:
        return line
    # The token at the end is what an answer is recognised by, so the words before it give way.
    words, token = line.rsplit(" [", 1)
    return f"{words[: SUBJECT_MOST - len(token) - 3]}… [{token}"


def _quiet_gaps(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.replace(BREAK, "").splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        # HTML is escaped, plain text is not: nothing reads markup in it.
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        finalize=lambda value: value if isinstance(value, Markup) else worded(value),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))
