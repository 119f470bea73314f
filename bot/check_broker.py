"""Checks of the MQTT broker: that it lets us in and have each topic, and that each of them names a meter of ours."""

import asyncio
import re
from uuid import uuid4

import aiomqtt

from bot.broker import CONNECT_SECONDS, NotSubscribed, client, subscribe
from bot.check_inside import opened
from bot.config import Config
from bot.findings import Finding, off, several
from storage.database import DatabaseUnusable
from storage.migration import Standing, state
from storage.tables import Meter
from storage.unit_of_work import table

NAME = "Broker"


async def check_broker(config: Config) -> list[Finding]:
    """Connect and subscribe as the bot does, under another name, so that the running bot loses nothing."""
    settings = config.readings.mqtt
    if not settings.host:
        return [off(NAME, "No readings come from a broker: readings.mqtt.host is empty.")]
    faults = [] if settings.topics else ["No topic is read: write tables [[readings.mqtt.topics]]."]
    faults += [*await _connecting(config), *await asyncio.to_thread(_meters, config)]
    return several(NAME, faults, f"{settings.host}:{settings.port} lets us read {len(settings.topics)} figures.")


async def _connecting(config: Config) -> list[str]:
    settings = config.readings.mqtt
    where = f"{settings.host}:{settings.port}"
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            async with client(settings, identifier=f"{settings.client}-check-{uuid4().hex[:8]}") as connected:
                await subscribe(connected, settings.topics)
    except NotSubscribed as refused:
        return [f"{where} lets us in, but {refused}: mend readings.mqtt.topics or the broker's rules."]
    except aiomqtt.exceptions.MqttConnectError as refused:
        return [
            f"{where} refuses the login of {settings.user or 'nobody'} ({refused}): mend readings.mqtt.user or password."
        ]
    except (aiomqtt.MqttError, OSError, TimeoutError) as trouble:
        return [f"{where} does not answer ({trouble!s:.200}): mend readings.mqtt.host, port, tls or ca_file."]
    return []


def _meters(config: Config) -> list[str]:
    """Name the meters of topics that there are not; a database that cannot be read has its own finding."""
    try:
        with opened(config) as database:
            if state(database).standing is not Standing.CURRENT:
                return []
            with database.transaction() as connection:
                known = set(
                    connection.execute(table(Meter).select().with_only_columns(table(Meter).c.plain_code)).scalars()
                )
    except DatabaseUnusable:
        return []
    strange = [
        row.meter for row in config.readings.mqtt.topics if re.sub(r"[\s./\-_]+", "", row.meter).upper() not in known
    ]
    return (
        [f"{', '.join(dict.fromkeys(strange))}: no such meter; mend readings.mqtt.topics or import meters.csv."]
        if strange
        else []
    )
