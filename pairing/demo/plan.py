"""What the data of a demo programme is written in: problems, goals and pairs, by short keys.

A day is "2021-03-11"; in a programme relative to today it is a number of working days before today (3: three working
days ago, -3: in three working days), or Due: the signing day from which the term ends about so many days after today.
The Stage resolves them all.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Due:
    """The latest working day from which a term of `term` months ends at most `days` calendar days after today.

    `any_day`: signed on a day off too, so that the term ends exactly then (where the month has such a day).
    """

    days: int
    term: int = 3
    any_day: bool = False


Day = str | int | Due


@dataclass(frozen=True, kw_only=True)
class ProblemPlan:
    """A problem as its branch writes it. `filer` is another branch that files it on the owner's behalf."""

    owner: str
    category: str  # "质量安全/体系建设"
    raised: Day
    title: str
    text: str
    effect: str = ""
    filer: str = ""
    urgency: str = "normal"
    origin: str = ""  # the problem in whose solution this one was found


@dataclass(frozen=True)
class GoalPlan:
    text: str
    measure: str
    criterion: str
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Pace:
    """Working days before the last signature on which each step towards it is taken."""

    invite: int = 12
    answer: int = 10
    edit: int = 7
    confirm: int = 6
    submit: int = 5
    opine: int = 3
    sign: int = 1


STEADY = Pace()
QUICK = Pace(invite=8, answer=7, edit=5, confirm=4, submit=4, opine=2, sign=1)
SLOW = Pace(invite=19, answer=16, edit=11, confirm=8, submit=7, opine=4, sign=2)


@dataclass(frozen=True, kw_only=True)
class PairPlan:
    """A pair from invitation to signing. `posts` maps a party to its post, `owners` to a name; `parties[0]` initiates.

    `until` is the last state of the main path that is reached; `signed` is the day of the last signature, or, where it
    is not reached, the day on which it would have been.
    """

    parties: tuple[str, ...]
    aim: str
    goals: tuple[GoalPlan, ...]
    signed: Day
    term: int = 3
    pace: Pace = STEADY
    posts: tuple[tuple[str, str], ...] = ()
    owners: tuple[tuple[str, str], ...] = ()  # names of persons that answer for the goals, else the name of the post
    exception: str = ""
    until: str = "active"
    predecessor: str = ""  # continues the draft that the end of that pair has made

    @property
    def problems(self):
        return [key for goal in self.goals for key in goal.problems]


def table(*rows):
    """{key: ProblemPlan} from rows (key, owner, category, raised, title, text, effect[, other fields])."""
    plans = {}
    for key, owner, category, raised, title, text, effect, *more in rows:
        fields = more[0] if more else {}
        plans[key] = ProblemPlan(
            owner=owner, category=category, raised=raised, title=title, text=text, effect=effect, **fields
        )
    return plans


def goal(text, measure, criterion, *problems):
    return GoalPlan(text, measure, criterion, problems)
