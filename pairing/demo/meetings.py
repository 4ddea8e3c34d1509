"""Meetings that lie ahead of the day: one with the secretaries, one of the working group, one that was cancelled."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from pairing.deadlines import SHANGHAI
from pairing.services import meetings

AHEAD = (  # working days after the day, hour, minutes, subject, place, whether the secretaries are invited
    (4, time(14, 30), 90, "逾期和临期结对专题会", "机关二楼会议室", True),
    (9, time(9), 60, "目标任务审核会", "工作组办公室", False),
    (12, time(15), 60, "典型案例征集研究会", "机关二楼会议室", True),
)
CALLED, ONE_HOUR = 1, timedelta(hours=1)  # working days before the day on which they are entered
CANCELLED = "典型案例征集研究会"


def call(stage, seat):
    """Enter them in `seat`; those that are past by now (a demo laid to an earlier day) are left out."""
    for days, hour, minutes, subject, place, invited in AHEAD:
        at = datetime.combine(stage.before(stage.today, -days), hour, SHANGHAI)
        if at <= timezone.now():
            continue
        called = stage.at(stage.before(stage.today, CALLED), 10, subject)
        columns = {"subject": subject, "minutes": minutes, "place": place, "branches_invited": invited}
        meeting = meetings.call(stage.programme, seat=seat, at=called, starts_at=at, **columns)
        if subject == CANCELLED:
            meetings.cancel(meeting, seat=seat, at=called + ONE_HOUR, note="并入季度例会一并研究。")
