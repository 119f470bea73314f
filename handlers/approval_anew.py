"""A question that is put anew, because the rules ask more people by now than when it was put."""

import templates
from handlers import approval_runs
from handlers.approval_plans import ruling_for
from handlers.approval_questions import Question, asked_as_well
from handlers.happenings import Answer
from handlers.order_cards import Told, show_line
from storage.unit_of_work import Note, UnitOfWork


def asked_anew(uow: UnitOfWork, found: Question) -> Answer | None:
    """Put a question anew to everybody whom the rules ask now; None where they ask nobody else than when it was put."""
    more = asked_as_well(found)
    if not more:
        return None
    dossier, known = found.dossier, found.known
    ruling = ruling_for(uow, dossier, known, by_people=True)
    approval_runs.void(uow, dossier, "superseded")
    uow.audit(Note(dossier.name, "asked anew", after={"also": more}))
    approval_runs.open_run(uow, dossier, known, ruling)
    asked = approval_runs.asked_names(uow, dossier.order.id, known)
    show_line(uow, dossier, known, Told(asked=asked))
    said = {"number": dossier.name, "total": dossier.order.total, "currency": dossier.order.currency}
    rule = "” and “".join(more)
    return Answer(private=templates.words("order_said", what="asked_anew", **said, rule=rule, asked=asked))
