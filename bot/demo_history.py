"""Two believable years of the demo plant, made anew for each day from one seed: what failed, what was cared for, what it cost."""

import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

SEED = 20_261
YEARS = 2
DAYS = 365 * YEARS
AN_HOUR = 48
"""What an hour of work cost."""
HEAD = (
    "work_order",
    "title",
    "asset",
    "task",
    "reported",
    "done",
    "down",
    "minutes",
    "by",
    "mode",
    "cause",
    "remedy",
    "cost",
)
Row = dict[str, str]

MECHANICS = ("luis.moreno@halden.example", "dmitri.sokolov@halden.example", "priya.nair@halden.example")
ELECTRICIANS = ("kofi.mensah@halden.example",)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One way in which machines of a kind fail: how often in a year, how long they stand, what it takes and costs."""

    title: str
    mode: str
    cause: str
    remedy: str
    a_year: float
    hours: float
    """Hours down as a rule; none where the machine runs on."""
    minutes: int
    cost: int
    electric: bool = False


SEAL = Trouble("Shaft seal leaks", "ELP", "WEA", "Changed the mechanical seal", 2.2, 3.5, 110, 240)
BEARING = Trouble("Bearing is loud", "NOI", "WEA", "Changed both bearings", 0.8, 5.0, 180, 160)
BELT = Trouble("Belt runs off its track", "ERO", "CON", "Set the track and cleaned the rollers", 2.0, 0.6, 40, 0)
SENSOR = Trouble(
    "Sensor does not see the product", "AIR", "CON", "Cleaned and set the sensor", 2.6, 0.4, 30, 0, electric=True
)
DRIVE = Trouble("Drive trips", "SPS", "ELE", "Reset the drive, tightened the terminals", 0.9, 1.2, 60, 0, electric=True)
HEAT = Trouble("Sealing bar gets too hot", "OHE", "WEA", "Changed the thermocouple", 1.2, 1.8, 75, 95, electric=True)
JAM = Trouble("Tray jams at the infeed", "PLU", "OPE", "Cleared the jam, set the guides", 3.2, 0.5, 25, 0)
KNIFE = Trouble("Knife does not cut through", "STD", "WEA", "Changed the knife", 1.1, 1.5, 60, 130)
LEVEL = Trouble("Oil level is low", "LOO", "LUB", "Topped up and found the leak", 0.7, 0.0, 35, 20)
ICE = Trouble("Evaporator is iced up", "LOO", "MAI", "Defrosted, set the timer", 1.0, 2.0, 70, 0)
STEAM = Trouble("Steam valve leaks", "INL", "WEA", "Ground in the valve seat", 0.8, 2.5, 120, 60)
DOOR = Trouble("Door does not close", "BRD", "OPE", "Straightened the rail", 1.3, 1.0, 50, 40)
LABEL = Trouble("Labels come crooked", "ERO", "CON", "Cleaned the brake roller", 2.4, 0.3, 20, 0)
SCALE = Trouble("Weighs wrong", "AIR", "CON", "Cleaned the cell and calibrated", 1.1, 0.4, 35, 0, electric=True)

TROUBLES: dict[str, tuple[Trouble, ...]] = {
    "Centrifugal pump": (SEAL, BEARING, DRIVE),
    "Lobe pump": (SEAL, BEARING),
    "Tray sealer": (HEAT, JAM, KNIFE, SENSOR),
    "Thermoforming machine": (HEAT, KNIFE, DRIVE),
    "Piston filler": (SEAL, SENSOR, LEVEL),
    "Belt conveyor": (BELT, BEARING, SENSOR),
    "Checkweigher": (SCALE, BELT),
    "Metal detector": (SENSOR, BELT),
    "Labeller": (LABEL, SENSOR),
    "Robot": (DRIVE, SENSOR),
    "Palletiser": (DRIVE, BELT, SENSOR),
    "Screw compressor": (LEVEL, DRIVE),
    "Boiler": (STEAM, SENSOR),
    "Chiller": (LEVEL, DRIVE),
    "Evaporator": (ICE, DRIVE),
    "Sectional door": (DOOR,),
    "Autoclave": (STEAM, SENSOR),
}
"""How machines of each class fail; a class that is not named fails as belt conveyors do."""
WHOLE = "Production line"
"""A class of what is only made up of machines: it fails and is cared for in its parts."""

WORST = {"P-101": 2.4, "C-303": 1.8, "T-202": 1.5}
"""Machines that fail more often than others of their kind."""

CARE = (("Monthly lubrication round", "service", 30, 45), ("Inspection by the guide", "inspection", 91, 60))
"""What is done on every machine by the calendar: title, task, days between, minutes."""


def write(folder: Path, assets: Path, today: date) -> Path:
    """Write history.csv of the demo plant up to the day before ``today``; the same day gives the same file."""
    with assets.open(encoding="utf-8", newline="") as file:
        machines = [(row["asset"], row["class"]) for row in csv.DictReader(file)]
    rows = sorted(history(machines, today), key=lambda row: (row["reported"], row["asset"], row["title"]))
    target = folder / "history.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEAD, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "work_order": f"H-{number:05}"} for number, row in enumerate(rows, 1))
    return target


def history(machines: list[tuple[str, str]], today: date) -> Iterator[Row]:
    """Yield what happened on machines (code, class), each from a stream of chance of its own."""
    for code, kind in machines:
        if kind == WHOLE:
            continue
        chance = random.Random(f"{SEED} {code}")  # noqa: S311  # a story, not a secret
        for trouble in TROUBLES.get(kind, TROUBLES["Belt conveyor"]):
            yield from _failures(chance, code, trouble, today)
        for care in CARE:
            yield from _care(chance, code, care, today)


def _failures(chance: random.Random, code: str, trouble: Trouble, today: date) -> Iterator[Row]:
    """Yield failures at random intervals; a machine that was never mended well fails more often towards the end."""
    rate = trouble.a_year * WORST.get(code, 1.0) / 365
    for day in _days(chance, lambda: chance.expovariate(rate)):
        hours = trouble.hours * chance.lognormvariate(0, 0.5)
        waited = chance.choices((0, 1, 4), (80, 15, 5))[0]
        done = min(day + waited, DAYS - 1)
        minutes = max(round(trouble.minutes * chance.lognormvariate(0, 0.3) / 5) * 5, 5)
        yield {
            "title": trouble.title, "asset": code, "task": "repair", "reported": _date(today, day), "done": _date(today, done),
            "down": f"{hours + 18 * (done - day):.1f}" if trouble.hours else "", "minutes": str(minutes),
            "by": chance.choice(ELECTRICIANS if trouble.electric else MECHANICS),
            "mode": trouble.mode, "cause": trouble.cause, "remedy": trouble.remedy, "cost": f"{trouble.cost * chance.uniform(0.9, 1.2) + minutes * AN_HOUR / 60:.2f}",
        }  # fmt: skip


def _care(chance: random.Random, code: str, care: tuple[str, str, int, int], today: date) -> Iterator[Row]:
    title, task, every, minutes = care
    for day in _days(chance, lambda: every + chance.choice((-2, -1, 0, 0, 0, 1, 3, 6))):
        spent = minutes + chance.choice((-10, 0, 0, 5, 15))
        yield {
            "title": title, "asset": code, "task": task, "reported": _date(today, day), "done": _date(today, day), "down": "",
            "minutes": str(spent), "by": chance.choice(MECHANICS),
            "mode": "", "cause": "", "remedy": "Done by the guide", "cost": f"{spent * AN_HOUR / 60:.2f}",
        }  # fmt: skip


def _days(chance: random.Random, pause: Callable[[], float]) -> Iterator[int]:
    """Yield days from the first on, one pause after another."""
    day = chance.uniform(0, 30) + pause() / 2
    while day < DAYS:
        yield int(day)
        day += max(pause(), 1)


def _date(today: date, day: int) -> str:
    return (today - timedelta(days=DAYS - day)).isoformat()
