"""The configuration: what wins over what, and every fault as one sentence with its place."""

import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import Config, ConfigurationWrong, check_ready, load, loaded, with_reply_secret
from orders.money import Money

Writing = Callable[[str], Path]

TOKENS = {"CHARGEHAND_SLACK__BOT_TOKEN": "xoxb-1", "CHARGEHAND_SLACK__APP_TOKEN": "xapp-1"}


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Writing:
    monkeypatch.chdir(tmp_path)

    def write(text: str) -> Path:
        Path("config.toml").write_text(text, "utf-8")
        return Path("config.toml")

    return write


def complaints(file: Path, environment: dict[str, str] | None = None) -> tuple[str, ...]:
    with pytest.raises(ConfigurationWrong) as refused:
        load([file], environment=environment or {})
    return refused.value.sentences


WRONG = [
    (
        '[plant]\nname = "Halden"\n\n[approvals]\nundo_seconds = "one minute"\n',
        'config.toml:5 approvals.undo_seconds = "one minute": write a number of seconds, for example 60.',
    ),
    (
        "[approvals]\nundo_second = 60\n",
        "config.toml:2 approvals.undo_second: there is no such setting; did you mean approvals.undo_seconds?",
    ),
    ("[slak]\nmode = 1\n", "config.toml:1 slak: there is no such setting; did you mean slack?"),
    ('[slack]\nmode = "htp"\n', 'config.toml:2 slack.mode = "htp": write "socket" or "http".'),
    ("[mail.in]\nport = 70000\n", "config.toml:2 mail.in.port = 70000: write a port from 0 to 65535."),
    ('[plant]\ncurrency = "EURO"\n', 'config.toml:2 plant.currency = "EURO": write three capital letters, for example EUR.'),
    (
        '[plant]\ntime_zone = "Berlin"\n',
        'config.toml:2 plant.time_zone = "Berlin": write a zone of the IANA list, for example Europe/Berlin.',
    ),
    ("plant = 3\n", "config.toml:1 plant = 3: write a table [plant] with settings in it."),
    (
        '[[approvals.rules]]\nname = "Owner"\nwho = ["owner"]\n\n[[approvals.rules]]\nwho = ["owner"]\nabove = "much"\n',
        'config.toml:7 approvals.rules[2].above = "much": write an amount such as "5000".',
    ),
    (
        '[[approvals.rules]]\nwho = ["role:boss"]\n',
        ('config.toml:2 approvals.rules[1].who = ["role:boss"]: write a list of "owner" (of the cost centre), '
        '"role:finance" or e-mail addresses.'),
    ),
    (
        '[[approvals.rules]]\nname = "Somebody"\n',
        'config.toml:1 approvals.rules[1].who is missing: write for example who = ["owner"].',
    ),
    (
        '[plant]\ncurrency = "JPY"\n[[approvals.rules]]\nwho = ["owner"]\nabove = "10.50"\n',
        'config.toml:5 approvals.rules[1].above = "10.50": write an amount with the digits that JPY has, for example 5000.',
    ),
    (
        '[slack]\nbot_token = "xoxb-secret"\n',
        ("config.toml:2 slack.bot_token: a secret does not stand in this file; set CHARGEHAND_SLACK__BOT_TOKEN, "
        "or name a file with slack.bot_token_file."),
    ),
    (
        '[storage]\nurl = "postgresql://me:secret@host/plant"\n',
        ("config.toml:2 storage.url: a secret does not stand in this file; set CHARGEHAND_STORAGE__URL, "
        "or name a file with storage.url_file."),
    ),
    ('[storage]\nurl = "mysql://host/plant"\n', "config.toml:2 storage.url: write an address that begins with sqlite:/// or postgresql://."),
    (
        '[numbers]\nreceipt = "GR"\n',
        ('config.toml:2 numbers.receipt = "GR": write two letters, a year if you like and a number, '
        "for example GR-{year}-{number:05}."),
    ),
    (
        '[channels]\nfaults = ["maintenance"]\n',
        ('config.toml:2 channels.faults = ["maintenance"]: write a list of channel ids such as ["C0123ABCD"] '
        "(Slack shows the id at the foot of the channel's details)."),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), WRONG, ids=[sentence.split(":")[1][2:40] for _, sentence in WRONG])
def test_a_wrong_setting_is_said_with_file_line_and_what_would_be_right(
    written: Writing, text: str, sentence: str
) -> None:
    file = written(text)

    said = complaints(file)

    assert said == (sentence,)


def test_all_that_is_wrong_is_said_at_once(written: Writing) -> None:
    file = written('[plant]\ncurrency = "EURO"\n[slack]\nmode = "x"\n')

    said = complaints(file)

    assert len(said) == 2


def test_a_file_that_is_no_toml_is_named_with_its_line(written: Writing) -> None:
    file = written("[plant]\nname = Halden\n")

    said = complaints(file)

    assert said[0].startswith("config.toml:2 is no TOML")


def test_a_file_that_is_not_utf8_is_named_with_its_line(written: Writing) -> None:
    file = written("")
    file.write_bytes(b'[plant]\nname = "H\xe4lden"\n')

    said = complaints(file)

    assert said == ("config.toml:2 holds a byte that is not UTF-8; save the file as UTF-8.",)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = complaints(tmp_path / "none.toml")

    assert said == (f"{tmp_path / 'none.toml'} cannot be read: No such file or directory.",)


def test_a_setting_in_the_environment_is_named_by_its_variable(written: Writing) -> None:
    said = complaints(written(""), {"CHARGEHAND_APPROVALS__UNDO_SECONDS": "soon"})

    assert said[0].startswith('CHARGEHAND_APPROVALS__UNDO_SECONDS approvals.undo_seconds = "soon": write')


def test_a_stray_variable_is_refused(written: Writing) -> None:
    said = complaints(written(""), {"CHARGEHAND_SLAK__MODE": "http"})

    assert said[0].startswith("CHARGEHAND_SLAK__MODE is no setting")


def test_a_secret_of_the_wrong_kind_is_not_repeated(written: Writing) -> None:
    said = complaints(written("[slack]\nbot_token = 12345\n"))

    assert "12345" not in said[0]


def test_option_wins_over_environment_over_file_over_default(written: Writing) -> None:
    file = written('[plant]\nname = "file"\ncurrency = "SEK"\nlanguage = "de"\n')
    environment = {"CHARGEHAND_PLANT__NAME": "environment", "CHARGEHAND_PLANT__CURRENCY": "NOK"}

    config = load([file], options={"plant": {"name": "option"}}, environment=environment)

    site = config.site
    assert (site.name, site.currency, site.language, site.time_zone) == ("option", "NOK", "de", "UTC")


def test_the_folder_s_own_file_wins_over_the_user_s(written: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    written('[plant]\nname = "here"\n')
    home = Path("home/chargehand")
    home.mkdir(parents=True)
    (home / "config.toml").write_text('[plant]\nname = "home"\nlanguage = "sv"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(Path("home").absolute()))

    config = load(environment={})

    assert (config.site.name, config.site.language) == ("here", "sv")


def test_a_list_in_the_environment_is_written_with_commas(written: Writing) -> None:
    config = load([written("")], environment={"CHARGEHAND_CHANNELS__FAULTS": "C0ONE, C0TWO"})

    assert config.channels.faults == ("C0ONE", "C0TWO")


def test_mail_in_and_out_are_set_from_the_environment(written: Writing) -> None:
    environment = {"CHARGEHAND_MAIL__IN__PASSWORD": "one", "CHARGEHAND_MAIL__OUT__PASSWORD": "two"}

    config = load([written("")], environment=environment)

    assert (config.mail.incoming.password, config.mail.outgoing.password) == ("one", "two")


def test_a_secret_is_read_from_a_file_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-from-file\n")
    (tmp_path / "config.toml").write_text('[slack]\nbot_token_file = "token"\n')

    config = load([tmp_path / "config.toml"], environment={})

    assert config.slack.bot_token == "xoxb-from-file"


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "cannot be read: No such file or directory"), ("", "is empty"), (b"\xff\xfe", "is no text file")],
)
def test_a_secret_file_that_holds_none_is_named(written: Writing, content: str | bytes | None, reason: str) -> None:
    file = written('[slack]\nbot_token_file = "token"\n')
    if content is not None:
        Path("token").write_bytes(content if isinstance(content, bytes) else content.encode())

    said = complaints(file)

    assert said[0].startswith("config.toml:2 slack.bot_token_file: token ")
    assert reason in said[0]


def test_a_secret_is_not_shown(written: Writing) -> None:
    config = load([written("")], environment=TOKENS)

    assert "xoxb-1" not in repr(config)


def test_every_value_says_where_it_came_from(written: Writing) -> None:
    Path("token").write_text("xapp-1")
    file = written('[slack]\nmode = "http"\napp_token_file = "token"\n')

    rows = {row.name: row for row in loaded([file], environment={"CHARGEHAND_SLACK__BOT_TOKEN": "xoxb-1"}).settings()}

    assert rows["slack.mode"].origin == "config.toml:2"
    assert (rows["slack.bot_token"].value, rows["slack.bot_token"].origin) == (
        "set, not shown",
        "CHARGEHAND_SLACK__BOT_TOKEN",
    )
    assert (rows["slack.app_token"].value, rows["slack.app_token"].origin) == ("set, not shown", "config.toml:3")
    assert rows["log.level"].origin == "default"


def test_settings_are_frozen(written: Writing) -> None:
    config = load([written("")], environment={})

    with pytest.raises(ValueError, match="frozen"):
        config.slack.mode = "http"


def test_a_plant_is_made_of_the_settings(written: Writing) -> None:
    file = written(
        '[plant]\nname = "Halden"\ntime_zone = "Europe/Oslo"\ncurrency = "NOK"\n'
        '[plant.address]\nstreet = "Mill Road 4"\n[mail]\naddress = "buy@halden.example"\n'
        '[approvals]\nundo_seconds = 0\nfallback = ["role:finance"]\n'
        '[[approvals.rules]]\nname = "Owner"\nwho = ["owner"]\n'
        '[[approvals.rules]]\nname = "Boss"\nwho = ["boss@halden.example"]\nabove = 5000\nneed = "all"\n'
    )

    plant = load([file], environment={}).plant()

    assert (plant.name, str(plant.zone), plant.undo) == ("Halden", "Europe/Oslo", timedelta(0))
    assert plant.deliver_to.street == "Mill Road 4"
    assert plant.mail.domain == "halden.example"
    assert [rule.above for rule in plant.approval_rules] == [None, Money(500_000, "NOK")]
    assert plant.approval_rules[1].need == "all"


def test_defaults_agree_with_the_plant_s_own(written: Writing) -> None:
    from orders.plant import Plant

    plant = load([written("")], environment={}).plant()

    assert plant == Plant()


READY = {"slack": {"bot_token": "xoxb-1", "app_token": "xapp-1"}, "channels": {"faults": ("C0ONE",)}}


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"slack": {"bot_token": ""}}, "slack.bot_token is missing: set CHARGEHAND_SLACK__BOT_TOKEN"),
        ({"slack": {"bot_token": "xoxp-1"}}, "slack.bot_token is not a bot token"),
        ({"slack": {"app_token": ""}}, "slack.app_token is missing"),
        ({"slack": {"app_token": "xoxb-1"}}, "slack.app_token is not a app token"),
        ({"slack": {"mode": "http"}}, "slack.signing_secret is missing"),
        ({"channels": {"faults": ()}}, "channels.faults is missing"),
        ({"mail": {"secret": "short"}}, "mail.secret is too short"),
    ],
)
def test_a_bot_does_not_start_without(change: dict[str, dict[str, str]], missing: str) -> None:
    options = {group: {**READY.get(group, {}), **change.get(group, {})} for group in (*READY, *change)}
    config = load([], options=options, environment={})

    with pytest.raises(ConfigurationWrong, match=missing):
        check_ready(config)


def test_a_bot_starts_with_tokens_and_a_channel() -> None:
    check_ready(load([], options=READY, environment={}))


def test_a_reply_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    config = load([], options={"storage": {"path": str(tmp_path / "data")}}, environment={})

    first, second = with_reply_secret(config), with_reply_secret(config)

    assert first.mail.secret == second.mail.secret
    assert len(first.mail.secret) >= 32
    assert stat.S_IMODE((tmp_path / "data" / "mail.secret").stat().st_mode) == 0o600


def test_a_given_reply_secret_is_kept(tmp_path: Path) -> None:
    config = Config(mail={"secret": "x" * 40}, storage={"path": tmp_path})

    assert with_reply_secret(config) is config


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    config = Config(storage={"path": tmp_path / "file"})

    with pytest.raises(ConfigurationWrong, match="cannot be written"):
        with_reply_secret(config)


def test_the_database_is_a_file_in_the_data_folder_unless_an_address_is_given(tmp_path: Path) -> None:
    file = Config(storage={"path": tmp_path})
    server = Config(storage={"path": tmp_path, "url": "postgresql://localhost/plant"})

    assert file.database_url == f"sqlite:///{tmp_path}/chargehand.db"
    assert server.database_url == "postgresql://localhost/plant"


def test_lines_are_found_behind_strings_of_many_lines(written: Writing) -> None:
    file = written('[plant]\nregistered = """\n[slack]\nmode = "x"\n"""\n\n[slack]\nmode = "x"\n')

    said = complaints(file)

    assert said[0].startswith("config.toml:8 slack.mode")
