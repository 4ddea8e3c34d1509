"""The network read from the facts of pairs equals a naive recount of every day, whatever happened since."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from django.db.models.expressions import RawSQL

from accounts.models import Organisation
from pairing.models import Agreement, Category, Episode
from pairing.services import hand_over_closed
from pairing.tests import world
from pairing.tests.world import moment
from reports import rollups
from reports.figures import signed_agreements
from reports.models import PairFact
from reports.network import agreement_ids, count, part_of, solved_problems, total
from reports.questions import Question
from reports.tests.years import create_years

pytestmark = pytest.mark.django_db
MERGED = date(2021, 5, 25)
DAYS = sorted(
    {date(2020, 11, 9) + timedelta(days=23 * n) for n in range(12)}
    | {MERGED + timedelta(days=n) for n in (-1, 0, 1)}
    | {date(2021, 1, day) for day in (19, 20, 21)}
    | {date(2021, 4, 15), date(2021, 8, 1)}
)


@pytest.fixture
def years():
    """With a pair of four, of which one branch is merged into another on MERGED."""
    years = create_years()
    partners = [years.body(name) for name in ("测绘", "综合", "质量安全部")]
    agreement = world.create_agreement(
        years.programme, years.seats["廊坊"], partners, [years.problems[8]], at=moment("2021-05-20"), aim="四方"
    )
    world.bring_to("active", agreement, reviewer=years.seats["reviewer"], at=moment("2021-05-20"))
    Organisation.objects.filter(pk=years.body("测绘").pk).update(closed_on=MERGED, successor=years.body("电气"))
    hand_over_closed(MERGED, at=moment("2021-05-25"))
    return years


def lines_by_hand(day, category=None):
    """({two ids of bodies: (pairs, solved)}, (pairs, solved) in all), agreement after agreement."""
    pairs, solved, total = Counter(), Counter(), [0, 0]
    for agreement in Agreement.objects.filter(signed_on__lte=day):
        episodes = agreement.episodes.filter(taken_on__isnull=False).select_related("problem")
        on_list = [one for one in episodes if one.released_on is None or one.released_on >= agreement.signed_on]
        if category and category.pk not in {one.problem.category_id for one in on_list}:
            continue
        n = sum(solves(one, day) and category in (None, one.problem.category) for one in episodes)
        total = [total[0] + 1, total[1] + n]
        for two in combinations(sorted({end(party, day) for party in agreement.parties.exclude(name_then="")}), 2):
            pairs[two] += 1
            solved[two] += n
    return {two: (n, solved[two]) for two, n in pairs.items()}, tuple(total)


def end(party, day):
    signer = party.signatures.get(voided_at=None).seat.organisation
    gone = signer.closed_on is not None and signer.closed_on <= day
    return party.organisation_id if gone else signer.pk


def solves(episode, day):
    every = Episode.objects.filter(problem=episode.problem_id, written_off_on__isnull=False)
    first = every.order_by("written_off_on", "pk").first()
    return first == episode and first.written_off_on <= day


def read(years, day, *, waits=False, category=None):
    """The same from the facts, or while these wait to be made; each line with the list that it opens."""
    user = years.seats["leader"].person
    question = Question(programme=years.programme, as_of=day, own_scope=False)
    signed = signed_agreements(question, user)
    part = replace(part_of(question, user, signed), waits=waits)
    counts = count(part, signed, question, category=category)
    for ends, numbers in {**counts.lines, (): counts.total()}.items():
        assert total(part, signed, question, ends=ends, category=category) == numbers, (day, ends)
        ids = agreement_ids(part, signed, question, ends=ends, category=category)
        rows = signed.filter(pk__in=ids), solved_problems(ids, question, category)
        assert tuple(found.count() for found in rows) == numbers, (day, ends)
    ids = [node.body.pk for node in part.nodes]
    lines = {tuple(sorted((ids[a], ids[b]))): numbers for (a, b), numbers in counts.lines.items()}
    return lines, counts.total()


def test_every_day_is_as_a_recount_finds_it(years):
    assert rollups.catch_up()
    seen = defaultdict(set)
    for day in DAYS:
        by_hand = lines_by_hand(day)
        assert read(years, day) == by_hand, day
        assert read(years, day, waits=True) == by_hand, day
        seen[day < MERGED] |= by_hand[0].keys()
    assert seen[True] - seen[False]  # the merged branch stays where it signed until it was merged


def test_a_category_of_every_day_too(years):
    assert rollups.catch_up()
    for name in ("党建", "质量安全"):
        category = Category.objects.get(name=name)
        for day in DAYS[::3]:
            assert read(years, day, category=category) == lines_by_hand(day, category), (name, day)


def test_what_changes_the_past_changes_the_facts_and_a_rebuild_finds_the_same(years):
    assert rollups.catch_up()
    problem = years.problems[1]
    problem.category = Category.objects.get(name="党建")
    problem.save(update_fields=["category"])
    company = Organisation.objects.create(
        code="C1", name="第一公司党委", short_name="第一公司", kind="committee", parent=years.committee
    )
    moved = years.body("廊坊")
    moved.parent = company
    moved.save()
    Organisation.objects.filter(pk=years.body("测绘").pk).update(closed_on=MERGED + timedelta(days=1))
    assert rollups.catch_up()
    kept = list(PairFact.objects.order_by("agreement", "from_on").values())
    assert {company.pk, moved.pk} <= {body for fact in kept for body in fact["bodies"]}
    assert {fact["to_on"] for fact in kept} >= {MERGED + timedelta(days=1), None}
    rollups.rebuild()
    assert list(PairFact.objects.order_by("agreement", "from_on").values()) == kept
    assert read(years, MERGED) == lines_by_hand(MERGED)


def test_reading_everything_anew_mends_what_is_wrong_and_writes_nothing_else(years):
    assert rollups.catch_up()
    kept = list(PairFact.objects.order_by("agreement", "from_on").values())
    wrong, gone, *rest = PairFact.objects.order_by("agreement", "from_on")
    PairFact.objects.filter(pk=wrong.pk).update(solved=[])
    PairFact.objects.filter(pk=gone.pk).delete()
    PairFact.objects.filter(pk=rest[0].pk).update(from_on=date(2020, 1, 1))
    places = versions_of(rest[1:])
    rollups.rebuild()
    assert list(PairFact.objects.order_by("agreement", "from_on").values()) == kept
    assert versions_of(rest[1:]) == places


def versions_of(facts):
    """Where the rows lie in the table: a row that is written again lies elsewhere."""
    found = PairFact.objects.filter(agreement__in=[fact.agreement_id for fact in facts])
    return set(found.annotate(place=RawSQL("ctid::text", ())).values_list("agreement", "from_on", "place"))
