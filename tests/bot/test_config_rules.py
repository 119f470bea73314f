"""Approval rules and rates as they are written: read as they are meant, or refused with where and what to write."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.config import ConfigurationWrong, load
from orders.approval_rules import Rule
from orders.money import Money
from orders.rates import Rate

OWNER = '[[approvals.rules]]\nname = "Owner"\nwho = ["owner"]\n'
AUTO = '[[approvals.rules]]\nname = "Auto"\nautomatic = true\nkinds = ["release"]\nup_to = "500"\n'


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path("config.toml")


def test_every_column_of_a_rule_is_read(file: Path) -> None:
    file.write_text(
        OWNER + 'step = "check"\nneed = 2\nabove = 100\nup_to = "9000.50"\ncost_centres = ["4*"]\ncategories = ["seals"]\n'
        'risks = ["new"]\nkinds = ["standard", "release"]\nreleases_of = ["planned"]\n'
        + AUTO + 'instead = ["Owner"]\n[[approvals.rules]]\nname = "Told"\nwho = ["role:finance"]\nnotify = true\n',
        "utf-8",
    )  # fmt: skip

    owner, auto, told = load([file], environment={}).plant().approval_rules

    assert owner == Rule(
        "Owner", ("owner",), Money.of("100", "EUR"), 2, Money.of("9000.50", "EUR"), ("4*",), ("seals",), ("new",),
        ("standard", "release"), ("planned",), "check",
    )  # fmt: skip
    assert auto == Rule("Auto", up_to=Money.of("500", "EUR"), kinds=("release",), automatic=True, instead=("Owner",))
    assert (told.notify, told.asks, owner.asks, auto.asks) == (True, False, True, False)


def test_rates_and_what_counts_together_are_read(file: Path) -> None:
    file.write_text(
        '[approvals]\nsplit = "show"\nsplit_days = 14\n[[rates]]\ncurrency = "USD"\nworth = 0.92\non = 2026-11-20\n'
        '[[rates]]\ncurrency = "JPY"\nworth = "0.0062"\non = "2026-11-01"\n',
        "utf-8",
    )

    plant = load([file], environment={}).plant()

    assert (plant.split, plant.split_days) == ("show", 14)
    assert plant.rates == (
        Rate("USD", Decimal("0.92"), date(2026, 11, 20)),
        Rate("JPY", Decimal("0.0062"), date(2026, 11, 1)),
    )


WRONG = [
    (f"{OWNER}need = 0\n", 'config.toml:4 approvals.rules[1].need = 0: write "any", "all" or a number such as 2.'),
    (f'{OWNER}need = "some"\n', 'config.toml:4 approvals.rules[1].need = "some": write "any", "all" or a number'),
    (f"{OWNER}need = true\n", "config.toml:4 approvals.rules[1].need = true: write"),
    (f'{OWNER}kinds = ["rush"]\n', 'config.toml:4 approvals.rules[1].kinds = ["rush"]: write a list of standard, planned,'),
    (f'{OWNER}up_to = "-5"\n', 'config.toml:4 approvals.rules[1].up_to = "-5": write an amount such as "500".'),
    (f'{OWNER}above = "500"\nup_to = "500"\n', "config.toml:5 approvals.rules[1].up_to: write an amount larger than above"),
    (f'{OWNER}instead = ["X"]\n', "config.toml:4 approvals.rules[1].instead: only an automatic rule takes another's place."),
    (f"{AUTO}notify = true\n", "config.toml:6 approvals.rules[1].notify: a rule either tells people or approves by itself."),
    (f'{AUTO}who = ["owner"]\n', "config.toml:6 approvals.rules[1].who: an automatic rule asks nobody; leave it out."),
    (AUTO.replace('kinds = ["release"]\n', ""), "config.toml:1 approvals.rules[1].kinds is missing: an automatic rule has to say for which kinds"),
    (AUTO.replace('up_to = "500"\n', ""), "config.toml:1 approvals.rules[1].up_to is missing: an automatic rule has to say up to which amount."),
    ('[[rates]]\ncurrency = "EUR"\nworth = "1"\non = "2026-01-01"\n', "config.toml:2 rates[1].currency: write a currency other than EUR."),
    ('[[rates]]\ncurrency = "USD"\nworth = "0"\non = "2026-01-01"\n', "config.toml:3 rates[1].worth: write a number above 0."),
    ('[[rates]]\ncurrency = "USD"\nworth = "0.9"\n', "config.toml:1 rates[1].on: write the day from which on it holds"),
    ('[[rates]]\ncurrency = "USD"\nworth = "0.9"\non = "soon"\n', 'config.toml:4 rates[1].on = "soon": write a day such as 2026-11-20.'),
    ('[approvals]\nsplit = "maybe"\n', 'config.toml:2 approvals.split = "maybe": write "count" or "show".'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_a_rule_that_cannot_be_meant_is_refused_with_what_to_write(file: Path, text: str, sentence: str) -> None:
    file.write_text(text, "utf-8")

    with pytest.raises(ConfigurationWrong) as refused:
        load([file], environment={})

    assert any(one.startswith(sentence) for one in refused.value.sentences), refused.value.sentences
