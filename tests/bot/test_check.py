"""The check: with everything in order it says so, and each thing that is broken has its sentence."""

import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import check_approvals, check_inside, check_slack, demo
from bot.check import check_all, checked
from bot.check_mail import check_mail
from bot.check_slack import check_slack as ask_slack
from bot.check_slack import said
from bot.config import Config, load
from bot.findings import Finding, Verdict
from bot.manifest import SCOPES
from bot.plant_import import import_plant
from bot.settings_approvals import RateSettings
from bot.settings_budget import BudgetSettings
from sandbox.outside import Outside
from storage import migration
from storage.database import Database

Settings = dict[str, Any]


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[Outside]:
    """The pretend world of the demo plant, Slack and mail."""
    started = await Outside.start(tmp_path / "outside", 0, seed=demo.seed())
    yield started
    await started.stop()


@pytest.fixture
def configured(outside: Outside, tmp_path: Path) -> Callable[..., Config]:
    """The demo plant's configuration for that world, with some values changed."""

    def made(**changes: Settings) -> Config:
        imap, smtp = outside.imap, outside.smtp
        box = {"host": imap[0], "port": imap[1], "tls": "none", "user": outside.mail_user}
        options: dict[str, Settings] = {
            "storage": {"path": str(tmp_path / "data")},
            "slack": {"api_url": outside.api_url, "bot_token": outside.bot_token, "app_token": outside.app_token},
            "mail": {
                "in": {**box, "password": outside.mail_password} | changes.pop("box", {}),
                "out": {"host": smtp[0], "port": smtp[1], "tls": "none"} | changes.pop("out", {}),
            },
        }
        for group, values in changes.items():
            options[group] = {**options.get(group, {}), **values}
        return load([demo.settings()], options=options, environment={})

    return made


@pytest.fixture
def imported(configured: Callable[..., Config]) -> Database:
    """The demo plant in its database."""
    config = configured()
    database = Database(config.database_url)
    migration.migrate(database)
    import_plant(database, config.plant(), demo.folder())
    database.close()
    return database


def faults(findings: list[Finding]) -> list[str]:
    return [f"{finding.name}: {finding.sentence}" for finding in findings if finding.is_wrong]


async def test_a_plant_in_order_has_no_fault(configured: Callable[..., Config], imported: Database) -> None:
    findings = await check_all(configured())

    assert faults(findings) == []
    assert {finding.name for finding in findings} >= {
        "Database", "Disk", "Approvals", "Documents", "Slack token", "Token kind", "Scopes", "Socket Mode", "Channels",
        "People", "Clock", "Mail", "Mailbox", "Mail server",
    }  # fmt: skip
    assert all(finding.sentence.endswith(".") for finding in findings)


BROKEN: list[tuple[str, dict[str, Settings], str]] = [
    ("a wrong token", {"slack": {"bot_token": "xoxb-wrong"}}, "Slack token: Slack at {api} does not take it: the token is not valid here"),
    ("no Slack", {"slack": {"api_url": "http://127.0.0.1:9/api/"}}, "Slack token: Slack at http://127.0.0.1:9/api/ does not take it: it does not answer"),
    ("a wrong app token", {"slack": {"app_token": "xapp-wrong"}}, "Socket Mode: It does not open: the token is not valid here"),
    ("an unknown channel", {"channels": {"faults": ["C0NOWHERE"]}}, "Channels: channels.faults C0NOWHERE: there is no such channel"),
    ("a channel that is not named", {"channels": {"stores": ""}}, "Channels: channels.stores is empty: name the channel's id."),
    ("no rule", {"approvals": {"rules": []}}, "Approvals: There is no approval rule"),
    ("a rule for a stranger", {"approvals": {"rules": [{"name": "Boss", "who": ["boss@halden.example"]}], "fallback": []}}, "Approvals: Rule “Boss” names boss@halden.example, who is not among the active people."),
    ("a rule for a role nobody has", {"approvals": {"rules": [{"name": "Suppliers", "who": ["role:supplier"]}], "fallback": []}}, "Approvals: Rule “Suppliers” names nobody"),
    ("an owner who cannot ask", {"approvals": {"rules": [{"name": "Owner", "who": ["owner"]}], "fallback": []}}, "Approvals: Nobody may approve orders for 410 that Bo Lindqvist asks for"),
    ("a step that only one person has", {"approvals": {"rules": [{"name": "Owner", "who": ["bo.lindqvist@halden.example"]}, {"name": "Boss", "who": ["bo.lindqvist@halden.example"], "above": "5000"}], "fallback": []}}, "Approvals: Nobody may approve orders above EUR 5,000.00 for 410"),
    ("more people than there are", {"approvals": {"rules": [{"name": "Three", "who": ["bo.lindqvist@halden.example", "helen.strand@halden.example"], "need": 3}], "fallback": []}}, "Approvals: Rule “Three” needs 3 of 2 people"),
    ("a rule that only some orders meet", {"approvals": {"rules": [{"name": "Owner", "who": ["owner"]}, {"name": "Risky", "who": ["bo.lindqvist@halden.example", "helen.strand@halden.example"], "risks": ["high"], "need": 2}], "fallback": ["noor.aziz@halden.example"]}}, "Approvals: Nobody may approve orders (risk high) for 410"),
    ("a place of a rule that is not there", {"approvals": {"rules": [{"name": "Owner", "who": ["owner"]}, {"name": "Auto", "automatic": True, "kinds": ["release"], "up_to": "500", "instead": ["Boss"]}], "fallback": ["helen.strand@halden.example"]}}, "Approvals: Rule “Auto” takes the place of “Boss”"),
    ("a fallback who left", {"approvals": {"rules": [{"name": "Owner", "who": ["owner"]}], "fallback": ["gone@halden.example", "helen.strand@halden.example"]}}, "Approvals: approvals.fallback names gone@halden.example"),
    ("a wrong mail password", {"box": {"password": "wrong"}}, "refuses the login of purchasing@halden.example"),
    ("an unknown folder", {"box": {"folder": "Nowhere"}}, "Nowhere does not open"),
    ("no mailbox", {"box": {"port": 9}}, "127.0.0.1:9 INBOX does not open"),
    ("no mail server", {"out": {"port": 9}}, "Mail server: 127.0.0.1:9 stops at connect"),
    ("a mail server that cannot encrypt", {"out": {"tls": "starttls"}}, "mend mail.out.tls or ca_file"),
    ("no address", {"mail": {"address": ""}}, "Mail: mail.address is empty"),
    ("a letter no font has", {"plant": {"name": "工場"}}, "Documents: No font has 工, 場"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "sentence"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
async def test_each_broken_thing_has_its_sentence(
    configured: Callable[..., Config], imported: Database, outside: Outside, changes: dict[str, Settings], sentence: str
) -> None:
    if "mail" in changes:
        changes = {"mail": {**configured().mail.model_dump(by_alias=True), **changes["mail"]}}

    found = faults(await check_all(configured(**{name: dict(values) for name, values in changes.items()})))

    assert any(sentence.format(api=outside.api_url) in one for one in found), found


async def test_a_server_whose_word_nobody_believes_is_told(
    configured: Callable[..., Config], imported: Database
) -> None:
    mail = configured().mail.model_dump(by_alias=True) | {"trusted_authserv": []}

    found = faults(await check_mail(configured(mail=mail)))

    assert found == [
        (
            "Mail: No server's word about senders is believed, so every mail goes to quarantine: "
            "name your receiving server in mail.trusted_authserv."
        )
    ]


async def test_without_mail_servers_mail_is_off() -> None:
    findings = await check_mail(Config())

    assert [finding.verdict for finding in findings] == [Verdict.OFF] * 3


async def test_a_person_whom_slack_does_not_know_is_told(configured: Callable[..., Config], imported: Database) -> None:
    database = Database(configured().database_url)
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE people SET slack_id = NULL, email = 'x@y.example' WHERE name = 'Tom Okafor'")
        connection.exec_driver_sql("UPDATE people SET slack_id = 'U0GONE' WHERE name = 'Ines Vogt'")
    database.close()

    found = faults(await ask_slack(configured()))

    assert found == [
        "People: Tom Okafor is not in Slack under the address x@y.example: put the Slack id into people.csv.",
        "People: Ines Vogt is not in Slack under the id U0GONE: put the Slack id into people.csv.",
    ]


async def test_a_cost_centre_without_an_owner_is_told(configured: Callable[..., Config], imported: Database) -> None:
    database = Database(configured().database_url)
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE cost_centres SET owner_id = NULL WHERE code = '450'")
    database.close()

    found = faults(check_approvals.check_approvals(configured()))

    assert found == ["Approvals: Cost centre 450 has no active owner: name one in cost_centres.csv."]


async def test_an_empty_database_is_told_once_by_each_check(configured: Callable[..., Config]) -> None:
    found = faults(await check_all(configured()))

    assert [one.partition(":")[0] for one in found] == ["Database", "Approvals", "People"]
    assert "`chargehand migrate`" in found[0]


async def test_a_plant_without_people_is_told(configured: Callable[..., Config]) -> None:
    database = Database(configured().database_url)
    migration.migrate(database)
    database.close()

    found = faults(await check_all(configured()))

    assert found == [
        "Approvals: There is no cost centre: import cost_centres.csv with owners.",
        "People: Nobody is known who could act: import people.csv with roles.",
    ]


async def test_a_missing_scope_costs_one_thing_and_is_said_once(
    configured: Callable[..., Config], imported: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    less = frozenset(scope.name for scope in SCOPES if scope.name != "files:read")
    monkeypatch.setattr(check_slack.Slack, "scopes", less)

    found = faults(await ask_slack(configured()))

    assert found == [
        (
            "Scopes: files:read is missing, so photos are not kept with the work order. It is needed to keep the photos "
            "that belong to a fault: add it under OAuth & Permissions and reinstall the app."
        )
    ]


async def test_a_person_s_own_token_is_told(configured: Callable[..., Config], imported: Database) -> None:
    from bot.check_slack import Slack, _clock, _token_kind, client_of

    async with client_of(configured()) as client:
        personal = Slack(configured(), client, {"user": "luis"}, {"date": "Sun, 22 Nov 2020 12:00:00 GMT"})

        kind, clock = await _token_kind(personal), await _clock(personal)

    assert faults(kind) == ["Token kind: It is a person's token: use the Bot User OAuth Token, not a user's own."]
    assert faults(clock)[0].startswith("Clock: This machine's clock differs from Slack's by ")


@pytest.mark.parametrize(
    ("channel", "sentence"),
    [
        ({"name": "old", "is_archived": True}, "channels.faults #old is archived: name another channel."),
        ({"name": "quiet"}, "channels.faults #quiet: the bot is not in it; write /invite @chargehand there."),
        (
            {"name": "general", "is_member": True, "is_general": True},
            "channels.faults #general is the channel of everybody: name another, or set allow_general.",
        ),
    ],
)
async def test_a_channel_that_cannot_serve_is_told(channel: Settings, sentence: str) -> None:
    from bot.check_slack import Slack, _channel

    class Client:
        async def conversations_info(self, **_: str) -> Settings:
            return {"channel": channel}

    slack = Slack(Config(), Client(), {"user": "chargehand"}, {})  # type: ignore[arg-type]

    found = await _channel(slack, "C0ONE", "channels.faults")

    assert (found.verdict, found.sentence) == (Verdict.WRONG, sentence)


async def test_http_mode_needs_no_socket(configured: Callable[..., Config], imported: Database) -> None:
    config = configured(slack={"mode": "http", "signing_secret": "x"})

    findings = await ask_slack(config)

    assert "Socket Mode" not in {finding.name for finding in findings}
    assert "HTTP mode" in {finding.name for finding in findings}


@pytest.mark.parametrize(
    ("kind", "free", "sentence"),
    [
        ("nfs4", 2**30, "lies on nfs4, where SQLite can lose work"),
        ("ext4", 2**20, "Only 1 MiB are free"),
    ],
)
def test_a_disk_that_would_lose_work_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, free: int, sentence: str
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"root / ext4 rw 0 0\nserver:/plant {tmp_path} {kind} rw 0 0\n")
    monkeypatch.setattr(check_inside.shutil, "disk_usage", lambda _: type("Usage", (), {"free": free})())

    found = check_inside.check_disk(Config(storage={"path": tmp_path / "data"}), mounts)

    assert sentence in faults(found)[0]


def test_a_server_database_may_lie_anywhere(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/plant {tmp_path} nfs4 rw 0 0\n")

    found = check_inside.check_disk(Config(storage={"path": tmp_path, "url": "postgresql://x/y"}), mounts)

    assert faults(found) == []


def test_a_machine_that_does_not_tell_its_mounts_is_believed(tmp_path: Path) -> None:
    found = check_inside.check_disk(Config(storage={"path": tmp_path}), tmp_path / "none")

    assert faults(found) == []


def test_a_database_that_does_not_answer_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"postgresql://nobody@127.0.0.1:{taken.getsockname()[1]}/plant"

        found = faults(check_inside.check_database(Config(storage={"url": url})))

    assert found[0].startswith(f"Database: The database at {url} does not answer")


async def test_a_configuration_that_cannot_be_read_is_all_there_is(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[slack]\nmode = "x"\n')

    findings = await checked([tmp_path / "config.toml"])

    assert [(one.name, one.verdict) for one in findings] == [("Configuration", Verdict.WRONG)]


async def test_missing_tokens_are_told_and_the_rest_is_still_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHARGEHAND_STORAGE__PATH", str(tmp_path))
    (tmp_path / "config.toml").write_text("")

    findings = await checked([tmp_path / "config.toml"])

    names = [finding.name for finding in findings]
    assert names[:3] == ["Configuration"] * 3
    assert "Slack token" not in names
    assert "Mail" in names


def test_an_error_without_words_of_its_own_is_named() -> None:
    assert said(aiohttp.ClientError()) == "it does not answer (ClientError): mend slack.api_url or the network"


async def test_an_owner_who_has_left_is_named(configured: Callable[..., Config], imported: Database) -> None:
    database = Database(configured().database_url)
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE people SET active = 0 WHERE name = 'Marta Kowalska'")
    database.close()

    found = faults(check_approvals.check_approvals(configured()))

    assert "Approvals: Cost centre 420 has no active owner, because Marta Kowalska has left: name one in cost_centres.csv." in found  # fmt: skip


async def test_stand_ins_in_a_circle_and_one_who_left_are_named(
    configured: Callable[..., Config], imported: Database
) -> None:
    database = Database(configured().database_url)
    away = (
        "INSERT INTO absences (person_id, stand_in_id, first, last, state, made_by_id, made_at) "
        "SELECT a.id, b.id, '2026-01-01', '2126-01-01', 'planned', a.id, '2026-01-01 00:00:00' "
        "FROM people a, people b WHERE a.name = '{}' AND b.name = '{}'"
    )
    with database.transaction() as connection:
        for pair in (("Bo Lindqvist", "Helen Strand"), ("Helen Strand", "Bo Lindqvist"), ("Ines Vogt", "Grace Obi")):
            connection.exec_driver_sql(away.format(*pair))
        connection.exec_driver_sql("UPDATE people SET active = 0 WHERE name = 'Grace Obi'")
    database.close()

    found = faults(check_approvals.check_approvals(configured()))

    assert any("Bo Lindqvist and Helen Strand are away and stand in for each other" in one for one in found)
    assert any("Ines Vogt is away and Grace Obi, who stands in, is not active any more." in one for one in found)


async def test_budgets_that_nobody_can_release_or_that_have_no_rate_are_named(
    configured: Callable[..., Config], imported: Database
) -> None:
    database = Database(configured().database_url)
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE people SET roles = 'approver' WHERE roles LIKE '%finance%'")
        connection.exec_driver_sql("UPDATE budgets SET currency = 'NOK' WHERE year = 2026")
    database.close()
    config = configured()
    config = config.model_copy(update={"budget": BudgetSettings(mode="block")})

    found = faults(check_approvals.check_approvals(config))

    assert any("nobody has the role finance" in one for one in found), found
    assert any("Budgets are kept in NOK and there is no rate" in one for one in found), found


@pytest.mark.parametrize(
    ("rates", "sentence"),
    [
        ([], "Suppliers are paid in USD and there is no rate: add one under [[rates]]."),
        ([{"currency": "USD", "worth": "0.92", "on": "2020-01-01"}], "The rate of USD is of 2020-01-01: write down a newer one"),
    ],
)  # fmt: skip
async def test_a_currency_without_a_rate_or_with_an_old_one_is_named(
    configured: Callable[..., Config], imported: Database, rates: list[Settings], sentence: str
) -> None:
    database = Database(configured().database_url)
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE suppliers SET currency = 'USD' WHERE code = 'HARTMANN'")
    database.close()
    config = configured()
    config = config.model_copy(update={"rates": tuple(RateSettings(**rate) for rate in rates)})

    found = faults(check_approvals.check_approvals(config))

    assert any(sentence in one for one in found), found
