"""Tables of who can do what and when: skills, shifts, and the people who work together on an order."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from storage.columns import key, link, moment, words


class PersonSkill(SQLModel, table=True):
    """Something that a person has learnt beside the trade, and how long a certificate of it holds."""

    __tablename__ = "person_skills"
    __table_args__ = (UniqueConstraint("person_id", "plain"),)

    id: int = key()
    person_id: int = link("people")
    name: str = words()
    plain: str = words()
    """The name as names are compared."""
    valid_until: date | None = None
    """The last day of its certificate; None: it has none, or one without an end."""


class Shift(SQLModel, table=True):
    """When the people of a shift work, by the plant's clock; one that ends before it begins goes over midnight."""

    __tablename__ = "shifts"

    id: int = key()
    name: str = words()
    plain: str = words(unique=True)
    """The name as names are compared."""
    begins: str = words()
    ends: str = words()
    days: str = words()
    """The weekdays on which it begins: ``mon+tue``."""
    holidays: bool = False
    """Whether it works on the plant's holidays, too."""


class WorkOrderPerson(SQLModel, table=True):
    """Somebody who was asked to do a work order or to help with it, or who came along; never deleted."""

    __tablename__ = "work_order_people"
    __table_args__ = (UniqueConstraint("work_order_id", "person_id"),)

    id: int = key()
    work_order_id: int = link("work_orders")
    person_id: int = link("people")
    asked_by_id: int | None = link("people", empty=True, index=False)
    asked_at: datetime = moment(empty=False)
    accepted_at: datetime | None = moment()
    """When they said yes or began; None while they have not answered."""
    left_at: datetime | None = moment()
    """When they gave it back or were taken off."""
