"""Settings of clocks and digests become the plant's values, and what cannot be meant is refused."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.config import ConfigurationWrong, load
from orders.plant import Plant
from orders.work_orders import HoldReason, Priority

WRITTEN = """
[clocks]
pause = ["material", "labour"]
escalate_to = ["role:admin", "ines@halden.example"]
[clocks.high]
respond_minutes = 20
start_minutes = 0
complete_hours = 6
always = false
[digests]
at = ["13:30", "05:45"]
week = false
posts_an_hour = 3
"""


def plant_of(folder: Path, text: str) -> Plant:
    file = folder / "config.toml"
    file.write_text(text, "utf-8")
    return load([file]).plant()


def test_what_is_written_is_what_the_plant_works_by(tmp_path: Path) -> None:
    plant = plant_of(tmp_path, WRITTEN)

    high = plant.clocks.targets[Priority.HIGH]
    assert (high.respond, high.start, high.complete) == (timedelta(minutes=20), None, timedelta(hours=6))
    assert high.always is False
    assert plant.clocks.pauses == {HoldReason.MATERIAL, HoldReason.LABOUR}
    assert plant.clocks.escalate_to == ("role:admin", "ines@halden.example")
    assert plant.digests.at == (time(5, 45), time(13, 30))
    assert (plant.digests.week, plant.digests.people, plant.digests.posts_an_hour) == (False, True, 3)


def test_without_settings_the_usual_times_hold(tmp_path: Path) -> None:
    assert plant_of(tmp_path, "").clocks == Plant().clocks
    assert plant_of(tmp_path, "").digests == Plant().digests


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ('[clocks]\npause = ["rain"]', "clocks.pause"),
        ("[clocks]\nnear_percent = 0", "clocks.near_percent"),
        ("[clocks.low]\ncomplete_hours = 0", "clocks.low.complete_hours"),
        ("[clocks.normal]\nrespond_minutes = -5", "clocks.normal.respond_minutes"),
        ('[clocks]\nescalate_to = ["Ines"]', "clocks.escalate_to"),
        ('[digests]\nat = ["25:00"]', "digests.at"),
        ("[digests]\nposts_an_hour = -1", "digests.posts_an_hour"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_name(tmp_path: Path, wrong: str, named: str) -> None:
    with pytest.raises(ConfigurationWrong) as refused:
        plant_of(tmp_path, wrong)

    assert named in str(refused.value)
