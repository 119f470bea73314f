"""The command line: ``chargehand run | sandbox | check | import | show | verify | read | …``."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.budget import app as budget_app
from bot.invoices import app as invoices_app
from bot.labels import qr
from bot.mailroom import app as mailroom_app
from bot.opening import CONFIGURATION, DAMAGED, FINE, FOUND, OUTSIDE, USAGE, opened, settings
from bot.options import AsJson, ConfigFile
from bot.policy import app as policy_app

SANDBOX_PORT = 8090

GREETING = """\
Chargehand keeps a plant's maintenance and purchasing where people already talk: in Slack and e-mail.

  chargehand sandbox                          try everything on this machine, without any account
  chargehand print manifest                   what to paste at Slack's "Create an app from a manifest"
  chargehand import plant/ --dry-run          see what your CSV or Excel files would change
  chargehand check                            test tokens, channels, people, mailbox and database
  chargehand run --config config.toml         run it

New here? chargehand sandbox\
"""

EXITS = (
    "Exit status: 0 fine, 1 something wrong was found, 2 wrong use, 3 configuration, 4 the outside world cannot be "
    "reached, 5 data damaged."
)

app = typer.Typer(
    add_completion=True,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Maintenance and purchasing where a plant already talks: Slack and e-mail.",
    epilog=EXITS,
)
config_app = typer.Typer(help="Look at the configuration.", no_args_is_help=True)
app.add_typer(config_app, name="config")
app.add_typer(budget_app, name="budget")
app.add_typer(invoices_app, name="invoices")
app.add_typer(mailroom_app, name="mailroom")
app.add_typer(policy_app, name="policy")
app.command()(qr)


def main() -> None:
    """Run the command line; expected errors are said in sentences and end with their own exit status."""
    with _expected_errors():
        app(prog_name="chargehand")


@contextmanager
def _expected_errors() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(FINE)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(FINE)
    except Exception as trouble:
        status = _status(trouble)
        if status is None:
            raise
        sys.stderr.write(f"{_words(trouble)}\n")
        sys.exit(status)


EXPECTED = {
    "ConfigurationWrong": CONFIGURATION,
    "NoTable": USAGE,
    "NoFontForCharacters": FOUND,
    "UnreadableKnowledge": USAGE,
    "CannotStart": OUTSIDE,
    "DatabaseUnusable": OUTSIDE,
    "SeedIsWrong": USAGE,
    "OperationalError": OUTSIDE,
    "OSError": OUTSIDE,
}
"""Errors that people cause or meet, by the class's name, so that nothing heavy is imported to recognise them."""


def _status(trouble: Exception) -> int | None:
    names = (kind.__name__ for kind in type(trouble).__mro__)
    return next((EXPECTED[name] for name in names if name in EXPECTED), None)


def _words(trouble: Exception) -> str:
    """Return what is wrong in one sentence; a database's own error comes without its statement."""
    told = getattr(trouble, "orig", None)
    return f"The database does not do its work: {told}." if told is not None else str(trouble)


@app.callback(invoke_without_command=True)
def greet(context: typer.Context) -> None:
    """Print what Chargehand is and the five commonest commands."""
    if context.invoked_subcommand is None:
        typer.echo(GREETING)


@app.command()
def run(*, config: ConfigFile = None) -> None:
    """Run the bot until it is stopped.

    Example: chargehand run --config config.toml
    """
    import asyncio

    from bot import logs
    from bot.config import check_ready, with_reply_secret

    settled = settings(config)
    check_ready(settled)
    logs.set_up(settled.log.level, settled.log.form)
    from bot.app import run as run_bot

    asyncio.run(run_bot(with_reply_secret(settled), ready=lambda sentence: print(sentence, flush=True)))  # noqa: T201


@app.command()
def sandbox(
    *,
    data: Annotated[Path | None, typer.Option(help="Folder in which the sandbox keeps its state.")] = None,
    port: Annotated[int, typer.Option(envvar="PORT", min=0, max=65535, help="Port of the page; 0: a free one.")] = (
        SANDBOX_PORT
    ),
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget the state and start anew.")] = False,
    open_page: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = True,
    past: Annotated[bool, typer.Option("--past/--no-past", help="Give the plant two years of earlier work.")] = True,
) -> None:
    """Try everything on this machine: a pretend Slack and mail server with a demo plant.

    Example: chargehand sandbox --fresh --no-open
    """
    import asyncio

    import platformdirs

    from bot import logs
    from bot.sandbox import run_sandbox

    logs.set_up("warning", "text")
    folder = data or Path(platformdirs.user_data_dir("chargehand")) / "sandbox"
    asyncio.run(run_sandbox(folder, port, fresh=fresh, open_page=open_page, past=past))


@app.command()
def check(*, config: ConfigFile = None, json: AsJson = False) -> None:
    """Test the configuration and everything outside it, one line per thing with what to do.

    Example: chargehand check --config config.toml
    """
    import asyncio

    from bot import printing
    from bot.check import checked

    findings = asyncio.run(checked([config] if config else None))
    if json:
        printing.as_json([finding.to_json() for finding in findings])
    else:
        rows = [(finding.name, finding.verdict.value, finding.sentence) for finding in findings]
        printing.table(("Check", "", "What to do"), rows)
    raise typer.Exit(FOUND if any(finding.is_wrong for finding in findings) else FINE)


@app.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(help="Folder with people.csv, assets.csv, parts.csv, … or .xlsx.")],
    *,
    config: ConfigFile = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the differences and write nothing.")] = False,
    wrong_rows: Annotated[
        Path | None, typer.Option(help="Folder for the wrong rows as CSV, with the reason in one more column.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Load the plant from CSV or Excel files: all or nothing, and again whenever they change.

    Example: chargehand import plant/ --dry-run
    """
    from bot import printing
    from bot.plant_import import import_plant

    settled = settings(config)
    with opened(settled, want="fresh") as database, printing.progress() as shown:
        report = import_plant(database, settled.plant(), folder, dry_run=dry_run, progress=shown)
    if wrong_rows:
        _write_wrong_rows(wrong_rows, report.bad_rows)
    if json:
        printing.as_json(printing.import_as_json(report))
    else:
        printing.import_report(report)
        printing.say(_said(written=report.written, dry_run=dry_run, wrong=bool(report.wrong)))
    raise typer.Exit(FOUND if report.wrong else FINE)


def _write_wrong_rows(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{Path(name).stem}.csv").write_text(text, "utf-8")


def _said(*, written: bool, dry_run: bool, wrong: bool) -> str:
    if wrong:
        return "Nothing was written. Mend the rows above, or collect them with --wrong-rows FOLDER."
    if dry_run:
        return "Nothing was written: this was a dry run. Leave --dry-run out to write it."
    return "Everything is written." if written else "Nothing was written."


@app.command()
def show(
    number: Annotated[str, typer.Argument(help="A number such as WO-2026-00412, PO-118 or DR-7.")],
    config: ConfigFile = None,
) -> None:
    """Print one document with everything that belongs to it and its whole timeline, as JSON.

    Example: chargehand show PO-118
    """
    from bot import inspection, printing

    settled = settings(config)
    with opened(settled) as database:
        document = inspection.show(database, number)
    if document is None:
        printing.say(f"I know no {number}. Write it like WO-2026-00412 or PO-118.", stream=sys.stderr)
        raise typer.Exit(FOUND)
    printing.as_json(document)


@app.command()
def evidence(
    number: Annotated[str, typer.Argument(help="The number of a purchase order, such as PO-118.")],
    *,
    out: Annotated[Path, typer.Option(help="Folder for the file.")] = Path(),
    config: ConfigFile = None,
) -> None:
    """Write everything that proves what happened to an order into one zip: paper, mails, approvals, audit chain.

    Example: chargehand evidence PO-118 --out audit/
    """
    from bot import evidence as gathering
    from bot import printing
    from bot.config import with_reply_secret

    settled = with_reply_secret(settings(config))
    with opened(settled) as database:
        pack = gathering.pack(database, settled.plant(), number)
    if pack is None:
        printing.say(f"I know no order {number}. Write it like PO-118 or DR-7.", stream=sys.stderr)
        raise typer.Exit(FOUND)
    out.mkdir(parents=True, exist_ok=True)
    (out / pack.name).write_bytes(pack.content)
    printing.say(f"{out / pack.name}: {len(pack.content) // 1024} kB.")


@app.command()
def verify(*, config: ConfigFile = None, json: AsJson = False) -> None:
    """Check that the audit chain is whole and that every sum equals its ledger.

    Example: chargehand verify --json
    """
    from bot import inspection, printing

    settled = settings(config)
    with opened(settled) as database:
        verdict = inspection.verify(database)
    if json:
        printing.as_json({"whole": not verdict, "damage": verdict})
    for sentence in [] if json else verdict or ["Everything agrees: audit chain, stock, budgets, orders."]:
        printing.say(sentence)
    raise typer.Exit(DAMAGED if verdict else FINE)


@app.command()
def read(
    mails: Annotated[list[Path], typer.Argument(help="Mail files (.eml).")],
    orders: Annotated[Path | None, typer.Option(help="JSON file with what is known: plant, suppliers, orders.")] = None,
    *,
    why: Annotated[bool, typer.Option("--why", help="Say in sentences why each mail is read as it is.")] = False,
) -> None:
    """Read suppliers' mails without any database and print one JSON object a mail, or why it is read so.

    Example: chargehand read mails/*.eml --orders orders.json
    """
    from bot.reading import as_line, as_sentences, read_mails

    try:
        for reading in read_mails(mails, orders):
            sys.stdout.write(as_sentences(reading) if why else as_line(reading))
    except OSError as trouble:
        sys.stderr.write(f"{trouble}\n")
        raise typer.Exit(USAGE) from trouble


@config_app.command("show")
def config_show(*, config: ConfigFile = None, json: AsJson = False) -> None:
    """Print every setting and where its value came from; secrets are masked.

    Example: chargehand config show
    """
    from json import dumps

    from bot import printing
    from bot.config import loaded

    rows = list(loaded([config] if config else None).settings())
    if json:
        printing.as_json({row.name: {"value": row.value, "from": row.origin} for row in rows})
    else:
        printing.table(("Setting", "Value", "From"), [(one.name, dumps(one.value), one.origin) for one in rows])


class Paper(StrEnum):
    """What can be printed."""

    MANIFEST = "manifest"
    SYSTEMD = "systemd"


@app.command("print")
def print_(
    paper: Annotated[Paper, typer.Argument(help="What to print.")],
    http: Annotated[
        str | None, typer.Option("--http", metavar="URL", help="The manifest for HTTP mode at this address.")
    ] = None,
) -> None:
    """Print a file that is needed elsewhere: the Slack app manifest, or a systemd unit.

    Example: chargehand print manifest --http https://chargehand.example.com/slack/events
    """
    if paper is Paper.SYSTEMD:
        sys.stdout.write((Path(__file__).parent / "chargehand.service").read_text("utf-8"))
        return
    from bot.manifest import written

    sys.stdout.write(written("http", http) if http else written("socket"))


@app.command()
def migrate(*, config: ConfigFile = None) -> None:
    """Make the tables of a new database, or bring an older one up to date after a copy.

    Example: chargehand migrate --config config.toml
    """
    from bot import printing
    from storage import migration

    with opened(settings(config), want="any") as database:
        printing.say(migration.migrate(database))


@app.command()
def health(*, config: ConfigFile = None, json: AsJson = False) -> None:
    """Ask a running bot on this machine how it is.

    Example: chargehand health --json
    """
    from bot import printing
    from bot.health import asked

    answer = asked(settings(config))
    if json:
        printing.as_json({"reachable": answer.reachable, "ok": answer.ok, "trouble": list(answer.trouble)})
    else:
        for sentence in answer.trouble or ("Everything works.",):
            printing.say(sentence)
    raise typer.Exit(FINE if answer.ok else FOUND if answer.reachable else OUTSIDE)


if __name__ == "__main__":
    main()
