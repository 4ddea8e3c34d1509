"""How running pairs stand: one row each, written by the database in one statement (standings.sql).

Why a pair should be visited (Reason), and how much each counts towards its risk. A pair that is suspended or in
acceptance, and one whose timely request for extension waits, is neither late nor behind; a muted one is not late.

late            past the due date in force
behind          the lowest latest statement of a present party, none counting as 0, is below the planned percentage
gap             the highest and the lowest statement lie `gap_points` or more apart; counted only when a working day
                has begun since the last of them, so that the parties see it before the supervisor is told
never_visited   no follow-up was ever done, and a planned one is past and not skipped
silence         no act of a party for `silence_days`, counted anew from the day on which the clock went on
formal          reported as completed without any follow-up, everything at once or within the last two days before the
                due date or after it, and the effects are blank or, of several problems, word for word the same: for
                the supervisor alone, counted and published nowhere
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from accounts.models import Event
from accounts.models.seat import ACTING_FOR_A_BRANCH
from pairing.deadlines import PLANNED_LINE, day_of, previous_working_day
from pairing.models import Agreement, Reason, Standing, working_days

WEIGHTS = {
    Reason.LATE: 40,
    Reason.BEHIND: 25,
    Reason.GAP: 20,
    Reason.NEVER_VISITED: 15,
    Reason.SILENCE: 10,
    Reason.FORMAL: 8,
}
LAST_DAYS = 2  # before the due date: what is reported as done only then looks like a formal closing
A_DAY = timedelta(days=1)


@cache
def _statement():
    text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    return text.replace("{planned_line}", PLANNED_LINE.format(pairs="pair"))


@transaction.atomic
def refresh(day: date, agreements: Iterable[int] | None = None) -> int:
    """Write the Standing of every running pair as of `day`, or of those with these ids; answers how many.

    Rows of pairs that no longer run go. Twice in a row the second changes nothing.
    """
    ids = sorted(agreements) if agreements is not None else []
    running = Agreement.objects.running().filter(pk=OuterRef("pk"))
    ended = Standing.objects.filter(~Exists(running))
    (ended if agreements is None else ended.filter(pk__in=ids)).delete()
    # The first day whose statements the parties cannot have seen a working day ago.
    seen_before = previous_working_day(day, working_days())
    known = {
        "day": day, "sunday": day + timedelta(days=6 - day.weekday()), "seen_before": seen_before,
        "all": agreements is None, "agreements": ids, "last_days": LAST_DAYS,
        "branch_roles": [role.value for role in ACTING_FOR_A_BRANCH],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_statement(), known | {reason.value: weight for reason, weight in WEIGHTS.items()})
        return cursor.rowcount


def keep_up(now: datetime) -> int:
    """All pairs at the first round of a day, afterwards those to which something happened since its morning.

    What is typed in with an earlier day is taken up in the following night.
    """
    day = day_of(now)
    if Standing.objects.exclude(day=day).exists() or not Standing.objects.exists():  # or a day ahead was played
        return refresh(day)
    today = Event.objects.filter(object_type="agreement", happened_at__gte=now - A_DAY, happened_at__lte=now)
    changed = set(today.values_list("object_id", flat=True))
    return refresh(day, changed) if changed else 0
