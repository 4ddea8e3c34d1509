"""What the system asks of a branch, month by month (capability MM1): fields, messages, follow-ups.

It counts what is asked, never anybody's time, and never a person: per branch only the mean and the highest number.
A mean is shown with its numerator and the number of branches it is divided by.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.core.cache import cache
from django.db import connection
from django.db.models import Case, Count, Exists, F, Func, IntegerField, OuterRef, Q, Sum, Value, When
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.models import Event, Kind, Organisation
from accounts.models.seat import BRANCH_ROLES
from pairing.asking import fields_asked
from pairing.deadlines import SHANGHAI
from pairing.models import Counted, Digest, FollowUp, Programme

MONTHS = 12
MEASURES = ("fields", "messages", "follow_ups")
KEEP = 24 * 60 * 60  # seconds that months which are over are kept; late entries may still change them
KEEP_RUNNING = 10 * 60  # seconds that the running month is kept; the page says of when it is
COMPARED = 3  # whole months before and after a rule version, as far as there are


@dataclass
class Month:
    """`asked`: measure → (of all branches, the most of one branch); `steps`: (model, step) → (times, fields in all);
    `read_at`: the moment at which it was read."""

    first: date
    read_at: datetime
    branches: int = 0
    asked: dict = field(default_factory=dict)
    steps: dict = field(default_factory=dict)

    @property
    def last(self):
        return next_month(self.first) - timedelta(days=1)

    def total(self, measure):
        return self.asked.get(measure, (0, 0))[0]

    def most(self, measure):
        return self.asked.get(measure, (0, 0))[1]

    def mean(self, measure):
        """None without branches."""
        return self.total(measure) / self.branches if self.branches else None


def next_month(first):
    return (first + timedelta(days=32)).replace(day=1)


def months_until(day, begun):
    """First days of the twelve months that end with that of `day`; none before the month in which the programme began,
    for a month in which nothing could be asked would make every later rule look like a burden."""
    found = [day.replace(day=1)]
    while len(found) < MONTHS and found[0] > begun:
        found.insert(0, (found[0] - timedelta(days=1)).replace(day=1))
    return found


def months_of(programme, day):
    """[Month] of the last twelve months of the programme, the oldest first, as they were read for a page before it."""
    keys = {first: f"burden:{programme.pk}:{first:%Y-%m}" for first in months_until(day, programme.starts_on)}
    known = cache.get_many(keys.values())
    missing = [first for first, key in keys.items() if key not in known]
    read = _read(programme, missing) if missing else {}
    for first, month in read.items():
        over = next_month(first) <= timezone.localdate()
        cache.set(keys[first], month, KEEP if over else KEEP_RUNNING)
    return [known.get(key) or read[first] for first, key in keys.items()]


def _read(programme, firsts):
    """{first day: Month}; three queries."""
    months = {first: Month(first, timezone.now()) for first in firsts}
    names = {first: f"m{first:%Y%m}" for first in firsts}
    branches = Organisation.objects.branches().below(programme.committee)
    counts = {names[first]: Counted(branches.existing_on(months[first].last)) for first in firsts}
    row = Programme.objects.filter(pk=programme.pk).annotate(**counts).values(*counts).get()
    for first in firsts:
        months[first].branches = row[names[first]]
    for measure, first, total, most in _asked(programme, firsts[0], next_month(firsts[-1]) - timedelta(days=1)):
        if first in months:
            months[first].asked[measure] = (total, most)
    for month, kind, step, times, fields in _by_step(programme, firsts[0], next_month(firsts[-1]) - timedelta(days=1)):
        if (first := timezone.localdate(month)) in months:
            months[first].steps[kind, step] = (times, fields)
    return months


def _asked(programme, first, last):
    """(measure, first day of the month, of all branches, the most of one) by one statement."""
    parts, parameters = [], []
    rows = (_fields(programme, first, last), _messages(programme, first, last), _follow_ups(programme, first, last))
    for measure, found in zip(MEASURES, rows, strict=True):
        sql, of_query = found.query.sql_with_params()
        parts.append(
            f"SELECT %s, month::date, SUM(n), MAX(n) FROM ({sql}) AS {measure} (month, branch, n) GROUP BY month"
        )
        parameters += [measure, *of_query]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        return [(measure, first, int(total), int(most)) for measure, first, total, most in cursor.fetchall() if total]


def _below(programme, path):
    return {f"{path}__path__startswith": programme.committee.path, f"{path}__kind": Kind.PARTY_BRANCH}


# Fields
class _Named(Func):
    """How many goals or problems the record of a step names: an array or an object under a key of its details."""

    output_field = IntegerField()
    template = (
        "(CASE JSONB_TYPEOF(%(expressions)s -> '%(key)s') "
        "WHEN 'array' THEN JSONB_ARRAY_LENGTH(%(expressions)s -> '%(key)s') "
        "WHEN 'object' THEN JSONB_ARRAY_LENGTH(JSONB_PATH_QUERY_ARRAY(%(expressions)s -> '%(key)s', '$.keyvalue()')) "
        "ELSE 0 END)"
    )


def steps_of(programme, first, last):
    """Events of branches of the programme's committee that asked for fields, with `asked`, their number."""
    asked, days = fields_asked(), Q(happened_at__gte=_start(first), happened_at__lt=_start(last + timedelta(days=1)))
    acts = {}
    for kind, step in asked:
        acts.setdefault(kind, []).append(step)
    known = Q(pk__in=[])
    for kind, steps in acts.items():
        known |= Q(object_type=kind, action__in=steps)
    before = Event.objects.filter(
        object_type=OuterRef("object_type"), object_id=OuterRef("object_id"), action=OuterRef("action"),
        pk__lt=OuterRef("pk"),
    )  # fmt: skip
    again = Q(pk__in=[])
    for (kind, step), of_step in asked.items():
        if of_step.first_only:
            again |= Q(object_type=kind, action=step)
    found = Event.objects.filter(known, days, cause__isnull=True, result=Event.Result.DONE)
    found = found.filter(**_below(programme, "seat__organisation"), seat__role__in=BRANCH_ROLES)
    return found.exclude(again & Q(Exists(before))).annotate(asked=_number(asked))


def _number(asked):
    whens = []
    for (kind, step), of_step in asked.items():
        number = Value(of_step.fields)
        if of_step.per_goal:
            number = number + Value(of_step.per_goal) * _Named("details", key="goals")
        if of_step.per_problem:
            number = number + Value(of_step.per_problem) * _Named("details", key="problems")
        whens.append(When(object_type=kind, action=step, then=number))
    return Case(*whens, default=Value(0), output_field=IntegerField())


def _fields(programme, first, last):
    found = steps_of(programme, first, last).annotate(month=_month("happened_at"), branch=F("seat__organisation"))
    return _per_branch(found, Sum("asked"))


def _by_step(programme, first, last):
    found = steps_of(programme, first, last).annotate(month=_month("happened_at")).order_by()
    found = found.values_list("month", "object_type", "action")
    return found.annotate(times=Count("pk"), fields=Sum("asked"))


def by_step(months):
    """[(model name, step, times, fields in all)] of several Months, those that asked most first."""
    found = {}
    for month in months:
        for key, (times, fields) in month.steps.items():
            before = found.get(key, (0, 0))
            found[key] = (before[0] + times, before[1] + fields)
    return sorted(((*key, *sums) for key, sums in found.items()), key=lambda row: (-row[3], row))


# Messages and follow-ups
def _messages(programme, first, last):
    """Messages sent to the people who sat at the branch on the day; who sits at two branches counts at both."""
    seat = "person__seats__"
    held = Q(**{f"{seat}to_on__isnull": True}) | Q(**{f"{seat}to_on__gte": F("day")})
    found = Digest.objects.filter(
        held, sent_at__isnull=False, day__gte=first, day__lte=last, **_below(programme, f"{seat}organisation"),
        **{f"{seat}role__in": BRANCH_ROLES, f"{seat}from_on__lte": F("day")},
    )  # fmt: skip
    found = found.annotate(month=TruncMonth("day"), branch=F(f"{seat}organisation"))
    return _per_branch(found, Count("pk", distinct=True))


def _follow_ups(programme, first, last):
    """Follow-ups planned for the month, for each branch that is a party of the pair."""
    party = "agreement__parties__"
    found = FollowUp.objects.filter(
        planned_on__gte=first, planned_on__lte=last, **_below(programme, f"{party}organisation"),
        **{f"{party}name_then__gt": ""},
    )  # fmt: skip
    found = found.annotate(month=TruncMonth("planned_on"), branch=F(f"{party}organisation"))
    return _per_branch(found, Count("pk", distinct=True))


def _start(day):
    return datetime.combine(day, time(), SHANGHAI)


def _month(moment):
    return TruncMonth(moment, tzinfo=SHANGHAI)


def _per_branch(found, number):
    return found.order_by().values_list("month", "branch").annotate(n=number)


# Rule changes
@dataclass(frozen=True)
class Change:
    """What a rule version changed: means per branch and month before and after it, over whole months."""

    rules: object
    measure: str
    before: float
    after: float
    months: tuple[int, int]  # how many months were compared

    @property
    def more(self):
        return self.after - self.before


def changes(rule_versions, months, today):
    """Changes of every measure by each rule version that has a whole month before and after it among `months`."""
    found = []
    for rules in rule_versions:
        start = rules.starts_on
        before = [month for month in months if month.last < start][-COMPARED:]
        after = [month for month in months if month.first >= start and month.last < today][:COMPARED]
        if not before or not after:
            continue
        for measure in MEASURES:
            was, now = _mean(before, measure), _mean(after, measure)
            if was is not None and now is not None:
                found.append(Change(rules, measure, was, now, (len(before), len(after))))
    return found


def _mean(months, measure):
    """The mean of a branch and month over several months."""
    branches = sum(month.branches for month in months)
    return sum(month.total(measure) for month in months) / branches if branches else None
