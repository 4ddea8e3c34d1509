"""What a draft of the rules would do: which running pairs it touches (capability U3), which messages it would send.

Reading only. The messages are those of `notices.simulate`, the same that `manage.py simulate_supervision` prints.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, DateField, DurationField, F, Func, IntegerField, OuterRef, Q
from django.db.models.functions import Least
from django.utils.translation import gettext

from pairing import notices
from pairing.deadlines import ONE_DAY, add_working_days, next_working_day
from pairing.enums import BEFORE_SIGNING, RUNNING, AgreementState, Decision
from pairing.models import Agreement, Counted, Extension, Notice, working_days

DAYS = (5, 10, 20)  # coming working days that a dry run may play
LARGE, FEW_DAYS = 20_000, 3  # with more open agreements than LARGE only FEW_DAYS are played: minutes otherwise
MOST_MESSAGES, MOST_ITEMS = 20, 12  # of a trial, that are kept to be read
MOST_PAIRS = 20  # touched pairs that are named


# Which pairs the draft touches
@dataclass(frozen=True)
class Touch:
    """Counts of running pairs, measured by the draft instead of the rules they keep.

    `longer`: terms longer than the draft allows (approved exceptions aside); `extended`: extended more often than it
    would allow; `touched`: either; `over`: of these, those whose term would be over today. `unsigned` agreements are
    not signed yet, `unsigned_longer` of them would need an exception. `pairs`: the first touched, each with `then_due`.
    """

    running: int
    touched: int
    longer: int
    extended: int
    over: int
    unsigned: int
    unsigned_longer: int
    pairs: tuple


def touch_of(draft, today):
    """The Touch of `draft` on its programme; two queries."""
    all_of_it = Agreement.objects.filter(programme=draft.programme_id)
    granted = Extension.objects.filter(agreement=OuterRef("pk"), decision=Decision.GRANTED)
    longer = Q(term_months__gt=draft.term_months, exception_approved=False)
    extended = Q(granted__gt=draft.most_extensions)
    running = Q(state__in=RUNNING)
    touched = running & (longer | extended)
    over = touched & Q(state=AgreementState.ACTIVE, then_due__lt=today)
    before = Q(state__in=BEFORE_SIGNING, rule_version=None)
    rows = all_of_it.annotate(granted=Counted(granted), then_due=_then_due(draft))
    counts = rows.filter(running | before).aggregate(
        running=Count("pk", filter=running), touched=Count("pk", filter=touched),
        longer=Count("pk", filter=running & longer), extended=Count("pk", filter=running & extended),
        over=Count("pk", filter=over), unsigned=Count("pk", filter=before),
        unsigned_longer=Count("pk", filter=before & longer),
    )  # fmt: skip
    first = rows.filter(touched).order_by("then_due", "pk").prefetch_related("parties__organisation")[:MOST_PAIRS]
    return Touch(**counts, pairs=tuple(first))


def _then_due(draft):
    """The due date if the term were no longer than that of the draft; what was added by extensions and stops stays."""
    months = Least(F("term_months"), draft.term_months, output_field=IntegerField())
    term = Func(months, template="make_interval(months => %(expressions)s)", output_field=DurationField())
    end = Func(F("signed_on"), term, template="(%(expressions)s)::date", arg_joiner=" + ", output_field=DateField())
    added = Func(
        F("due_on"), F("original_due_on"), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField()
    )
    return Func(end, added, template="(%(expressions)s)", arg_joiner=" + ", output_field=DateField())


# Which messages it would send
def days_allowed(programme):
    """The choices of DAYS for this programme; for a very large one only FEW_DAYS."""
    open_ones = Agreement.objects.filter(programme=programme, state__in=BEFORE_SIGNING | RUNNING)
    return (FEW_DAYS,) if open_ones.order_by()[: LARGE + 1].count() > LARGE else DAYS


def try_out(draft, today, days):
    """Play the coming `days` working days under the present rules and under the draft.

    JSON-serialisable: {"first", "last", "days", "present": figures, "draft": figures, "messages": the first ones under
    the draft}; see `figures_of` and `_readable`.
    """
    calendar = working_days()
    first = next_working_day(today, calendar)
    last = add_working_days(first, days - 1, calendar)
    present = notices.simulate(first, last, programme=draft.programme)
    then = notices.simulate(first, last, rules=draft, programme=draft.programme)
    return {
        "first": f"{first:%Y-%m-%d}", "last": f"{last:%Y-%m-%d}", "days": days,
        "present": figures_of(present, first, last, calendar), "draft": figures_of(then, first, last, calendar),
        "messages": [_readable(message) for message in then[:MOST_MESSAGES]],
    }  # fmt: skip


def figures_of(messages, first, last, calendar):
    """{"messages", "people", "items_told", "busiest": [name, messages, items] or None, "by_day": [[day, messages,
    items]]} of a list of notices.Outgoing; every working day of the period stands in it."""
    sent, said = Counter(), Counter()
    of_day, items_of_day = Counter(), Counter()
    for message in messages:
        sent[message.person] += 1
        said[message.person] += len(message.items)
        of_day[message.day] += 1
        items_of_day[message.day] += len(message.items)
    busiest = max(sent, key=lambda person: (sent[person], said[person], person.username), default=None)
    span = (first + ONE_DAY * n for n in range((last - first).days + 1))
    return {
        "messages": len(messages), "people": len(sent), "items_told": sum(said.values()),
        "busiest": [busiest.name, sent[busiest], said[busiest]] if busiest else None,
        "by_day": [
            [f"{day:%Y-%m-%d}", of_day[day], items_of_day[day]] for day in span if calendar.works(day) or of_day[day]
        ],
    }  # fmt: skip


def _readable(message):
    """A notices.Outgoing as the page shows it later; steps stay codes, so that they are worded in both languages."""
    items = [
        {"object": item.object, "type": item.object_type, "id": item.object_id, "step": item.step, "level": item.level}
        for item in message.items[:MOST_ITEMS]
    ]
    more = len(message.items) - len(items)
    return {"person": message.person.name, "day": f"{message.day:%Y-%m-%d}", "items": items, "more": more}


def item_words(item, at):
    """What an item of `_readable` says, in the words of the inbox; of the market how many problems is not kept."""
    if item["step"] == "market":
        return gettext("Problems still look for a partner")
    notice = Notice(
        object_type=item["type"],
        object_id=item["id"],
        step=item["step"],
        planned_at=at,
        details={"label": item["object"]},
    )
    return notices.wording(notice).title


# The drawing: for each day two bars, the present rules and the draft
WIDTH, HEIGHT, FOOT, TOP = 960, 200, 28, 22


@dataclass(frozen=True)
class Bar:
    """A bar of the drawing: its day, under which rules ("present" or "draft"), its number of messages, its place."""

    day: date
    rules: str
    messages: int
    x: float
    y: float
    width: float
    height: float
    middle: float

    @property
    def label_x(self):
        return self.x + self.width / 2


def bars_of(figures):
    """The Bars of a trial; the highest fills the drawing, of WIDTH × HEIGHT."""
    series = [(rules, figures[rules]["by_day"]) for rules in ("present", "draft")]
    most = max((row[1] for _rules, rows in series for row in rows), default=0) or 1
    slot = WIDTH / max(len(series[0][1]), 1)
    width = min(slot * 0.36, 40)
    return [
        Bar(date.fromisoformat(day), rules, n, *_place(index, side, slot, width, (HEIGHT - FOOT - TOP) * n / most))
        for side, (rules, rows) in enumerate(series)
        for index, (day, n, _items) in enumerate(rows)
    ]


def _place(index, side, slot, width, height):
    middle = slot * (index + 0.5)
    x = middle - width if side == 0 else middle + 2
    return round(x, 1), round(HEIGHT - FOOT - height, 1), round(width - 2, 1), round(height, 1), round(middle, 1)
