"""The settings of maintenance plans and of readings: when in a day orders are made, what counts as done in time, who may send."""

from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from bot.settings import ClockTime, Email, Group, Port, SecretFile, group, setting


def _topic(written: str) -> str:
    levels = written.split("/")
    many = "#" in levels[:-1] or any(len(level) > 1 and set(level) & {"+", "#"} for level in levels)
    if not written or many or "\0" in written:
        raise ValueError(written)
    return written


Topic = Annotated[str, AfterValidator(_topic)]


class PlanSettings(Group):
    """When maintenance plans ask for work."""

    at: ClockTime = setting(
        "05:00", "From when on in a day their orders are made, by the plant's clock; what was missed while the bot stood is made up for.",
        "a time such as 05:00",
    )  # fmt: skip
    tolerance_days: Annotated[int, Field(ge=0, le=366)] = setting(
        3, "By how many days the work may be late and still count as done in time.", "a number of days, for example 3",
    )  # fmt: skip


class TopicSettings(Group):
    """Which meter a topic of the broker speaks of, and where in its payload the figure is."""

    topic: Topic = setting("", "What is subscribed to.", "a topic such as halden/p101, + and # as MQTT has them")
    meter: Annotated[str, Field(min_length=1)] = setting("", "Which meter it is.", "the meter's code")
    value: str = setting(
        "", "Path of the figure in a JSON payload; empty: the payload is the figure.", "a path such as data.0.hours"
    )
    at: str = setting("", "Path of the moment at which it was read; empty: it is of now.", "a path such as data.0.time")


TOPICS = (
    TopicSettings(topic="halden/p101/hours", meter="P101-H"),
    TopicSettings(topic="halden/p102/state", meter="P102-T", value="bearing.temperature", at="time"),
)
"""An example of topics."""


class MqttSettings(Group):
    """The MQTT broker that machines send their readings to."""

    host: str = setting("", "MQTT broker; empty: none is listened to.", "a host name", example="broker.halden.example")
    port: Port = setting(8883, "Port of the broker; without encryption usually 1883.", "a port from 0 to 65535")
    tls: Literal["tls", "none"] = setting("tls", "How the connection is encrypted.", '"tls" or "none"')
    ca_file: Path | None = setting(None, "PEM bundle to trust instead of the system's.", "the path of a PEM file")
    user: str = setting("", "Login name; empty: no login.", "a login name", example="chargehand")
    password: str = setting("", "Password at the broker.", "the password", secret=True)
    password_file: SecretFile = setting(None, "File that holds the password at the broker.", "the path of a file")
    client: Annotated[str, Field(min_length=1, max_length=23)] = setting(
        "chargehand", "Name by which the broker keeps what comes while the bot is away; no other client may bear it.",
        "at most 23 letters and digits",
    )  # fmt: skip
    topics: tuple[TopicSettings, ...] = setting(
        (), "What is read from which topic.", "tables [[readings.mqtt.topics]]", example=TOPICS
    )


class ReadingSettings(Group):
    """How other programs send readings."""

    senders: tuple[Email, ...] = setting(
        (), "Addresses of devices whose mails bring readings, as those of colleagues do.", "a list of e-mail addresses",
        example=("logger@halden.example",),
    )  # fmt: skip
    secret: str = setting(
        "", "Proves who sends readings to /readings; without it none are taken there.", "at least 32 random characters", secret=True
    )  # fmt: skip
    secret_file: SecretFile = setting(None, "File that holds this secret.", "the path of a file")
    mqtt: MqttSettings = group(MqttSettings, "The MQTT broker that machines send their readings to.")


def plan_values(plans: PlanSettings, readings: ReadingSettings) -> dict[str, Any]:
    """Return the values of these settings that handlers work by."""
    return {
        "plans_at": time.fromisoformat(plans.at),
        "plan_tolerance_days": plans.tolerance_days,
        "reading_senders": tuple(address.casefold() for address in readings.senders),
    }
