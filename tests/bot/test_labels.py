"""``chargehand qr``: labels of the assets that are asked for, opening what the plant has."""

import json
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from typer.testing import CliRunner

from bot import demo
from bot.__main__ import app
from bot.labels import Opens, address
from orders.errors import Unlawful
from orders.plant import Channels, MailIdentity, Plant

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration of a plant with the demo's assets."""
    folder = tmp_path_factory.mktemp("labels")
    config = folder / "config.toml"
    config.write_text(demo.settings().read_text("utf-8") + f"\n[storage]\npath = {json.dumps(str(folder))}\n", "utf-8")
    assert RUNNER.invoke(app, ["import", str(demo.folder()), "--config", str(config)]).exit_code == 0
    return config


def scanned(file: Path) -> list[str]:
    pages = pypdfium2.PdfDocument(file)
    return [found.text for page in pages for found in zxingcpp.read_barcodes(page.render(scale=2.2).to_pil())]


def test_the_asked_assets_are_printed_each_once_and_open_a_mail(plant: Path, tmp_path: Path) -> None:
    out = tmp_path / "two.pdf"

    told = RUNNER.invoke(app, ["qr", "P-101", "p102", "P-101", "--out", str(out), "--config", str(plant)])

    assert told.output == f"{out}: 2 labels.\n"
    assert sorted(scanned(out)) == [
        "mailto:purchasing@halden.example?subject=P-101%3A%20",
        "mailto:purchasing@halden.example?subject=P-102%3A%20",
    ]


def test_without_a_name_all_assets_are_printed(plant: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.pdf"

    told = RUNNER.invoke(app, ["qr", "--out", str(out), "--per-sheet", "8", "--opens", "slack", "--config", str(plant)])

    assert told.exit_code == 0
    assert set(scanned(out)) == {"https://slack.com/app_redirect?channel=C0MAINT"}


def test_an_unknown_asset_is_refused_with_a_proposal_and_nothing_is_written(plant: Path, tmp_path: Path) -> None:
    out = tmp_path / "none.pdf"

    told = RUNNER.invoke(app, ["qr", "P-1O1", "--out", str(out), "--config", str(plant)])

    assert told.exit_code == 1
    assert "I know no asset" in told.output
    assert not out.exists()


def test_a_name_that_cannot_be_printed_is_said_in_a_sentence(plant: Path, tmp_path: Path) -> None:
    (tmp_path / "assets.csv").write_text("asset,name\nW-1,水泵\n", "utf-8")
    assert RUNNER.invoke(app, ["import", str(tmp_path), "--config", str(plant)]).exit_code == 0

    told = RUNNER.invoke(app, ["qr", "W-1", "--out", str(tmp_path / "w.pdf"), "--config", str(plant)])

    assert "no font has" in str(told.exception)


@pytest.mark.parametrize(
    ("opens", "word"), [(Opens.MAIL, "mail.address"), (Opens.SLACK, "channels.faults"), (None, "channels.faults")]
)
def test_what_the_plant_does_not_have_cannot_be_opened(opens: Opens | None, word: str) -> None:
    with pytest.raises(Unlawful, match=word):
        address(Plant(), "P-101", opens)


def test_a_plant_without_mail_opens_slack() -> None:
    plant = Plant(channels=Channels(faults=("C0MAINT",)), mail=MailIdentity())

    assert address(plant, "P-101", None) == "https://slack.com/app_redirect?channel=C0MAINT"
