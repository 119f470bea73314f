"""Every action, callback and card key in one place, and the versioned values that buttons carry."""

from enum import StrEnum

from orders.errors import OldCard

VERSION = "v1"
MOST_DIGITS = 9


class Action(StrEnum):
    """What a button, a menu or a field is called."""

    TAKE = "work_order.take"
    ASSIGN = "work_order.assign"
    CORRECT = "work_order.correct"
    CHOOSE_ASSET = "work_order.choose_asset"
    START = "work_order.start"
    CANNOT_TAKE = "work_order.cannot_take"
    HOLD = "work_order.hold"
    RESUME = "work_order.resume"
    NEED_PART = "work_order.need_part"
    LOG_TIME = "work_order.log_time"
    ISSUE_PART = "work_order.issue_part"
    DONE = "work_order.done"
    CLOSE = "work_order.close"
    REOPEN = "work_order.reopen"
    CANCEL = "work_order.cancel"
    NOT_A_FAULT = "work_order.not_a_fault"
    REPORT = "work_order.report"
    FIND_ASSET = "find.asset"
    FIND_PART = "find.part"
    REQUEST = "purchase_order.request"
    EDIT_ORDER = "purchase_order.edit"
    NOT_NEEDED = "purchase_order.not_needed"
    CHECK_SUPPLIER = "purchase_order.check_supplier"
    SEND_AGAIN = "purchase_order.send_again"
    IT_WENT_OUT = "purchase_order.it_went_out"
    APPROVE = "approval.approve"
    REJECT = "approval.reject"
    ASK = "approval.ask"
    WHY_ME = "approval.why_me"
    HAND_ON = "approval.pass_on"
    REDUCE = "approval.reduce"
    AWAY = "person.away"
    BACK = "person.back"
    UNDO = "approval.undo"
    AS_LISTED = "receipt.as_listed"
    COUNT = "receipt.count"
    NOT_HERE = "receipt.not_here"
    SHOW_MAIL = "receipt.show_mail"
    CLAIM_MAIL = "mail.claim"
    IGNORE_MAIL = "mail.ignore"
    RELEASE_MAIL = "mail.release"
    SHOW_LETTER = "mail.show"
    ANSWER_TAKEN = "mail.accept_answer"
    ANSWER_REFUSED = "mail.refuse_answer"
    CORRECT_MAIL = "mail.correct"
    MISREAD = "receipt.misread"
    REMEMBER_RULES = "mail_rule.remember"
    NOT_NOW = "mail_rule.not_now"
    EDIT_RULE = "mail_rule.edit"
    REVOKE_RULE = "mail_rule.revoke"
    MAILROOM = "mailroom.open"
    MAILROOM_LIST = "mailroom.list"
    MAILROOM_BEFORE = "mailroom.before"
    MAILROOM_NEXT = "mailroom.next"
    MAILROOM_FILTER = "mailroom.filter"
    MAILROOM_SUPPLIER = "mailroom.supplier"
    MAILROOM_SHOW = "mailroom.show"
    MAILROOM_MAIL = "mailroom.mail"
    MAILROOM_TAKE = "mailroom.take"
    MAILROOM_GIVE_BACK = "mailroom.give_back"
    MAILROOM_AGAIN = "mailroom.again"
    MAILROOM_COUNT = "mailroom.count"
    MAILROOM_TAKE_OVER = "mailroom.take_over"
    MAILROOM_IGNORE = "mailroom.ignore"
    MAILROOM_RELEASE = "mailroom.release"
    MAILROOM_CORRECT = "mailroom.correct"
    MAILROOM_RULES = "mailroom.rules"
    MAILROOM_REVOKE = "mailroom.revoke"


class Callback(StrEnum):
    """What a modal or a shortcut is called."""

    REPORT = "report_fault"
    REPORT_MESSAGE = "report_message"
    CORRECT = "correct_work_order"
    ASSIGN = "assign_work_order"
    START = "start_work_order"
    HOLD = "hold_work_order"
    RESUME = "resume_work_order"
    NEED_PART = "need_part"
    LOG_TIME = "log_time"
    ISSUE_PART = "issue_part"
    DONE = "complete_work_order"
    REOPEN = "reopen_work_order"
    CANCEL = "cancel_work_order"
    EDIT_ORDER = "edit_purchase_order"
    REJECT = "reject_purchase_order"
    ASK = "ask_about_purchase_order"
    HAND_ON = "pass_on_purchase_order"
    REDUCE = "reduce_purchase_order"
    AWAY = "away"
    COUNT = "count_receipt"
    CORRECT_MAIL = "correct_mail"
    EDIT_RULE = "edit_mail_rule"


def value(*parts: object) -> str:
    """Write what a button carries: ``v1:412:3``; ids only, never anything that is trusted."""
    return ":".join([VERSION, *(str(part) for part in parts)])


def numbers(carried: str, count: int) -> tuple[int, ...]:
    """Read the ids that a button carries; raises ``OldCard`` for anything this version did not write."""
    version, *rest = carried.split(":")
    if version != VERSION or len(rest) != count or not all(is_id(part) for part in rest):
        raise OldCard
    return tuple(int(part) for part in rest)


def is_id(written: str) -> bool:
    """Say whether something can be the id of a row: plain digits, and no more than databases take."""
    return 0 < len(written) <= MOST_DIGITS and written.isascii() and written.isdigit()
