"""What the pages of one matter ask the database: literal numbers in every state, the same with many rows below."""

from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Event
from pairing.enums import AgreementState as A
from pairing.enums import ProblemState as P
from pairing.models import (
    Agreement,
    Attachment,
    Extension,
    FollowUp,
    Interval,
    Problem,
    ProgressReport,
    read_agreement_life,
    read_problem_life,
)
from pairing.tests import world
from pairing.tests.states import Cast, agreement_in, problem_in

pytestmark = [pytest.mark.django_db, pytest.mark.pages]
READERS = ("filer", "partner", "liaison", "reviewer", "lead", "supervisor", "leader")
ENDED = (A.CLOSED, A.TERMINATED)
# session, person, seats, what is overseen or owned, the matter, its life, unread notices
BARE = 7
# The group: who is recused (units, seats), who decides (seats). At the end: what it continues or is continued by
GROUP, LINEAGE = 3, 1


def cost(client, seat, matter):
    """Queries of the page at its second call: the first one reads the calendar and notes the activity."""
    client.force_login(seat.person)
    with patch("accounts.middleware.ACTIVE_EVERY", 3600):
        assert client.get(matter.get_absolute_url()).status_code == 200
        with CaptureQueriesContext(connection) as caught:
            client.get(matter.get_absolute_url())
    return len(caught)


def expected(state, reader):
    """The rules: of the version kept with the submission; the supervisor's urging is looked up in the record."""
    number = BARE + (LINEAGE if state in ENDED else 0)
    if reader in ("reviewer", "lead"):
        number += GROUP
    return number + (1 if reader == "supervisor" and state == A.ACTIVE else 0)


@pytest.mark.parametrize("state", [A.ACTIVE, A.SUSPENDED, A.ACCEPTANCE, A.CLOSED, A.TERMINATED])
def test_a_signed_pair_costs_the_same_for_everybody_whatever_happened_to_it(client, state):
    cast = Cast()
    pair = agreement_in(state, cast)
    numbers = {reader: expected(state, reader) for reader in READERS}
    assert {reader: cost(client, cast.seats[reader], pair) for reader in READERS} == numbers
    assert max(numbers.values()) <= 12
    much_happens(cast, pair)
    assert {reader: cost(client, cast.seats[reader], pair) for reader in READERS} == numbers


def much_happens(cast, pair):
    """Thirty rows of everything that stands on the page, written beside the workflow."""
    party, seat, now, day = pair.initiator, cast.filer, timezone.now(), timezone.localdate()
    ProgressReport.objects.bulk_create(
        ProgressReport(agreement=pair, party=party, percent=n, reported_at=now, seat=seat) for n in range(30)
    )
    FollowUp.objects.bulk_create(FollowUp(agreement=pair, done_on=day, kind="call", seat=seat) for _n in range(30))
    Extension.objects.bulk_create(
        Extension(agreement=pair, party=party, asked_on=day, timely=True, old_due_on=pair.due_on, decided_on=day,
                  new_due_on=pair.due_on + timezone.timedelta(days=n + 1), decision="refused")
        for n in range(30)
    )  # fmt: skip
    Interval.objects.bulk_create(Interval(agreement=pair, kind="suspended", from_on=day, to_on=day) for _n in range(30))
    Attachment.objects.bulk_create(
        Attachment(agreement=pair, name="记录", content_type="text/plain", size=1, uploaded_by=seat.person)
        for _n in range(30)
    )
    Event.objects.bulk_create(
        Event(happened_at=now, action="note", object_type="agreement", object_id=pair.pk, person=seat.person, seat=seat)
        for _n in range(30)
    )
    for _n in range(29):
        world.create_problem(pair.programme, cast.filer)
    for episode in list(pair.episodes.all()):
        for problem in Problem.objects.filter(state="open"):
            episode.pk, episode.problem, episode.released_on = None, problem, episode.released_on or pair.ended_on
            episode.written_off_on = None
            episode.save()


# Problems: the group pays for the rules of the day, who is recused and who decides
@pytest.mark.parametrize("state", [P.OPEN, P.PARKED, P.IN_PAIRING, P.DONE, P.CLOSED])
def test_a_problem_costs_twelve_queries_at_most(client, state):
    cast = Cast()
    problem = problem_in(state, cast)
    readers = [reader for reader in READERS if reader != "partner"]  # who sees it only in a pair
    numbers = {reader: cost(client, cast.seats[reader], problem) for reader in readers}
    assert numbers["filer"] == numbers["leader"] == BARE
    assert max(numbers.values()) <= 12


# What is read together is what the database holds
def columns(row):
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}


def test_rows_read_together_are_the_rows_of_the_tables():
    cast = Cast()
    pair = agreement_in(A.CLOSED, cast)
    much_happens(cast, pair)
    read, plain = Agreement.objects.get(pk=pair.pk), Agreement.objects.get(pk=pair.pk)
    events = read_agreement_life(read)
    relations = ("parties", "goals", "episodes", "reviews", "extensions", "due_changes", "progress_reports",
                 "follow_ups", "intervals", "attachments")  # fmt: skip
    for name in relations:
        found = [columns(row) for row in getattr(plain, name).all()]
        assert found, name
        assert [columns(row) for row in getattr(read, name).all()] == found
    assert [columns(row) for row in events] == [
        columns(row) for row in Event.objects.of(plain).order_by("-happened_at", "-pk")
    ]
    with CaptureQueriesContext(connection) as caught:
        assert read.initiator.organisation == cast.people.branch
        assert {signature.party for party in read.all_parties for signature in party.signatures.all()}
        assert [owner.party for goal in read.goals.all() for owner in goal.owners.all()]
        assert [
            item.goal_text for review in read.reviews.all() for o in review.opinions.all() for item in o.goals.all()
        ]
        assert [episode.problem.owner.name for episode in read.listed()]
        assert [visit.seat.person.name for visit in read.follow_ups.all() if visit.seat_id]
    assert not caught.captured_queries


def test_a_problem_read_with_its_life_knows_its_pairs():
    cast = Cast()
    problem = problem_in(P.CLOSED, cast)
    read = Problem.objects.select_related("owner").get(pk=problem.pk)
    events = read_problem_life(read)
    with CaptureQueriesContext(connection) as caught:
        assert [event.action for event in events] == ["write_off", "claim_with_pair", "pair", "match", "file"]
        assert read.latest_episode.agreement.all_parties[0].organisation == cast.people.branch
        assert read.owners()[1:] == []
        assert list(read.attachments.all()) == []
    assert not caught.captured_queries
