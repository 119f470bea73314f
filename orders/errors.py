"""Everything that may be refused, each as a class whose docstring is the sentence a person reads."""

import inspect


class Refusal(Exception):  # noqa: N818  # a refusal is an answer, not a fault
    """This cannot be done now."""

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """Return the message with its values filled in; values appear as ``{name}`` in the docstring."""
        return inspect.cleandoc(type(self).__doc__ or "").replace("\n", " ").format(**self.values).strip()


class NotPossible(Refusal):
    """{subject} is {state}, so it cannot be {event}. Possible now: {possible}."""


class NotYours(Refusal):
    """Only {roles} can {what}. {who}"""


class NotKnown(Refusal):
    """I know no {kind} {written}. {hint}"""


class Stranger(Refusal):
    """I do not know you yet, so nothing was changed. Please ask {who} to add you."""


class AlreadyDone(Refusal):
    """{what} by {who} at {when}. You need not do anything."""


class Outdated(Refusal):
    """This was changed at {when}, so this button is too old. A fresh card is in {where}."""


class OldCard(Refusal):
    """This card is from an older version. Type `help`, or open my Home tab for fresh ones."""


class Unlawful(Refusal):
    """{why}"""


class TimeUnlikely(Refusal):
    """{why}"""


class LockOutFirst(Refusal):
    """Confirm the safety steps first ({safety}). Then Start works."""


class StepsOpen(Refusal):
    """{subject} cannot be finished: these steps are open: {steps}. Answer them with the button Steps, or `check {typed}`."""


class ReasonMissing(Refusal):
    """Please say why in a few words; the reason stays with {subject}."""


class QuantityUnclear(Refusal):
    """I cannot read the quantity “{written}”. Write a number above 0 and up to {most}."""


class WholePiecesOnly(Refusal):
    """{unit} is counted in whole numbers, so {written} is not possible."""


class UnitUnknown(Refusal):
    """I do not know the unit “{unit}”. Use a UNECE code or a word such as piece, metre or box."""


class NoConversion(Refusal):
    """I cannot convert {source} into {target} for {item}. Add the pack size to the supplier part."""


class CurrenciesDiffer(Refusal):
    """{left} and {right} cannot be added: a rate is missing."""


class RateMissing(Refusal):
    """{subject} is in {currency} and there is no rate into {into}, so it cannot be requested. Ask the administrator to add one under [[rates]]."""


class FigureUnclear(Refusal):
    """“{written}” could be {large} or {small}. Write which one you mean."""


class Incomplete(Refusal):
    """{subject} is not complete: {missing}."""


class NobodyMayApprove(Refusal):
    """Nobody may approve {subject} ({rule}), so it stays a draft. Please ask {who} to name an approver."""


class OwnRequest(Refusal):
    """You cannot approve this order, because you asked for it. {asked} has been asked."""


class NotAsked(Refusal):
    """This one is for {asked}. You can send them a note in the thread."""


class AlreadyDecided(Refusal):
    """You have already decided on {subject}. A second decision must come from somebody else: {asked}."""


class NeededLater(Refusal):
    """You are the only one left for a later step of {subject}, so {asked} has to decide this one."""


class Superseded(Refusal):
    """{subject} was changed at {when}, so this prompt is void. A fresh one follows when it is submitted again."""


class NoLongerAllowed(Refusal):
    """You may no longer decide on {subject}: rule “{rule}” does not name you now. Please ask {who}."""


class NotThisCard(Refusal):
    """This button does not belong to this message, so nothing was changed. The right one is in your own messages."""


class TooLateToUndo(Refusal):
    """{subject} is already on its way to the supplier, so it cannot be taken back. {who} can cancel it."""


class NotApproved(Refusal):
    """{subject} has no complete approval for this content, so it cannot be sent."""


class TooMuch(Refusal):
    """{received} of {ordered} {unit} would be more than ordered on line {line}. Count again, or add `extra` to ask {who}."""


class WrongOrder(Refusal):
    """Line {line} does not belong to {order}."""


class NotReceivable(Refusal):
    """{order} is {state}, so nothing can be received on it. Please ask {who}."""


class NotEnoughStock(Refusal):
    """Only {on_hand} {unit} of {part} are in {store}. Nothing was taken."""


class NotFree(Refusal):
    """Only {free} {unit} of {part} are free in {store}; the rest is kept for work orders or not there. Nothing was moved."""


class ActualsExist(Refusal):
    """{subject} has {actuals} recorded, so it cannot be cancelled. Complete it instead."""


class ReceiverIsApprover(Refusal):
    """You approved {order}, so somebody else has to receive it. {who} can."""


class ReceiverAsked(Refusal):
    """You asked for {order}, so somebody else should count it. {who} can."""


class KeyReused(Refusal):
    """This came twice with different content ({key}), so the second one was not taken."""


class NotUnderThis(Refusal):
    """{child} cannot be ordered under {parent}, which is {kind}. Possible there: {allowed}."""


class BuysNothing(Refusal):
    """{order} is {kind} and buys nothing by itself, so nothing can be {what} on it. Its {below} can."""


class AgreementNotOpen(Refusal):
    """{subject} is {state}, so nothing can be ordered from it. {hint}"""


class OutsideItsDays(Refusal):
    """{subject} is valid from {first} to {last}, and the order would be of {day}."""


class MoreThanAgreed(Refusal):
    """{subject} has {left} of {agreed} {unit} left on line {line}, so {wanted} cannot be ordered from it."""


class OverTheLimit(Refusal):
    """{subject} has {left} left of {limit}, so {wanted} cannot be ordered from it."""


class BelowTheMinimum(Refusal):
    """A release from {subject} comes to at least {minimum}; this one is {wanted}. Order more at once."""


class NotOnAgreement(Refusal):
    """{subject} has no line for {item}. It has: {lines}."""


class NotAsAgreed(Refusal):
    """{subject} was agreed with {agreed}, and this order says {wanted}."""


class RevisionWaits(Refusal):
    """{subject} has a change already: revision {revision} is {state}. Drop it first with `change {subject} drop`, or wait for it."""


class NothingChanged(Refusal):
    """That is what {subject} says already, so there is nothing to change."""


class NothingLeft(Refusal):
    """Nothing of {subject} would be left. Cancel it instead, or close it short."""


class BelowReceived(Refusal):
    """Of line {line} of {subject}, {moved} have come or are announced, so it cannot go below that."""


class PriceIsInvoiced(Refusal):
    """Line {line} of {subject} is invoiced, so its price stays. A credit note changes what was invoiced."""


class OverBudget(Refusal):
    """{words} {subject} needs somebody of finance to release it, with the reason: {who}."""


class OwnRelease(Refusal):
    """You had a hand in {subject}, so somebody else of finance has to release it."""


class ReasonForBudget(Refusal):
    """{words} Say why it is bought all the same, for instance `approve {subject} because the line stands`."""


class SupplierHeld(Refusal):
    """{supplier} is held back: somebody may be writing in their name. Call them back and lift the hold first."""


class SupplierBelow(Refusal):
    """{words} Choose another supplier, or ask who keeps the configuration."""


class NoNumberOnFile(Refusal):
    """There is no phone number of {supplier} on file to call. Add one by an import, never from a mail."""


class TaxUnknown(Refusal):
    """I cannot read the tax “{written}”. Write a percentage from 0 to 100, or reverse charge, export, or exempt: and why."""


class TaxRateMissing(Refusal):
    """“{written}” says no rate, and a missing rate is never zero. Write the percentage, for instance 19."""


class TaxReasonMissing(Refusal):
    """“{written}” needs its reason. Write it behind a colon, for instance exempt: training under section 4."""


class ChargeUnknown(Refusal):
    """I know no charge “{written}”. Possible: {possible}."""


class ReleaserTookPart(Refusal):
    """You {did} {order}, so somebody else of finance has to release {invoice}. {who}"""


class NotAcceptable(Refusal):
    """{invoice} cannot be accepted: {words} {instead}"""


class VarianceTooLarge(Refusal):
    """{invoice} is {over} too high, and you may accept up to {limit}. {who}"""


class RhythmUnclear(Refusal):
    """I cannot read “{written}”. Write `every 3 months`, `weekly`, `every monday` or an RRULE by days, weeks, months or years."""


class ReadingUnclear(Refusal):
    """I cannot read “{written}” as a meter's reading. Write a number such as 1240.5, with at most three decimals."""


class ReadingBelow(Refusal):
    """{value} is below the last reading, {last}. If the meter was changed or set back, write `reset` behind it."""


class ReadingUntimely(Refusal):
    """A reading of {at} cannot be taken: {why}."""
