"""A branch's own page: what it raised, signed, solved and helped with in a year, each list one query."""

from dataclasses import dataclass, replace
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, CharField, F, Func, OuterRef, Q, Value
from django.db.models.functions import JSONObject

from accounts.models import Organisation, Role, Seat, UnitLink
from pairing.enums import BEFORE_SIGNING, PROBLEM_OPEN, AgreementState, ProblemState
from pairing.models import Agreement, Counted, Episode, Party, Problem, working_days
from reports.figures import signed_agreements
from reports.rows import Viewer, agreement_row, separator, solved_row
from reports.selectors import solved_episodes

FIGURES = (
    ("problems", "raised"),
    ("problems", "solved"),
    ("agreements", "new"),
    ("agreements", "running"),
    ("agreements", "overdue"),
)
MOST = 200  # rows of a table on the page; what there is more stands in the lists
NAMED = {"pk": "organisation", "successor": "organisation__successor", "name": "name_then", "unit": "unit_then"}
OPEN_PROBLEM = PROBLEM_OPEN - {ProblemState.DRAFT}
OPEN_AGREEMENT = BEFORE_SIGNING - {AgreementState.DRAFT}


def with_facts(day):
    """Bodies with `units` and `secretaries`, names of the day."""
    lasting = Q(to_on__isnull=True) | Q(to_on__gt=day)
    units = UnitLink.objects.filter(lasting, branch=OuterRef("pk"), from_on__lte=day).order_by("unit__order")
    holders = Seat.objects.on(day).filter(organisation=OuterRef("pk"), role=Role.SECRETARY, matter="")
    return Organisation.objects.bodies().annotate(
        units=ArraySubquery(units.values("unit__name")),
        secretaries=ArraySubquery(holders.order_by("from_on").values("person__name")),
    )


def of_branch(question, branch, year):
    """The Question narrowed to one branch, and to a year where one is given."""
    given = question.given | {"organisation": str(branch.pk)} | ({"year": str(year)} if year else {})
    days = {"first_day": date(year, 1, 1), "last_day": date(year, 12, 31)} if year else {}
    return replace(question, filters={"organisation": branch}, given=given, **days)


# Pairs
@dataclass(frozen=True, kw_only=True)
class Pair:
    """`row`: an AgreementRow; `partners`: the other parties as named then; `solved` of `listed` problems."""

    row: object
    partners: str
    solved: int
    listed: int


def pairs_of(question, branch, user):
    """(the first Pairs, whether there are more): those that ran at some time within the period, in order of signing."""
    episodes = Episode.objects.filter(agreement=OuterRef("pk"), taken_on__lte=question.day).order_by()
    kept = Q(released_on__isnull=True) | Q(released_on__gt=F("agreement__signed_on"))
    found = _ran(question, user).due_as_of(question.day).stopped_on(question.day).annotate(
        named=_named("pk"), solved=Counted(episodes.filter(written_off_on__lte=question.day)),
        listed=Counted(episodes.filter(kept)),
    )  # fmt: skip
    viewer, calendar = Viewer(user), working_days()
    rows = list(found.order_by("signed_on", "year", "sequence", "pk")[: MOST + 1])
    return [_pair(agreement, branch, viewer, question, calendar) for agreement in rows[:MOST]], len(rows) > MOST


def _ran(question, user):
    signed = signed_agreements(question, user)
    if question.first_day is None:
        return signed
    return signed.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=question.first_day))


def _pair(agreement, branch, viewer, question, calendar):
    agreement.named_parties = _parties(agreement.named)
    row = agreement_row(agreement, viewer, question.day, calendar)
    others = [p.name_then for p in agreement.named_parties if branch.pk not in _identities(p)]
    return Pair(row=row, partners=separator().join(others), solved=agreement.solved, listed=agreement.listed)


def _named(agreement):
    """The parties of a signed text as JSON. `agreement`: the column of the outer query with its id."""
    named = Party.objects.filter(agreement=OuterRef(agreement)).exclude(name_then="").order_by("order", "pk")
    return ArraySubquery(named.values(row=JSONObject(**NAMED, post="post_then")))


def _parties(rows):
    return [
        Party(
            organisation=Organisation(pk=row["pk"], successor_id=row["successor"]), name_then=row["name"],
            unit_then=row["unit"], post_then=row["post"],
        )
        for row in rows
    ]  # fmt: skip


def _identities(party):
    return party.organisation_id, party.organisation.successor_id


# Solved problems
def solved_by(question, branch, user):
    """(own, helped, whether there are more): SolvedRows of its own problems, and of others' that it helped to solve."""
    mine = Episode.objects.filter(problem__owner=branch)
    taken = Party.objects.filter(organisation=branch).exclude(name_then="").values("agreement")
    helped = Episode.objects.filter(Q(helper=branch) | Q(helper__isnull=True), agreement__in=taken)
    # found first, by two indexes: as a condition the database would ask it of every solved problem of the programme
    concerned = ArraySubquery(mine.order_by().values("pk").union(helped.order_by().values("pk")))
    among = Func(F("pk"), concerned, template="%(expressions)s)", arg_joiner=" = ANY (", output_field=BooleanField())
    found = solved_episodes(replace(question, filters={})).filter(among)
    found = found.prefetch_related(None).annotate(named=_named("agreement"))
    episodes = list(found.order_by("written_off_on", "agreement", "pk")[: MOST + 1])
    viewer = Viewer(user)
    for episode in episodes:
        episode.agreement.named_parties = _parties(episode.named)
    lists = (
        [e for e in episodes[:MOST] if e.problem.owner_id == branch.pk],
        [e for e in episodes[:MOST] if e.problem.owner_id != branch.pk],
    )
    own, others = (
        [solved_row(episode, index, viewer, question.day) for index, episode in enumerate(part, 1)] for part in lists
    )
    return own, others, len(episodes) > MOST


# What is open now
@dataclass(frozen=True, kw_only=True)
class Open:
    """`matter`: an unsaved Problem or Agreement with what its words need; `since`: of the state."""

    matter: object
    headline: str


def open_matters(branch, user):
    """(the first Opens, whether there are more): problems without a solution, and pairs not yet signed."""
    columns = ("thing", "id", "number", "words", "state", "state_since", "turn", "turn_names", "turn_since")
    problems = Problem.objects.visible_to(user).filter(owner=branch, state__in=OPEN_PROBLEM)
    agreements = Agreement.objects.visible_to(user).filter(
        viewers__contains=[branch.pk], state__in=OPEN_AGREEMENT
    )  # fmt: skip
    found = (
        problems.order_by().annotate(thing=Value("problem", CharField()), words=F("title")).values_list(*columns)
    ).union(
        agreements.order_by().annotate(thing=Value("agreement", CharField()), words=F("aim")).values_list(*columns),
        all=True,
    )
    rows = list(found.order_by("state_since", "id")[: MOST + 1])
    return [_open(dict(zip(columns, row, strict=True))) for row in rows[:MOST]], len(rows) > MOST


def _open(row):
    thing, words = row.pop("thing"), row.pop("words")
    return Open(matter=(Problem if thing == "problem" else Agreement)(**row), headline=words)
