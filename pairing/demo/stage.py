"""The stage on which a demo programme is played: a queue of acts in the order of time, and who and what by key.

Every act is a function `act(stage, at, …)` of pairing.demo.acts and goes through the front door (perform, services).
"""

from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from zlib import crc32

from pairing.deadlines import SHANGHAI, add_months, add_working_days, previous_working_day
from pairing.demo.plan import Due
from pairing.models import Agreement, Category, Problem, working_days
from pairing.workflow.engine import perform

ONE_DAY = timedelta(days=1)


class Stage:
    """`problems` and `pairs` are the plans by key; `problem` and `agreement` the rows, once they exist."""

    def __init__(self, programme, company, *, today, problems, pairs):
        self.programme, self.company, self.today = programme, company, today
        self.problems, self.pairs = problems, pairs
        self.problem: dict[str, Problem] = {}
        self.agreement: dict[str, Agreement] = {}
        self.calendar = working_days()
        self.categories = {f"{c.parent.name}/{c.name}": c for c in Category.objects.filter(parent__isnull=False)}
        self.unvisited: set[str] = set()  # pairs whose latest follow-ups still wait for the supervisor
        self.skips: dict[tuple[str, int], str] = {}  # (pair, number of the follow-up): why it is skipped
        self.digests: dict[tuple[str, int], str] = {}  # (pair, version of its text): what the parties confirm
        self.visits: set[tuple[str, date]] = set()  # (pair, day) of the follow-ups in the queue
        self._queue, self._numbers = [], count()

    # Days and moments
    def day(self, value):
        """The date of a plan.Day."""
        if isinstance(value, str):
            return date.fromisoformat(value)
        return self._signed_for(value) if isinstance(value, Due) else self.before(self.today, value)

    def before(self, day, n):
        """The nth working day before `day`; with n = 0 the day itself, and with n < 0 the nth after it."""
        if n < 0:
            return add_working_days(day, -n, self.calendar)
        for _ in range(n):
            day = previous_working_day(day - ONE_DAY, self.calendar)
        return day

    def _signed_for(self, due):
        due_on, months = self.today + timedelta(days=due.days), due.term
        day = add_months(due_on, -months)
        while not (due.any_day or self.calendar.works(day)) or add_months(day, months) > due_on:
            day -= ONE_DAY
        return day

    def at(self, value, hour, key=""):
        """A moment in office hours: the hour, and minutes that differ from matter to matter."""
        day = value if isinstance(value, date) else self.day(value)
        return datetime.combine(day, time(hour, crc32(key.encode()) % 50), SHANGHAI)

    # The queue
    def on(self, day, hour, act, key, *args, **data):
        """Put `act(stage, at, key, …)` into the queue; acts of one moment are played in the order of their putting."""
        heappush(self._queue, (self.at(day, hour, key), next(self._numbers), act, (key, *args), data))

    def play(self):
        """Take every act in the order of time, also those that acts put in, up to the day before today."""
        while self._queue and self._queue[0][0] < self.at(self.today, 0):
            at, _number, act, args, data = heappop(self._queue)
            try:
                act(self, at, *args, **data)
            except Exception as error:
                error.add_note(f"{at:%Y-%m-%d %H:%M} {act.__name__} {args}")  # which line of the script it was
                raise

    # Who
    def seat(self, body, role="secretary"):
        return self.company.seat(body, role)

    def body(self, key):
        return self.company.bodies[key]

    def step(self, name, obj, *, at, by=None, role="secretary", note="", **data):
        """perform, in the seat of `role` at the body `by`; without one it is the clock."""
        return perform(name, obj, seat=self.seat(by, role) if by else None, at=at, note=note, **data)
