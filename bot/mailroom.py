"""``chargehand mailroom``: every mail and its state on the command line, by the same handlers as in Slack."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.opening import FOUND, USAGE, opened, settings
from bot.options import AsJson, ConfigFile, looked_up

if TYPE_CHECKING:
    from bot.config import Config
    from handlers.mailroom import Said
    from storage.unit_of_work import UnitOfWork

app = typer.Typer(
    no_args_is_help=True,
    help="Look through the mails that came, and do what is to be done about them.\n\nExample: chargehand mailroom list",
)
Number = Annotated[int, typer.Argument(help="The mail's number, as the list shows it.", min=1, max=999_999_999)]
As = Annotated[
    str, typer.Option("--as", help="Who does it: a person of the plant by name, e-mail address or Slack id.")
]
Deed = Callable[["UnitOfWork"], "Said"]


@app.command("list")
def list_(
    *,
    state: Annotated[
        str, typer.Option(help="waiting, held-back, failed, today, week, ignored, all, or the word of one state.")
    ] = "waiting",
    supplier: Annotated[str, typer.Option(help="Only of this supplier, by code or a part of the name.")] = "",
    page: Annotated[int, typer.Option(min=1, help="Which page of fifty mails.")] = 1,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """Print the mails that wait for somebody, or others, fifty at a time.

    Example: chargehand mailroom list --state all --supplier Nordlager
    """
    from bot import mailroom_pages, printing
    from handlers import mailroom_rows
    from handlers.mailroom_rows import FILTERS, STATES, Sought

    names = [each.name for each in FILTERS]
    if state not in names and state not in STATES:
        _wrong_use(f"I know no state “{state}”. Write one of {', '.join([*names, *STATES])}.")
    states = () if state in names else (state,)

    def looked(uow: "UnitOfWork") -> Any:
        of = _supplier(uow, supplier) if supplier else 0
        sought = Sought(names.index(state) if state in names else 0, of, page - 1)
        return mailroom_rows.page_of(uow, sought, 50, states=states)

    found = looked_up(config, looked)
    if json:
        printing.as_json(mailroom_pages.list_as_json(found))
    else:
        mailroom_pages.list_of(found)


@app.command()
def show(
    number: Number,
    *,
    raw: Annotated[Path | None, typer.Option(help="Save the mail to this file as it came.")] = None,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """Print one mail: why it was read as it was, its words with what was read from them, and what became of it.

    Example: chargehand mailroom show 12 --raw mail.eml
    """
    from bot import mailroom_pages, printing
    from handlers import mailroom_letter

    def looked(uow: "UnitOfWork") -> Any:
        told = mailroom_letter.letter(uow, _known(uow, number), heavy=True)
        return told, mailroom_letter.raw_of(uow, told.mail)

    told, content = looked_up(config, looked)
    if raw is not None:
        raw.write_bytes(content)
        whole = len(content) == told.mail.size
        printing.say(
            f"Saved as {raw}." if whole else f"Only its head was kept; it is saved as {raw}.", stream=sys.stderr
        )
    if json:
        printing.as_json(mailroom_pages.letter_as_json(told))
    elif raw is None:
        mailroom_pages.letter(told)


@app.command()
def claim(
    number: Number,
    *,
    person: As,
    over: Annotated[bool, typer.Option("--over", help="Also when somebody else looks after it.")] = False,
    back: Annotated[bool, typer.Option("--back", help="Look after it no longer.")] = False,
    config: ConfigFile = None,
) -> None:
    """Look after a mail, so that others see who has it.

    Example: chargehand mailroom claim 12 --as "Priya Nair"
    """

    def deed(uow: "UnitOfWork") -> "Said":
        from handlers import mailroom
        from storage.tables import InboundMail

        holder = uow.get(InboundMail, _known(uow, number)).taken_by_id
        mine = uow.actor.person_id
        before = holder if over or (back and holder == mine) else mine if back else None
        return mailroom.hold(uow, number, before, None if back else mine)

    _done(settings(config), person, ("claim", f"MAIL-{number}"), deed)


@app.command()
def reread(number: Number, *, person: As, config: ConfigFile = None) -> None:
    """Let a mail be read again by the running bot, or by the next one that starts.

    Example: chargehand mailroom reread 12 --as "Priya Nair"
    """

    def deed(uow: "UnitOfWork") -> "Said":
        from handlers import mailroom

        return mailroom.read_again(uow, _known(uow, number))

    _done(settings(config), person, ("reread", f"MAIL-{number}"), deed)


@app.command()
def ignore(number: Number, *, person: As, config: ConfigFile = None) -> None:
    """Put a mail away without taking anything from it.

    Example: chargehand mailroom ignore 12 --as "Priya Nair"
    """
    _done(settings(config), person, ("ignore", f"MAIL-{number}"), lambda uow: _pressed(uow, number, "ignore"))


@app.command()
def release(number: Number, *, person: As, config: ConfigFile = None) -> None:
    """Vouch for a mail that was held back; still nothing is taken from it before a person does.

    Example: chargehand mailroom release 12 --as "Mei Chen"
    """
    _done(settings(config), person, ("release", f"MAIL-{number}"), lambda uow: _pressed(uow, number, "release"))


@app.command()
def rules(*, config: ConfigFile = None, json: AsJson = False) -> None:
    """Print what people taught about suppliers' mails.

    Example: chargehand mailroom rules
    """
    from bot import mailroom_pages, printing
    from handlers import mail_rules

    found = looked_up(config, mail_rules.rules_rows)
    if json:
        printing.as_json([{**row, "at": row["at"].isoformat()} for row in found])
    else:
        mailroom_pages.rules(found)


@app.command("revoke-rule")
def revoke_rule(
    number: Annotated[int, typer.Argument(help="The rule's number, as ``rules`` prints it.", min=1, max=999_999_999)],
    *,
    person: As,
    config: ConfigFile = None,
) -> None:
    """Go by a rule no longer; the supplier's waiting mails are read again without it.

    Example: chargehand mailroom revoke-rule 3 --as "Ines Vogt"
    """

    def deed(uow: "UnitOfWork") -> "Said":
        from handlers import mail_rules

        return _answered(mail_rules.revoke, uow, number)

    _done(settings(config), person, ("revoke-rule", f"RULE-{number}"), deed)


def _done(config: "Config", name: str, what: tuple[str, str], deed: Deed) -> None:
    """Do something to a subject as a person of the plant, in one transaction, and write down that the command line did it."""
    import secrets
    from datetime import UTC, datetime

    from handlers import mailroom
    from storage.happenings import Deed as Happening
    from storage.happenings import perform
    from storage.unit_of_work import Note

    action, subject = what

    def work(uow: "UnitOfWork") -> dict[str, Any]:
        uow.actor = _person(uow, name)
        mailroom.check(uow)
        said = deed(uow)
        uow.audit(Note(subject, "by the command line", words=f"mailroom {action}, by {_login()}"))
        return {"private": said.words, **({} if said.done else {"late": True})}

    happening = Happening(f"command line:{secrets.token_hex(8)}", "command line", what, datetime.now(UTC))
    with opened(config) as database:
        told = perform(database, config.plant(), happening, work)
    words = str(told.get("private", "")).strip()
    if "refused" in told or "late" in told:
        _ended(words, FOUND)
    sys.stdout.write(f"{words}\n")


def _pressed(uow: "UnitOfWork", number: int, name: str) -> "Said":
    """Press one of the mail buttons."""
    from handlers import mail_buttons

    deed = {"ignore": mail_buttons.ignore, "release": mail_buttons.release}[name]
    return _answered(deed, uow, _known(uow, number))


def _answered(deed: Callable[["UnitOfWork", Any], Any], uow: "UnitOfWork", number: int) -> "Said":
    """Do what a button does; its words for Slack become words for a terminal."""
    from html import unescape

    from handlers.happenings import Click
    from handlers.ids import value
    from handlers.mailroom import Said

    answer = deed(uow, Click(uow.key, uow.actor.slack_id or "", "", value(number)))
    return Said(done=True, words=unescape(str(answer.private)))


def _known(uow: "UnitOfWork", number: int) -> int:
    from orders.errors import NotKnown
    from storage.tables import InboundMail

    if uow.find(InboundMail, id=number) is None:
        raise NotKnown(kind="mail", written=number, hint="The list shows the numbers.")
    return number


def _person(uow: "UnitOfWork", written: str) -> Any:
    """Return the one active person who is called this; raises ``NotKnown`` for nobody or several."""
    from handlers import people
    from orders.errors import NotKnown
    from storage.tables import Person

    wanted = " ".join(written.split()).casefold()
    staff = uow.all(Person, active=True)
    found = [
        one for one in staff if wanted in {one.name.casefold(), one.email.casefold(), (one.slack_id or "").casefold()}
    ]
    if len(found) != 1:
        hint = (
            "Several people are called so: write the e-mail address."
            if found
            else "Write the whole name or the e-mail address."
        )
        raise NotKnown(kind="person", written=written, hint=hint)
    return people.actor(found[0])


def _supplier(uow: "UnitOfWork", written: str) -> int:
    """Return the one supplier with this code, or with this in its name; raises ``NotKnown`` for none or several."""
    from orders.errors import NotKnown
    from storage.tables import Supplier

    wanted, everybody = written.strip().casefold(), uow.all(Supplier)
    found = [one for one in everybody if one.code.casefold() == wanted] or [
        one for one in everybody if wanted in one.name.casefold()
    ]
    if len(found) != 1:
        hint = (
            f"It could be {', '.join(one.name for one in found[:5])}."
            if found
            else "Write its code or a part of its name."
        )
        raise NotKnown(kind="supplier", written=written, hint=hint)
    return int(found[0].id)


def _login() -> str:
    """Return who is logged in on this machine, as far as it knows."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "somebody"


def _wrong_use(sentence: str) -> None:
    _ended(sentence, USAGE)


def _ended(sentence: str, status: int) -> None:
    sys.stderr.write(f"{sentence}\n")
    raise typer.Exit(status)
