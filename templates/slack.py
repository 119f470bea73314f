"""The Slack engine: templates/slack/NAME.json.j2 and NAME.txt with values in, a card, a view or a sentence out."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, nodes
from jinja2.compiler import CodeGenerator, Frame

from templates.fitting import fit
from templates.limits import Block
from templates.said import FILTERS, Mrkdwn, json_content, sentence_content
from templates.said import joined as _joined

FOLDER = Path(__file__).parent / "slack"
# Jinja's own filters that know nothing of HTML; the others would escape for the wrong reader.
KEPT_FILTERS = frozenset(
    {"abs", "batch", "capitalize", "count", "default", "dictsort", "first", "float", "groupby", "int", "items", "last"}
    | {
        "length",
        "list",
        "lower",
        "map",
        "max",
        "min",
        "reject",
        "rejectattr",
        "replace",
        "round",
        "select",
        "selectattr",
    }
    | {"slice", "sort", "string", "sum", "trim", "unique", "upper"}
)
# A string, or a comma with nothing on one of its sides. Strings are matched first, so a comma in words is never touched.
_STRING_OR_LOOSE_COMMA = re.compile(r'"(?:[^"\\]|\\.)*+"|(?P<open>[\[{])(?:\s*+,)+|,(?=\s*+[,\]}])')
_COMMA_AFTER_OPENING = re.compile(r"[\[{]\s*+,")
# The longest runs without a comma that has nothing behind it: far fewer matches than there are strings.
_RUNS = re.compile(r'(?:[^,"]++|"(?:[^"\\]|\\.)*+"|,(?!\s*+[,\]}]))++')


@dataclass(frozen=True, slots=True)
class Card:
    """One Slack message: `text` is what a phone shows, `blocks` is the card."""

    text: str
    blocks: list[Block]


class BrokenTemplate(ValueError):  # noqa: N818 - errors are named by what is wrong
    """A template whose output is no JSON object, shown with the place where it broke."""


def card(name: str, /, **values: Any) -> Card:
    """The message of templates/slack/NAME.json.j2, fitted into Slack's limits; TooLongForSlack where it cannot be."""
    payload = _rendered(name, values)
    if not isinstance(payload.get("blocks"), list) or not isinstance(payload.get("text"), str):
        raise BrokenTemplate(f"{name}: a card is an object with text and blocks")
    fit(name, "message", payload)
    return Card(payload["text"], payload["blocks"])


def view(name: str, /, **values: Any) -> Block:
    """The modal or Home view of templates/slack/NAME.json.j2, fitted into Slack's limits."""
    payload = _rendered(name, values)
    if payload.get("type") not in ("modal", "home") or not isinstance(payload.get("blocks"), list):
        raise BrokenTemplate(f"{name}: a view is an object with type modal or home, and blocks")
    return fit(name, payload["type"], payload)


def words(name: str, /, **values: Any) -> Mrkdwn:
    """The sentence of templates/slack/NAME.txt as Slack text, escaped; it may be put into a card as it is."""
    return Mrkdwn(_sentence(f"{name}.txt").render(values).strip())


def names(suffix: str = ".json.j2") -> list[str]:
    """Every template's name, without the shared parts."""
    found = (str(path.relative_to(FOLDER)).removesuffix(suffix) for path in FOLDER.rglob(f"*{suffix}"))
    return sorted(name for name in found if name != "parts")


def without_loose_commas(text: str) -> str:
    """JSON text in which commas with nothing before or after them are gone; strings are left as they are."""
    if _COMMA_AFTER_OPENING.search(text):
        return _STRING_OR_LOOSE_COMMA.sub(_kept, text)
    return "".join(_RUNS.findall(text))


def _kept(match: re.Match[str]) -> str:
    found = match.group()
    return found if found.startswith('"') else match["open"] or ""


def _rendered(name: str, values: dict[str, Any]) -> Block:
    text = without_loose_commas(_template(f"{name}.json.j2").render(values))
    try:
        payload = json.loads(text)
    except json.JSONDecodeError as fault:
        near = text[max(0, fault.pos - 80) : fault.pos + 80]
        raise BrokenTemplate(f"{name}: {fault.msg} near {near!r}") from fault
    if not isinstance(payload, dict):
        raise BrokenTemplate(f"{name}: not an object")
    return payload


class _SlackCode(CodeGenerator):
    """Compiles `~` to our own joining and output to our own escaping, because Jinja's are made for HTML."""

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> str:
        constant = node.as_const(frame.eval_ctx)
        if isinstance(node, nodes.TemplateData):
            return str(constant)
        return str(finalize.const(constant))  # type: ignore[misc]

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:  # noqa: ARG002
        self.write(finalize.src or "(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:  # noqa: ARG002
        self.write(")")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - the compiler's own naming
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class _SlackEnvironment(Environment):
    code_generator_class = _SlackCode
    joined = staticmethod(_joined)


def _environment(finalize: Any) -> Environment:
    made = _SlackEnvironment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
    )
    made.filters = {name: made.filters[name] for name in KEPT_FILTERS} | FILTERS
    return made


@cache
def _cards() -> Environment:
    return _environment(json_content)


@cache
def _sentences() -> Environment:
    return _environment(sentence_content)


@cache
def _template(name: str) -> Template:
    return _cards().get_template(name)


@cache
def _sentence(name: str) -> Template:
    return _sentences().get_template(name)
