"""What people do in the mailroom: look, filter, look after a mail, have it read again, put it away, vouch for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from handlers import mail_buttons, mail_cards, mail_corrections, mail_rules, mailroom_letter, people
from handlers.happenings import Answer, Click
from handlers.ids import Action, numbers, value
from handlers.mail_cards import number_of
from handlers.mailroom_rows import STATES, Sought
from handlers.mailroom_views import list_view, mail_view, rules_view
from orders.errors import NotKnown, NotYours
from orders.lifecycle import people_with
from orders.people import Role
from storage.tables import InboundMail
from storage.unit_of_work import Note, UnitOfWork

ROLES = (Role.STOREKEEPER, Role.BUYER, Role.ADMIN)
"""Who may look into the mailroom."""
Deed = Callable[[UnitOfWork, Click], Answer]


def open_list(uow: UnitOfWork, click: Click) -> Answer:
    """Open the mailroom from Home or from a card."""
    check(uow)
    return Answer(modal=list_view(uow, Sought(*numbers(click.value, 3))))


def turn(uow: UnitOfWork, click: Click) -> Answer:
    """Show the list in the open mailroom: another page, another filter, or back from a mail."""
    check(uow)
    return Answer(update=list_view(uow, Sought(*numbers(click.chosen or click.value, 3))))


def rules(uow: UnitOfWork, click: Click) -> Answer:
    """Show what people taught about suppliers' mails."""
    check(uow)
    return Answer(update=rules_view(uow, Sought(*numbers(click.value, 3))))


def revoke(uow: UnitOfWork, click: Click) -> Answer:
    """Go by a rule no longer, and show the rules that are left."""
    check(uow)
    rule_id, *sought = numbers(click.value, 4)
    inner = Click(click.key, click.by, click.action, value(rule_id), click.channel, view_id=click.view_id)
    said = mail_rules.revoke(uow, inner).private
    return Answer(update=rules_view(uow, Sought(*sought), said))


def open_mail(uow: UnitOfWork, click: Click) -> Answer:
    """Open one mail from a card."""
    check(uow)
    (mail_id,) = numbers(click.value, 1)
    return Answer(modal=_view(uow, mail_id, Sought()))


def show(uow: UnitOfWork, click: Click) -> Answer:
    """Show one mail in the open mailroom."""
    check(uow)
    mail_id, *sought = numbers(click.value, 4)
    return Answer(update=_view(uow, mail_id, Sought(*sought)))


def take(uow: UnitOfWork, click: Click) -> Answer:
    """Look after a mail, also instead of whoever the button names; somebody who was quicker keeps it."""
    return _held(uow, click, uow.actor.person_id)


def give_back(uow: UnitOfWork, click: Click) -> Answer:
    """Look after a mail no longer."""
    return _held(uow, click, None)


def _held(uow: UnitOfWork, click: Click, by: int | None) -> Answer:
    check(uow)
    mail_id, before, *sought = numbers(click.value, 5)
    said = hold(uow, mail_id, before or None, by).words
    return Answer(update=_view(uow, mail_id, Sought(*sought), said))


@dataclass(frozen=True, slots=True)
class Said:
    """What became of a press: whether it was done, and the words for whoever pressed."""

    done: bool
    words: str


def hold(uow: UnitOfWork, mail_id: int, before: int | None, by: int | None) -> Said:
    """Write down who looks after a mail if it is still ``before`` who does; returns what is to be said about it."""
    mail = _locked(uow, mail_id)
    if mail.taken_by_id != before:
        name = people.name(uow, mail.taken_by_id)
        return Said(done=False, words=f"{name[:1].upper()}{name[1:]} looks after it meanwhile.")
    uow.change(InboundMail, mail_id, taken_by_id=by, taken_at=uow.now if by is not None else None)
    action = "look after" if by is not None else "give back"
    names = {"before": {"by": people.name(uow, before)}, "after": {"by": people.name(uow, by)}}
    uow.audit(Note(number_of(mail_id), action, before=names["before"], after=names["after"]))
    return Said(done=True, words="You look after it." if by is not None else "Nobody looks after it now.")


def _locked(uow: UnitOfWork, mail_id: int) -> InboundMail:
    if uow.find(InboundMail, id=mail_id) is None:
        raise NotKnown(kind="mail", written=mail_id, hint="Its number stands in the list.")
    return uow.lock(InboundMail, mail_id)


def read_again(uow: UnitOfWork, mail_id: int) -> Said:
    """Let a mail be read again as if it had just come; returns what is to be said. What has had effects is left alone."""
    mail = _locked(uow, mail_id)
    raw = mailroom_letter.raw_of(uow, mail)
    if "again" not in mailroom_letter.offered(mail, raw_size=len(raw)):
        return Said(done=False, words=_moved_on(uow, mail))
    mail_rules.reread_mail(uow, mail_id)
    mail_cards.settle(uow, mail, f"{uow.actor.name} lets it be read again")
    return Said(done=True, words="It is read again in a moment.")


def _moved_on(uow: UnitOfWork, mail: InboundMail) -> str:
    """Say why a button does nothing any more, and write down that it was pressed."""
    why = f"It is {STATES.get(mail.state, mail.state)}" + (f" ({mail.problem})" if mail.problem else "")
    uow.audit(Note(number_of(mail.id), "refused", rule="AlreadyDone", words=why))
    return f"{why}, so this is not possible now."


def again(uow: UnitOfWork, click: Click) -> Answer:
    """Let a mail be read again."""
    check(uow)
    mail_id, *sought = numbers(click.value, 4)
    return Answer(update=_view(uow, mail_id, Sought(*sought), read_again(uow, mail_id).words))


def _as_button(name: str, deed: Deed) -> Deed:
    """Make a card's button one of the mailroom: the same deed, and the mail shown as it is afterwards."""

    def done(uow: UnitOfWork, click: Click) -> Answer:
        check(uow)
        mail_id, *sought = numbers(click.value, 4)
        mail = _locked(uow, mail_id)
        raw = mailroom_letter.raw_of(uow, mail)
        if name not in mailroom_letter.offered(mail, raw_size=len(raw)):
            return Answer(update=_view(uow, mail_id, Sought(*sought), _moved_on(uow, mail)))
        inner = Click(click.key, click.by, click.action, value(mail_id), click.channel, view_id=click.view_id)
        answer = deed(uow, inner)
        return answer if answer.modal else Answer(update=_view(uow, mail_id, Sought(*sought), answer.private))

    return done


def _view(uow: UnitOfWork, mail_id: int, sought: Sought, said: str = "") -> dict[str, Any]:
    _locked(uow, mail_id)
    return mail_view(uow, mailroom_letter.letter(uow, mail_id), sought, said)


def check(uow: UnitOfWork) -> None:
    """Let only those into the mailroom whose work it is; raises ``NotYours`` for anybody else."""
    if not uow.actor.has(*ROLES):
        names = people.names(uow, Role.STOREKEEPER, Role.BUYER) or "the administrator"
        raise NotYours(roles=people_with(ROLES), what="look into the mailroom", who=f"Ask {names}.")


CLICKS: dict[str, Deed] = {
    Action.MAILROOM: open_list,
    Action.MAILROOM_LIST: turn,
    Action.MAILROOM_BEFORE: turn,
    Action.MAILROOM_NEXT: turn,
    Action.MAILROOM_FILTER: turn,
    Action.MAILROOM_SUPPLIER: turn,
    Action.MAILROOM_RULES: rules,
    Action.MAILROOM_REVOKE: revoke,
    Action.MAILROOM_SHOW: open_mail,
    Action.MAILROOM_MAIL: show,
    Action.MAILROOM_TAKE: take,
    Action.MAILROOM_GIVE_BACK: give_back,
    Action.MAILROOM_AGAIN: again,
    Action.MAILROOM_COUNT: _as_button("count", mail_buttons.claim),
    Action.MAILROOM_TAKE_OVER: _as_button("take_over", mail_buttons.take_over),
    Action.MAILROOM_CORRECT: _as_button("correct", mail_corrections.correct),
    Action.MAILROOM_IGNORE: _as_button("ignore", mail_buttons.ignore),
    Action.MAILROOM_RELEASE: _as_button("release", mail_buttons.release),
}
