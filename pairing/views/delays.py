"""What waits longer than its rules allow: for the working group, for an answer, for the end of a stop, for a partner.

Each kind of waiting is a part that is read along an index, the longest waiting first: the first lines of the list and
its bounded count read no more than they show, however much waits.
"""

from datetime import datetime, time, timedelta

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import timezone

from pairing.deadlines import last_start
from pairing.enums import CLOCK_OF_TURN, OWN, SILENT, Turn, clock_column
from pairing.enums import AgreementState as A
from pairing.enums import ProblemState as P
from pairing.models import Agreement, Problem, working_days

LONG_SUSPENDED = 30  # calendar days after which a suspended pair is to be looked at
CLOCKS = {**OWN, **SILENT}  # the same clocks as those of the planner of reminders
STATES = (A.SUBMITTED, A.ACCEPTANCE, A.ACTIVE, A.INVITED, A.COUNTERED)
NOTHING = Q(pk__in=[])


class Delays:
    """Of `programmes`, each with `versions` (board.programmes_of), on the day `today`."""

    def __init__(self, programmes, today):
        self.programmes, self.today, self._calendar = programmes, today, working_days()
        versions = [version for programme in programmes for version in programme.versions]
        self._versions = [version for version in versions if version.published_on]
        self._of_the_day = {}  # as Programme.rules_on; versions come in the order of their days
        for version in self._versions:
            if version.starts_on <= today or version.programme_id not in self._of_the_day:
                self._of_the_day[version.programme_id] = version

    def agreements(self):
        """Agreements, the longest waiting first, each with `allowed`, working days (None: suspended for long), and
        `waits_since`."""
        found = NOTHING
        for waits, _since in self._waiting():
            found |= waits
        since = Case(When(state__in=CLOCK_OF_TURN, then="turn_since"), default="state_since")
        return self._rows(found).annotate(allowed=self._allowed(), waits_since=since).order_by("waits_since", "pk")

    def parts(self):
        """The same agreements, each kind of waiting in a QuerySet of its own."""
        return [self._rows(waits).order_by(since, "pk") for waits, since in self._waiting()]

    def problems(self):
        """Problems that look for a partner longer than the rules leave them to themselves, the longest first; each
        with `allowed`."""
        numbers = self._numbers("market_notice")
        of_day = {number: Q(programme__in=programmes) for number, (_versions, programmes) in numbers.items()}
        too_long = NOTHING
        for number, which in of_day.items():
            too_long |= which & Q(turn_since__lt=self._has_run_out(number))
        rows = Problem.objects.filter(too_long, state=P.OPEN)
        return rows.annotate(allowed=_case(of_day)).select_related("owner").order_by("turn_since", "pk")

    def _rows(self, waits):
        return Agreement.objects.filter(waits, programme__in=self.programmes)

    def _allowed(self):
        allowed = {}
        for state in STATES:
            for number, kept in self._kept(CLOCKS[state]).items():
                allowed[number] = allowed.get(number, NOTHING) | (Q(state=state) & kept)
        return _case(allowed)

    def _waiting(self):
        """(condition, the column that says since when) of each kind, no agreement in two of them."""
        for state in STATES:
            # in a running pair it may be anybody's turn; the other states say themselves whose it is
            asked = Q(turn__in=[Turn.GROUP, Turn.LEAD]) if state in CLOCK_OF_TURN else Q()
            yield Q(state=state) & asked & self._too_long(state), clock_column(state)
        day = self.today - timedelta(days=LONG_SUSPENDED)
        yield Q(state=A.SUSPENDED, state_since__lt=_morning_of(day)), "state_since"

    def _too_long(self, state):
        """In `state` since before the working days that its rules allow there have run out."""
        found, column, last = NOTHING, f"{clock_column(state)}__lt", None
        for number, kept in self._kept(CLOCKS[state]).items():
            before = self._has_run_out(number)
            last = max(last or before, before)
            found |= Q(**{column: before}) & kept
        # the last of the moments holds for all: it tells the database where in the index to begin and to end
        return found & Q(**{column: last}) if last else found

    def _has_run_out(self, number):
        """The moment before which a clock of so many working days has begun, if it has run out."""
        return _morning_of(last_start(number, self._calendar, self.today) + timedelta(days=1))

    def _kept(self, name):
        """{number: condition that an agreement keeps rules with this number, or none and its programme has it}."""
        return {
            number: Q(rule_version__in=versions) | Q(rule_version__isnull=True, programme__in=programmes)
            for number, (versions, programmes) in self._numbers(name).items()
        }

    def _numbers(self, name):
        """{number of working days: (ids of the versions that say so, ids of the programmes where it holds today)}."""
        found = {}
        for version in self._versions:
            found.setdefault(getattr(version, name), ([], []))[0].append(version.pk)
        for programme, version in self._of_the_day.items():
            found[getattr(version, name)][1].append(programme)
        return found


def _case(conditions):
    """The number whose condition holds, as a column."""
    whens = [When(which, then=Value(number)) for number, which in conditions.items()]
    return Case(*whens, default=None, output_field=IntegerField())


def _morning_of(day):
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
