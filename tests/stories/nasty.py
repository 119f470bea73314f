"""Words that try to be more than words, and a walk through every field in which somebody can write some."""

import json
import re
import time
from dataclasses import dataclass
from typing import Any

from storage.tables import Approval, ApprovalTask, PurchaseOrderLine, Requisition, WorkOrder
from tests.stories.door import Door, click, submission
from tests.stories.figures import rows
from tests.stories.loop import World

WORDS = {
    "a call for everybody": "<!channel> <!here|here> <!everyone> <@U0FARID> <#C0STORES> <!subteam^S1> @here",
    "a link": "<http://evil.example|Approve here> <https://evil.example/?a=1&b=2> [x](http://evil.example)",
    "a script": "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt; &amp;",
    "a template": "{{7*7}} {% for x in range(9) %}x{% endfor %} {0} {code} %s ${7*7} #{7*7}",
    "quotes": '"\'`\u00b4\\ \\" \\n \'}]}, {"type": "divider"} \'; DROP TABLE work_orders; --',
    "directions and controls": "one\ntwo\r\nthree\u2028four \u202elive\u202c \u200f\u061c\ufeff nul\x00 bell\x07 \x1b[31m\x7f",
    "three thousand letters": "W" * 3001,
    "nothing to be seen": "\u200b\u2060\u00ad \u3164",
}
"""What people and suppliers might write, by what it tries."""
PINGS = re.compile(r"<(!(?!date\^)|@U0FARID|#C0STORES|https?://evil)|<script|\x00")
"""What would be more than words in Slack."""


@dataclass
class Walk:
    """One text written into every field by whoever may, in a hall of its own."""

    door: Door
    world: World
    url: str
    hall: str
    text: str
    answers: list[str]

    async def sends(self, payload: dict[str, Any]) -> str:
        status, said = await self.door.sends(payload)
        assert status == 200, (status, said, payload)
        self.answers.append(said)
        return said

    async def presses(self, by: str, action: str, value: str) -> None:
        await self.sends(click(by, action, value, channel=self.hall))

    async def commands(self, by: str, text: str, command: str = "/chargehand") -> None:
        self.answers.append(await self.door.commands(by, text, command))

    async def everywhere(self) -> None:
        order = await self._reports()
        await self._works(order)
        await self._buys(order)
        await self._finishes(order)
        await self._asks(order)

    async def _reports(self) -> WorkOrder:
        photo = {"name": self.text[:200].replace("\x00", ""), "mimetype": "text/html", "base64": "PGI+"}
        ana = self.world.person("ana")
        root = await ana.says(self.hall, f"P-101 leaks, line stands. {self.text}", files=[photo])
        await self.commands("U0ANA", f"P-101 drips {self.text}", "/fault")
        form = {"text": f"P-101 hums {self.text}", "asset": self.text, "impact": self.text}
        await self.sends(submission("U0ANA", "report_fault", self.hall, form))
        found: list[WorkOrder] = await self.world.slack.until("the work order", lambda: self._work_orders(root))
        return found[0]

    async def _work_orders(self, root: str) -> list[WorkOrder]:
        return rows(self.url, WorkOrder, channel=self.hall, root_ts=root)

    async def _works(self, order: WorkOrder) -> None:
        carried = f"v1:{order.id}"
        await self.presses("U0LUIS", "work_order.take", carried)
        await self.sends(submission("U0LUIS", "start_work_order", carried, {"safety": "confirmed"}))
        await self.sends(submission("U0LUIS", "hold_work_order", carried, {"reason": "other", "note": self.text}))
        await self.presses("U0LUIS", "work_order.resume", carried)
        await self.world.person("luis").says(self.hall, f"hold {self.text}", thread=str(order.root_ts))
        await self.sends(submission("U0LUIS", "log_time", carried, {"minutes": "10", "note": self.text}))
        await self.sends(submission("U0LUIS", "log_time", carried, {"minutes": self.text, "note": ""}))
        change = {"title": self.text, "priority": "low", "due": "2031-01-01", "reason": self.text}
        await self.sends(submission("U0PRIYA", "correct_work_order", carried, change))
        await self.sends(submission("U0PRIYA", "assign_work_order", carried, {"person": self.text}))

    async def _buys(self, order: WorkOrder) -> None:
        await self.commands("U0LUIS", f"part {order.number} 2 P-10231")
        need = rows(self.url, Requisition, work_order_id=order.id)[0]
        await self.presses("U0LUIS", "purchase_order.request", f"v1:{need.id}")
        draft = rows(self.url, PurchaseOrderLine, work_order_id=order.id)[0].order_id
        run = rows(self.url, Approval, order_id=draft)[-1]
        asked = rows(self.url, ApprovalTask, approval_id=run.id)[0]
        carried = f"v1:{draft}:{asked.id}"
        await self.sends(submission("U0BO", "ask_about_purchase_order", carried, {"words": self.text}))
        await self.sends(submission("U0BO", "reject_purchase_order", carried, {"words": self.text}))
        await self.presses("U0LUIS", "purchase_order.edit", f"v1:{need.id}")
        names = ("supplier", "quantity", "price", "deliver_by", "cost_centre")
        for private in (f"v1:{need.id}", f"v1:{draft}"):
            await self.sends(submission("U0LUIS", "edit_purchase_order", private, dict.fromkeys(names, self.text)))

    async def _finishes(self, order: WorkOrder) -> None:
        carried = f"v1:{order.id}"
        await self.sends(submission("U0PRIYA", "resume_work_order", carried, {"reason": self.text}))
        report = {"mode": "ELP", "remedy": self.text, "minutes": "40", "note": self.text}
        await self.sends(submission("U0LUIS", "complete_work_order", carried, report | {"running": self.text}))
        local = time.strftime("%H:%M", time.gmtime())
        await self.sends(submission("U0LUIS", "complete_work_order", carried, report | {"running": local}))
        await self.sends(submission("U0PRIYA", "reopen_work_order", carried, {"reason": self.text}))
        await self.sends(submission("U0PRIYA", "cancel_work_order", carried, {"reason": self.text}))

    async def _asks(self, order: WorkOrder) -> None:
        number = order.number
        for word in ("stock", "asset", "where", "help", "", "mine", "waiting", "take", "approve"):
            await self.commands("U0LUIS", f"{word} {self.text}")
        for text in (
            f"part {number} 2 ",
            f"assign {number} ",
            f"hold {number} ",
            "reject DR-1 ",
            "count PO-1 ",
            "request ",
        ):
            await self.commands("U0PRIYA", text + self.text)
        for field in ("find.part", "find.asset"):
            frame = click("U0LUIS", field, "")
            frame |= {"type": "block_suggestion", "action_id": field, "block_id": "b", "value": self.text}
            await self.door.sends(frame)


def unsaid(call: dict[str, Any]) -> list[str]:
    """Return what in a call to Slack would be more than words."""
    said = json.dumps({name: call["args"].get(name) for name in ("text", "blocks", "view")}, ensure_ascii=False)
    return [said[max(0, found.start() - 60) : found.end() + 60] for found in PINGS.finditer(said)]
