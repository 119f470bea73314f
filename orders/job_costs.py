"""What a job may be expected to cost before somebody has to approve it, and when that has to be asked again."""

from dataclasses import dataclass

PERCENT = 100


@dataclass(frozen=True, slots=True)
class JobLimits:
    """From which estimated cost (minor units; None: never) a job is approved first, and by how much that may be passed."""

    above: int | None = None
    tolerance_percent: int = 10

    def asks(self, cost: int, *, shutdown: bool, given: int | None) -> str:
        """Say why somebody has to approve a job: ``shutdown``, ``cost``, ``more`` than was approved, or nothing.

        ``given`` is the cost that was approved already, None when nothing was.
        """
        dear = self.above is not None and cost > self.above
        if given is None:
            return "shutdown" if shutdown else "cost" if dear else ""
        return "more" if dear and cost * PERCENT > given * (PERCENT + self.tolerance_percent) else ""
