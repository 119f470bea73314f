"""Forms behind a button: where a message cannot open a form, its answer offers a button that can."""

from handlers.ids import Action, Callback

OPENED_BY = {
    Callback.REPORT: (Action.REPORT, "Report a fault", "Say what is wrong in the form."),
    Callback.START: (Action.START, "Start", "Safety first: confirm it in the form, then the work begins."),
    Callback.DONE: (Action.DONE, "Done", "Almost done: say what was wrong in the form."),
    Callback.HOLD: (Action.HOLD, "Put on hold", "Say what it waits for in the form."),
    Callback.RESUME: (Action.RESUME, "Resume", "Say why it can go on all the same."),
    Callback.DECLINE: (Action.CANNOT_TAKE, "Cannot take it", "Say why in the form."),
    Callback.ASSIGN: (Action.ASSIGN, "Assign", "Choose who shall do it."),
    Callback.STEPS: (Action.STEPS, "Steps", "Answer the steps in the form."),
    Callback.PLAN_JOB: (Action.PLAN_JOB, "Plan", "Say in the form how long it takes, and with what."),
    Callback.WAIT_FOR: (Action.WAIT_FOR, "Waits for", "Say in the form what has to come first."),
    Callback.SPLIT: (Action.SPLIT, "Split", "Say in the form what goes into the new order."),
    Callback.REOPEN: (Action.REOPEN, "Reopen", "Say why in the form."),
    Callback.CANCEL_ORDER: (Action.CANCEL_ORDER, "Cancel order", "Say why in the form."),
    Callback.CLOSE_SHORT: (Action.CLOSE_SHORT, "Expect no more", "Say of which lines, and why, in the form."),
    Callback.REOPEN_ORDER: (Action.REOPEN_ORDER, "Reopen order", "Say why in the form."),
    Callback.CANCEL: (Action.CANCEL, "Cancel work order", "Say why in the form."),
    Callback.CORRECT: (Action.CORRECT, "Correct", "Put it right in the form."),
    Callback.NEED_PART: (Action.NEED_PART, "Need a part", "Choose the part in the form."),
    Callback.ASK_NEED: (Action.ASK_NEED, "Need something", "Say in the form what you need, and by when."),
    Callback.ISSUE_PART: (Action.ISSUE_PART, "Take parts out", "Choose the part in the form."),
    Callback.AWAY: (Action.AWAY, "I am away", "Say from when to when, and who decides meanwhile."),
    Callback.LOG_TIME: (Action.LOG_TIME, "Log time", "Write the time in the form."),
    Callback.CALL_OFF: (Action.CALL_OFF, "Order from agreement", "Say what and how much in the form."),
    Callback.CHARGES: (Action.CHARGES, "Charges", "Write freight and other charges in the form."),
    Callback.AMEND: (Action.AMEND, "Change the order", "The form asks what should change, and why."),
    Callback.RELEASE_BUDGET: (Action.RELEASE_BUDGET, "Release", "Say in the form why it may go beyond the budget."),
    Callback.NEW_AGREEMENT: (Action.AGREEMENT_NEW, "New agreement", "Say with whom, and from when to when."),
}
"""The button behind which each form is offered, and the words beside it."""
