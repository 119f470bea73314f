"""Few messages: how many stand in a channel for faults within an hour, and how long one that nobody caused waits beyond that."""

from datetime import datetime, timedelta

from sqlalchemy import select

from storage.tables import ChannelPost
from storage.unit_of_work import UnitOfWork, table

_POSTS = table(ChannelPost)
HOUR = timedelta(hours=1)


def wait(uow: UnitOfWork, channel: str, *, alone: bool, urgent: bool) -> timedelta:
    """Return how long a message waits before it leaves, and count it; what stands in a thread or elsewhere is not counted.

    What a person caused, and what is urgent, is counted and never waits. What waits is named by the channel's digest.
    """
    most = uow.plant.digests.posts_an_hour
    if not most or not alone or channel not in uow.plant.channels.faults:
        return timedelta(0)
    at = uow.now if urgent or uow.actor.person_id is not None else max(uow.now, _free_from(uow, channel, most))
    uow.add(ChannelPost, channel=channel, at=at)
    return at - uow.now


def _free_from(uow: UnitOfWork, channel: str, most: int) -> datetime:
    """Return from when on fewer than the most stand within the hour before, those counted that have still to leave."""
    lately = select(_POSTS.c.at).where(_POSTS.c.channel == channel, _POSTS.c.at > uow.now - HOUR)
    found = list(uow.run(lately.order_by(_POSTS.c.at.desc()).limit(most)).scalars())
    return found[-1] + HOUR if len(found) == most else uow.now
