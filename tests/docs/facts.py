"""Writes docs/facts/*.md from the code itself: ``python tests/docs/facts.py docs/facts``."""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from orders import errors
from orders.agreements import AGREEMENTS
from orders.invoices import INVOICES
from orders.lifecycle import Lifecycle, said
from orders.people import Role
from orders.purchase_orders import PURCHASE_ORDERS
from orders.receiving import RECEIPTS
from orders.requests import REQUESTS
from orders.requisitions import REQUISITIONS
from orders.returns import RETURNS
from orders.visits import VISITS
from orders.work_orders import WORK_ORDERS

ROOT = Path(__file__).parents[2]
MADE = "Written from the code by `python tests/docs/facts.py docs/facts`; change the code, then run it again."


def table(heads: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table; bars inside a cell are escaped."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def page(title: str, opening: str, *parts: str) -> str:
    """Return a whole page of facts."""
    return "\n".join([f"# {title}\n", f"{opening}\n", f"{MADE}\n", *parts]).rstrip() + "\n"


# Settings


def settings() -> str:
    """Every setting of config.toml with its meaning, what to write, its default and its environment variable."""
    from bot.config import Config

    opening = (
        "Order: option, environment, `./config.toml`, the user's own `config.toml`, default. "
        "Secrets come from the environment or from the file that a `*_file` setting names, never from `config.toml`."
    )
    return page("Settings", opening, *_groups(Config, ()))


def _groups(shape: Any, path: tuple[str, ...]) -> Iterator[str]:
    from bot.config_errors import fields, many, model_in

    rows, inner = [], []
    for name, found in fields(shape):
        kind = model_in(found)
        if kind is None or (many(found) and path):
            rows.append(_setting((*path, name), found))
        if kind is not None:
            inner.append(((*path, name), found, kind))
    if rows:
        yield table(["setting", "meaning", "write", "default", "environment"], rows)
    for where, found, kind in inner:
        marks = "[[{}]]" if many(found) else "[{}]"
        yield f"## `{marks.format('.'.join(where))}`\n\n{found.description}\n"
        yield from _groups(kind, where)


def _setting(path: tuple[str, ...], found: Any) -> list[str]:
    from bot.config_sources import variable

    extra = found.json_schema_extra or {}
    default = found.get_default(call_default_factory=True)
    shown = "" if default in (None, "", ()) else f"`{_toml(default)}`"
    in_rows = path[:-1] == ("approvals", "rules")
    return [
        f"`{path[-1]}`",
        str(found.description),
        str(extra.get("write", "")),
        shown,
        "" if in_rows else f"`{variable(path)}`",
    ]


def _toml(value: Any) -> str:
    import json

    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False, default=str)


# Commands of the command line


def commands() -> str:
    """Every command of the command line with its options."""
    import click
    import typer

    from bot.__main__ import app

    top: Any = typer.main.get_command(app)
    context = click.Context(top, info_name="chargehand")
    parts = [_command(name, command, context) for name, command in _walk(top, "chargehand")]
    return page("Commands", "Each command explains itself with `--help`.", *parts)


def _walk(group: Any, name: str) -> Iterator[tuple[str, Any]]:
    for word, command in sorted(getattr(group, "commands", {}).items()):
        if getattr(command, "hidden", False):
            continue
        if getattr(command, "commands", None):
            yield from _walk(command, f"{name} {word}")
        else:
            yield f"{name} {word}", command


def _command(name: str, command: Any, context: Any) -> str:
    meaning = (command.help or "").split("\n\n")[0].replace("\n", " ").strip()
    rows = [_parameter(one) for one in command.params if not getattr(one, "hidden", False) and one.name != "help"]
    listed = "\n" + table(["argument or option", "meaning", "default"], rows) if rows else ""
    return f"## `{name}`\n\n{meaning}\n{listed}"


def _parameter(one: Any) -> list[str]:
    names = (
        ", ".join(f"`{word}`" for word in [*one.opts, *one.secondary_opts])
        if one.opts[0].startswith("-")
        else f"`{one.name.upper()}`"
    )
    default = (
        ""
        if one.default in (None, "", False, ()) or callable(one.default) or "Sentinel" in repr(one.default)
        else f"`{one.default}`"
    )
    return [names, str(getattr(one, "help", None) or ""), default]


# Statuses

ENUMS = {
    "Request": ("orders/requests.py", ("RequestState", "Way")),
    "Work order": (
        "orders/work_orders.py",
        ("WorkOrderState", "HoldReason", "TaskType", "Impact", "Priority", "DueKind"),
    ),
    "Step of a checklist": ("orders/checklist.py", ("StepKind",)),
    "Safety protocol": ("orders/safety.py", ("SafetyKind",)),
    "Purchase order": ("orders/purchase_orders.py", ("OrderState", "OrderKind", "ReceiptState")),
    "Maintenance plan": ("orders/maintenance.py", ("Basis",)),
    "Meter": ("orders/meters.py", ("MeterKind", "ReadingKind")),
    "Requisition": ("orders/requisitions.py", ("NeedState", "Origin")),
    "Agreement": ("orders/agreements.py", ("AgreementState", "Say")),
    "Prices of an agreement": ("orders/agreement_terms.py", ("PriceBasis",)),
    "Approval": ("orders/approvals.py", ("TaskState", "Decision")),
    "Delivery": ("orders/receiving.py", ("NoticeState", "ReceiptDocState")),
    "Return to a supplier": ("orders/returns.py", ("ReturnState", "Wanted")),
    "Invoice": ("orders/invoices.py", ("InvoiceState", "InvoiceKind", "Difference", "Invoicing")),
    "Contractor's visit": ("orders/visits.py", ("VisitState",)),
    "Reminder to a supplier": ("orders/chasing.py", ("ChaseRule",)),
    "Supplier's figure": ("orders/supplier_figures.py", ("FigureKind",)),
    "Stock": ("orders/stock.py", ("MovementKind", "CountState")),
    "Budget": ("orders/budgets.py", ("BudgetKind", "Mode")),
    "People": ("orders/people.py", ("Role",)),
}
"""Where the words stand that documents, people and ledgers are marked with."""

KEPT = {
    ("storage/tables/purchasing.py", "Approval"): {
        "open": "Somebody is asked.",
        "approved": "Every step said yes.",
        "rejected": "Somebody said no.",
        "voided": "The content changed, was withdrawn, or the approval was taken back.",
    },
    ("storage/tables/record.py", "Outgoing"): {
        "due": "Waits for its moment.",
        "claimed": "A relay holds it; nothing has left yet.",
        "transmitting": "The next byte cannot be taken back.",
        "sent": "The other side took it.",
        "unknown": "It may have gone out; it is looked up, or a person decides.",
        "dead": "It cannot be sent; a person decides.",
        "dropped": "Taken back before it left.",
    },
    ("storage/tables/deliveries.py", "InboundMail"): {
        "stored": "Its bytes are kept; it has not been read yet.",
        "read": "It was read.",
        "proposed": "A receipt is proposed from it.",
        "asked": "A person is shown what was read.",
        "ignored": "It is nothing for us.",
        "quarantined": "Its sender could not be proven, so nothing of it counts.",
        "duplicate": "The same mail was there before.",
        "failed": "It could not be read; a person is shown why.",
        "settled": "A person has dealt with it.",
    },
}
"""States that only storage knows; the tables name them, this says what each means."""

KEPT_TITLES = {
    "Approval": "Run of the approval rules",
    "Outgoing": "Outgoing row (outbox)",
    "InboundMail": "Mail from a supplier",
}


def statuses() -> str:
    """Every state, kind and reason with its sentence."""
    parts = []
    for title, (path, names) in ENUMS.items():
        parts.append(f"## {title}\n")
        for name in names:
            meaning, members = sentences(path, name)
            parts.append(
                f"### {meaning}\n\n"
                + table(["status", "meaning"], [[f"`{word}`", text] for word, text in members.items()])
            )
    parts.append("## What storage keeps besides\n")
    for (_, name), words in KEPT.items():
        parts.append(
            f"### {KEPT_TITLES[name]}\n\n"
            + table(["status", "meaning"], [[f"`{word}`", text] for word, text in words.items()])
        )
    return page("Statuses", "What documents, people and ledgers can be marked with, and what each word means.", *parts)


def sentences(path: str, name: str) -> tuple[str, dict[str, str]]:
    """Return an enumeration's own sentence and those of its members by value, read from the source."""
    tree = ast.parse((ROOT / path).read_text())
    found = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    members: dict[str, str] = {}
    for at, node in enumerate(found.body):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            members[str(node.value.value)] = _sentence_below(found.body, at)
    return (ast.get_docstring(found) or "").rstrip("."), members


def _sentence_below(body: list[ast.stmt], at: int) -> str:
    below = body[at + 1] if at + 1 < len(body) else None
    told = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
    return " ".join(str(below.value.value).split()) if told else ""  # type: ignore[union-attr]


def kept_states(path: str, name: str) -> str:
    """Return what a table's own source says about its ``state`` column."""
    tree = ast.parse((ROOT / path).read_text())
    found = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    at = next(
        at
        for at, node in enumerate(found.body)
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "state"
    )
    return _sentence_below(found.body, at)


# Lifecycles

LIFECYCLES: dict[str, Lifecycle] = {
    "Request": REQUESTS,
    "Work order": WORK_ORDERS,
    "Purchase order": PURCHASE_ORDERS,
    "Agreement": AGREEMENTS,
    "Requisition": REQUISITIONS,
    "Receipt": RECEIPTS,
    "Contractor's visit": VISITS,
    "Return to a supplier": RETURNS,
    "Invoice": INVOICES,
}


def lifecycles() -> str:
    """Every step of every lifecycle, drawn and listed."""
    opening = "What may happen to a document in which state, and who may cause it. What stands in no row is refused, with what is possible instead."
    parts = [f"## {title}\n\n```mermaid\n{_drawing(one)}\n```\n\n" + _steps(one) for title, one in LIFECYCLES.items()]
    return page("Lifecycles", opening, *parts)


def _drawing(lifecycle: Lifecycle) -> str:
    """Draw a lifecycle without the steps that keep the state; they stand in the table."""
    return "\n".join(row for row in lifecycle.mermaid().splitlines() if not re.match(r"\s*(\w+) --> \1:", row))


def _steps(lifecycle: Lifecycle) -> str:
    order = list(Role)
    return table(
        ["from", "event", "to", "who"],
        [
            [
                f"`{step.source}`",
                said(step.event),
                f"`{step.target}`",
                ", ".join(said(role) for role in sorted(step.roles, key=order.index)),
            ]
            for step in lifecycle.steps
        ],
    )


# Import


def import_columns() -> str:
    """Every file and column that an import folder may hold, with the heads of other programs."""
    from bot.import_columns import CLEAR, ENDINGS, FILES

    opening = (
        f"One file of each name, with the ending {', '.join(f'`{ending}`' for ending in ENDINGS)}. "
        f"An empty cell keeps what is there, `{CLEAR}` empties it. Heads are compared without case, spaces, `_`, `#`, `*` and `.`."
    )
    parts = []
    for shape in FILES:
        key = " and ".join(f"`{name}`" for name in shape.key)
        needed = ", ".join(f"`{name}`" for name in shape.required)
        rows = [
            [f"`{one.name}`", one.kind.replace("_", " "), one.example, ", ".join((*one.aliases, *one.spare))]
            for one in shape.columns
        ]
        parts.append(
            f"## `{shape.name}`\n\nKey: {key}. Needed in every row: {needed}.\n\n"
            + table(["column", "kind", "example", "also read"], rows)
        )
    return page("Import files", opening, *parts)


# Exit codes, Slack, refusals


def exit_codes() -> str:
    """How the command line ends."""
    rows = [[f"`{status}`", meaning] for status, meaning in exits().items()]
    return page("Exit codes", "How a command ends, for scripts that call it.", table(["code", "meaning"], rows))


def exits() -> dict[int, str]:
    """Return the codes and their meanings as the command line and the database declare them."""
    from bot.__main__ import EXITS
    from storage.happenings import DATA_ERROR_STATUS

    listed = re.findall(r"(\d+) ([^,.]+)", EXITS.partition(":")[2])
    lost = "the disk failed while work was being confirmed: mend it and start again, the bot looks at what is there"
    return {int(number): meaning for number, meaning in listed} | {DATA_ERROR_STATUS: lost}


def slack() -> str:
    """What the Slack app declares: commands, shortcuts, events and scopes with their reasons."""
    from bot.manifest import COMMANDS, EVENTS, SCOPES, SHORTCUTS

    return page(
        "What the Slack app asks for",
        "The manifest declares exactly this, and a test compares it with what the code uses.",
        "## Commands\n",
        table(
            ["command", "meaning", "for instance"], [[f"`{one.name}`", one.description, one.hint] for one in COMMANDS]
        ),
        "## Shortcuts\n",
        table(["shortcut", "where", "meaning"], [[one.name, one.kind, one.description] for one in SHORTCUTS]),
        "## Events\n",
        table(["event", "what it is for"], [[f"`{name}`", reason] for name, reason in EVENTS.items()]),
        "## Scopes\n",
        table(
            ["scope", "what it is for", "without it"], [[f"`{one.name}`", one.reason, one.without] for one in SCOPES]
        ),
    )


def words() -> str:
    """Every word that can be typed, with an example and its other forms."""
    from handlers.questions import SHOWN_AS
    from handlers.wording import command_words

    also: dict[str, list[str]] = {}
    for word, command in command_words().items():
        also.setdefault(command, []).extend([f"`{word}`"] * (word != command))
    rows = [
        [f"`{command}`", f"`{example}`", follows, ", ".join(sorted(also.get(command, [])))]
        for command, (_, example, follows) in SHOWN_AS.items()
    ]
    opening = (
        "After `/chargehand` or `/wo`, after the bot's name, in a direct message to it, or in the thread of a job. "
        "The order of words does not matter, and a number may be shortened: `412`, `wo412` and `WO-2026-00412` are the same."
    )
    return page("Words you can type", opening, table(["word", "example", "what follows", "also"], rows))


def questions() -> str:
    """Every question in plain words, with what its answer says, its examples and its shapes."""
    from handlers.question_shapes import questions as table_of_questions

    rows = [
        [
            each.says,
            ", ".join(f"“{example}”" for example in each.examples),
            ", ".join(f"`{shape}`" for shape in each.shapes),
        ]
        for each in table_of_questions()
    ]
    opening = (
        "Asked of the bot in a direct message or by its name, in English or German; the first question whose shape fits the whole "
        "sentence is answered. In a shape, `{it}` is what is asked about, `(a|b)` is one of several words, and `( a)?` may be left out."
    )
    return page("Questions in plain words", opening, table(["the answer says", "for instance", "shapes"], rows))


def refusals() -> str:
    """Every refusal with its sentence."""
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.Refusal) and kind is not errors.Refusal
    ]
    rows = [[f"`{kind.__name__}`", " ".join((kind.__doc__ or "").split())] for kind in kinds]
    opening = "What Chargehand says when something cannot be done. Words in braces are filled in."
    return page("Refusals", opening, table(["name", "what a person reads"], rows))


# How mails are read

WRITTEN = {
    "ask": "a person is asked; what was read stands on the card",
    "ignore": "kept, and nobody is asked",
    "propose": "a receipt, an answer or a new date is proposed",
    "quarantine": "held back; nothing is taken from it",
}
"""What becomes of a mail by the action that is decided."""


def reading() -> str:
    """The rules of the judgement, the formats and the languages, each in the order in which they are asked."""
    from handlers.extraction.decision import RULES
    from handlers.extraction.formats.table import FORMATS
    from handlers.extraction.lexicon import tables

    opening = "The rules are asked from above; the first one that fits decides. What was asked before is kept with every reading."
    actions = [[f"`{action}`", meaning] for action, meaning in WRITTEN.items()]
    rules = [[rule.name, f"`{rule.action}`", f"{rule.reason}."] for rule in RULES]
    formats = [[form.name, "a whole document" if form.blocks is None else "lines and tables"] for form in FORMATS]
    languages = [[f"`{code}`", str(words["name"])] for code, words in tables().items()]
    return page(
        "How a mail is judged",
        opening,
        table(["action", "what becomes of the mail"], actions),
        "## Rules\n",
        table(["rule", "action", "because"], rules),
        "## Formats\n\nThe first one that takes a part reads it.\n",
        table(["format", "read as"], formats),
        "## Languages\n",
        table(["file", "language"], languages),
    )


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "exit-codes.md": exit_codes,
    "import-columns.md": import_columns,
    "lifecycles.md": lifecycles,
    "questions.md": questions,
    "reading.md": reading,
    "refusals.md": refusals,
    "settings.md": settings,
    "slack.md": slack,
    "statuses.md": statuses,
    "words.md": words,
}
"""Every page of facts and what writes it."""


def main(folder: str) -> None:
    """Write every page into a folder."""
    for name, write in PAGES.items():
        (Path(folder) / name).write_text(write(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
