"""A made world is one that the workflow could have written: record, derived columns, dates and counts agree."""

import hashlib
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.models import Event, Kind, Organisation, Role, Seat, UnitLink
from pairing.deadlines import day_of, days_late, follow_up_days, follow_ups_moved
from pairing.enums import SIGNED, AgreementState, ProblemState
from pairing.models import (
    Agreement,
    Episode,
    Interval,
    NumberSeries,
    Problem,
    Programme,
    Review,
    Signature,
    branches_on,
    taking_part_on,
    working_days,
)
from pairing.tests.world import pass_all, results, seat_of
from pairing.workflow import problem_turns, turns
from pairing.workflow.completion import completion_digest
from pairing.workflow.contract import current_digest, render
from pairing.workflow.engine import WORKFLOWS, available, perform
from pairing.worldmaker.maker import FILLED, Size, make_world
from pairing.worldmaker.speed import FOREIGN_KEYS, INDEXES, TRIGGERS, bare_tables

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 1)
SMALL = Size(branches=60, problems=500, agreements=160, years=2, seed=7)


@pytest.fixture(scope="module", autouse=True)
def _world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        make_world(SMALL, today=TODAY)
        yield
        transaction.set_rollback(True)


def programme():
    return Programme.objects.get()


def histories(model):
    """[(object, its Events in order)] of all objects."""
    name, found = model._meta.model_name, {}
    for event in Event.objects.filter(object_type=name).order_by("happened_at", "pk"):
        found.setdefault(event.object_id, []).append(event)
    return [(obj, found.get(obj.pk, [])) for obj in model.objects.all()]


# What there is
def test_sizes_and_every_state():
    assert Agreement.objects.count() == 160
    assert Problem.objects.count() == 500
    assert Organisation.objects.branches().count() == 60
    assert set(Agreement.objects.values_list("state", flat=True)) == set(AgreementState)
    assert set(Problem.objects.values_list("state", flat=True)) == set(ProblemState)
    assert Seat.objects.filter(role=Role.SECRETARY, organisation__kind=Kind.PARTY_BRANCH).count() == 60
    assert UnitLink.objects.count() == 60


def test_branches_lie_below_the_committee():
    committee = programme().committee
    for organisation in Organisation.objects.select_related("parent"):
        above = organisation.parent.path if organisation.parent else "/"
        assert organisation.path == f"{above}{organisation.pk}/"
        assert organisation.lies_below(committee)


def test_words_are_chinese_and_varied():
    titles = set(Problem.objects.values_list("title", flat=True))
    assert len(titles) > 250
    assert all("一" <= title[0] <= "龥" for title in titles)


# The record
@pytest.mark.parametrize("model", [Agreement, Problem])
def test_record_leads_to_the_state(model):
    transitions = WORKFLOWS[model].transitions
    for obj, events in histories(model):
        state, since = "draft", obj.created_at
        for event in events:
            step = transitions[event.action]
            assert event.source == state, (obj.pk, event.action)
            assert event.source in step.sources, (obj.pk, event.action)
            assert step.target is None or callable(step.target) or event.target == step.target
            assert bool(event.note) or not step.needs_note
            state, since = event.target, since if event.target == event.source else event.happened_at
        assert (obj.state, obj.state_since) == (state, since), obj.pk
        assert obj.last_event_at == (events[-1].happened_at if events else None), obj.pk
        assert all(a.happened_at <= b.happened_at for a, b in pairwise(events))
        assert all(obj.created_at <= event.happened_at for event in events)


def test_everything_happened_before_today_by_people_in_their_seats():
    for event in Event.objects.select_related("seat__organisation", "seat__person", "seat__deputy_of"):
        assert day_of(event.happened_at) < TODAY
        if event.seat is None:
            assert event.action in ("lapse", "release")
        else:
            assert (event.seat_title, event.person_name) == (event.seat.title, event.seat.person.name)
            assert event.seat.held_on(day_of(event.happened_at))


def test_steps_of_problems_name_their_cause():
    moved = Event.objects.filter(action__in=["match", "pair", "claim_with_pair", "write_off", "release", "keep"])
    for event in moved.select_related("cause"):
        cause = event.cause
        assert cause.object_type == "agreement"
        assert (event.happened_at, event.seat_id) == (cause.happened_at, cause.seat_id)
        assert Episode.objects.filter(problem=event.object_id, agreement=cause.object_id).exists()


# Derived columns
def stored(obj):
    names = ("turn", "turn_of", "turn_names", "turn_since", "viewers", "decision_pending")
    return {name: getattr(obj, name) for name in names if hasattr(obj, name)}


@pytest.mark.parametrize(("model", "settle"), [(Agreement, turns.settle), (Problem, problem_turns.settle)])
def test_settling_again_changes_nothing(model, settle):
    for obj in model.objects.all():
        before = stored(obj)
        settle(obj, None)
        assert stored(obj) == before, (obj.pk, obj.state)


def test_whose_turn_since_when():
    """The clock of a turn began with a step on the matter, not before its state."""
    for model in (Agreement, Problem):
        for obj, events in histories(model):
            moments = {event.happened_at for event in events} | {obj.created_at}
            assert obj.turn_since is None if not obj.turn else obj.turn_since in moments
            assert not obj.turn or obj.turn_since >= obj.state_since


def seats_of_the_turn(obj):
    """The seats that may have to act: of the branches named, or of the working group."""
    if obj.turn == "branches":
        return [seat_of(organisation) for organisation in Organisation.objects.filter(pk__in=obj.turn_of)]
    return list(Seat.objects.for_header().filter(role__in=[Role.REVIEWER, Role.LEAD]))


@pytest.mark.parametrize("model", [Agreement, Problem])
def test_who_has_the_turn_is_offered_a_step(model):
    """By the rules of the workflow, asked as the pages ask them; who has no part in a matter is offered nothing."""
    found = list(model.objects.exclude(turn="").order_by("state", "pk"))
    samples = [row for n, row in enumerate(found) if n % 7 == 0 or row.state != found[n - 1].state]
    assert {row.state for row in samples} == {row.state for row in found}
    for obj in samples:
        for seat in seats_of_the_turn(obj):
            assert available(obj, seat), (obj.pk, obj.state, obj.turn, seat)
    strangers = Organisation.objects.branches().exclude(pk__in=samples[0].viewers)
    assert set(available(samples[0], seat_of(strangers[0]))) <= {"join"}


def test_numbers_follow_the_days():
    for model, day in ((Problem, None), (Agreement, "invited_on")):
        rows = model.objects.exclude(number="").order_by("year", "sequence")
        assert [row.sequence for row in rows] == [n for year in years(rows) for n in range(1, years(rows)[year] + 1)]
        for row in rows:
            assert row.number == f"{'结对' if day else '问题'}〔{row.year}〕{row.sequence}号"
            assert not day or row.year == row.invited_on.year
        for year, last in years(rows).items():
            assert NumberSeries.objects.get(kind=model.NUMBER_KIND, year=year).last == last


def years(rows):
    return dict(sorted(Counter(row.year for row in rows).items()))


def test_text_and_digests_are_those_of_the_contract():
    for agreement in Agreement.objects.all():
        if agreement.text:
            assert agreement.text_digest == hashlib.sha256(agreement.text.encode()).hexdigest()
        if agreement.state in ("signing", "active", "acceptance"):
            assert agreement.text == render(agreement)
        if agreement.state in ("drafting", "submitted", "signing"):
            confirmed = {party.confirmed_digest for party in agreement.all_parties} - {""}
            assert confirmed <= {current_digest(agreement)}
        if agreement.state == "acceptance":
            assert agreement.completion_digest == completion_digest(agreement)
        if agreement.round and agreement.state != "returned":
            assert Review.objects.get(agreement=agreement, round=agreement.round).digest in {
                party.confirmed_digest for party in agreement.all_parties
            }


# States and dated rows
def test_states_follow_from_the_dated_rows():
    for problem in Problem.objects.prefetch_related("intervals"):
        standing = [i.kind for i in problem.intervals.all() if i.to_on is None]
        kinds = ("withdrawn", "parked", "refused", "explained")
        assert standing == ([problem.state] if problem.state in kinds else [])
        episode = problem.open_episode
        held = {"matched", "in_pairing"}
        assert problem.state in held | {"done"} if episode else problem.state not in held
        if episode:
            signed = episode.agreement.signed_on is not None
            assert (problem.state == "matched") == (not signed)
            assert (problem.state == "done") == bool(episode.confirmed_on)
        last = problem.episodes.filter(written_off_on__isnull=False).last()
        assert (problem.state == "closed") == bool(last and not last.relapsed_on)


def test_running_agreements_have_their_signatures_dates_and_follow_ups():
    calendar = working_days()
    for agreement in Agreement.objects.filter(state__in=SIGNED):
        signed = Signature.objects.filter(party__agreement=agreement)
        assert {s.party_id for s in signed} == {party.pk for party in agreement.all_parties}
        assert max(day_of(s.signed_at) for s in signed) == agreement.signed_on
        changes = list(agreement.due_changes.order_by("decided_on", "pk"))
        assert (changes[0].due_on, changes[-1].due_on) == (agreement.original_due_on, agreement.due_on)
        visits = list(agreement.follow_ups.all())
        expected = follow_up_days(agreement.signed_on, agreement.original_due_on, 14, calendar)
        stood = agreement.intervals.filter(kind="suspended", to_on__isnull=False).first()
        if stood:
            since = [day for day in expected if day >= stood.from_on]
            moved = follow_ups_moved(since, (stood.to_on - stood.from_on).days, stood.to_on, agreement.due_on, calendar)
            expected = [*(day for day in expected if day < stood.from_on), *moved]
        if agreement.due_on != agreement.original_due_on:
            expected += follow_up_days(expected[-1], agreement.due_on, 14, calendar)
        if agreement.ended_on:  # what was planned for later and not done is dropped
            last = agreement.completed_on or agreement.ended_on
            kept = {visit.planned_on for visit in visits if visit.done_on or visit.skipped_on}
            expected = [day for day in expected if day < last or day in kept]
        assert sorted(visit.planned_on for visit in visits) == expected


def test_ended_agreements_keep_their_lateness():
    for agreement in Agreement.objects.filter(state="closed"):
        assert agreement.days_late == days_late(agreement.due_on, agreement.completed_on, agreement.stopped_days)
        interval = Interval.objects.get(agreement=agreement, kind="acceptance")
        assert (interval.from_on, interval.to_on) == (agreement.completed_on, agreement.ended_on)
    assert Agreement.objects.filter(state="closed", days_late__gt=0).exists()
    assert Agreement.objects.filter(predecessor__end_code="rematch").exists()


# Counting rules against a recount of plain rows
@pytest.mark.parametrize("day", [date(2025, 2, 1), date(2026, 1, 15), TODAY])
def test_counts_equal_a_naive_recount(day):
    problems, agreements = list(Problem.objects.all()), list(Agreement.objects.all())
    first = {}
    for episode in Episode.objects.filter(written_off_on__lte=day).order_by("written_off_on", "pk"):
        first.setdefault(episode.problem_id, episode)
    assert Problem.objects.raised_on(day).count() == sum(bool(p.raised_on and p.raised_on <= day) for p in problems)
    assert Problem.objects.solved_on(day).count() == len(first)
    signed = [a for a in agreements if a.signed_on and a.signed_on <= day]
    assert Agreement.objects.newly_signed_on(day).count() == sum(a.signed_on.year == day.year for a in signed)
    running = [a for a in signed if a.ended_on is None or a.ended_on > day]
    assert Agreement.objects.running_on(day).count() == len(running)
    assert set(Agreement.objects.overdue_on(day)) == {a for a in running if overdue(a, day)}
    seats = {
        s.seat.organisation_id for s in Signature.objects.filter(party__agreement__in=signed).select_related("seat")
    }
    assert {b.pk for b in taking_part_on(programme(), day)} == seats
    assert branches_on(programme(), day).count() == 60


def overdue(agreement, day):
    due = [c.due_on for c in agreement.due_changes.order_by("decided_on", "pk") if c.decided_on <= day][-1]
    halted = any(i.from_on <= day and (i.to_on is None or i.to_on > day) for i in agreement.intervals.all())
    waits = any(
        e.asked_on <= day and e.timely and (e.decided_on is None or e.decided_on > day)
        for e in agreement.extensions.all()
    )
    return due < day and not halted and not waits


def test_what_is_due_today_is_the_same_by_stored_columns():
    make_world(Size(branches=60, problems=500, agreements=160, years=1, seed=7, running=90), today=TODAY)
    every = Agreement.objects
    assert set(every.overdue_now(TODAY)) == set(every.overdue_on(TODAY))
    assert every.overdue_now(TODAY).exists()
    for days in (3, 15, 60):
        assert set(every.due_soon_now(TODAY, days)) == set(every.due_soon_on(TODAY, days))
    assert every.due_soon_now(TODAY, 60).exists()


# Life goes on
def reviewer():
    return Seat.objects.for_header().filter(role=Role.REVIEWER).first()


def test_the_main_path_goes_on_from_every_state():
    invited = Agreement.objects.filter(state="invited").first()
    for party in invited.present_parties[1:]:
        perform("accept_invitation", invited, seat=seat_of(party.organisation))
    submitted = Agreement.objects.filter(state="submitted").first()
    perform("opine", submitted, seat=reviewer(), goals=pass_all(submitted))
    signing = Agreement.objects.filter(state="signing").first()
    signed = Signature.objects.filter(party__agreement=signing).values_list("party", flat=True)
    for party in signing.present_parties:
        if party.pk not in signed:
            perform("sign", signing, seat=seat_of(party.organisation), digest=signing.text_digest)
    assert (invited.state, submitted.state, signing.state) == ("drafting", "signing", "active")
    assert set(signing.episodes.held().values_list("problem__state", flat=True)) == {"in_pairing"}


def test_completion_goes_on():
    running = Agreement.objects.filter(state="active", turn="", end_code="").first()
    first, *others = [seat_of(party.organisation) for party in running.present_parties]
    perform("propose_completion", running, seat=first, **results(running))
    for seat in others:
        perform("confirm_completion", running, seat=seat, digest=running.completion_digest)
    perform("accept", running, seat=reviewer())
    waiting = Agreement.objects.filter(state="acceptance").first()
    perform("accept", waiting, seat=reviewer())
    assert {running.state, waiting.state} == {"closed"}
    assert not Episode.objects.held().filter(agreement__in=[running, waiting]).exists()


def test_problems_go_on():
    free = Problem.objects.filter(state="open", episodes__isnull=True).first()
    perform("park", free, seat=reviewer(), note="等待设备")
    asked = Problem.objects.filter(state="to_confirm").first()
    perform("confirm", asked, seat=seat_of(asked.owner))
    draft = Problem.objects.filter(state="draft").first()
    perform("file", draft, seat=seat_of(draft.filer))
    assert (free.state, asked.state, draft.state) == ("parked", "open", "open")
    assert draft.sequence == NumberSeries.objects.get(kind="problem", year=draft.year).last


# The maker
def outline():
    """What does not depend on ids."""
    rows = Agreement.objects.order_by("programme", "pk").values_list("programme", "state", "aim", "number", "due_on")
    worlds = {}
    for key, *row in rows:
        worlds.setdefault(key, []).append(row)
    return list(worlds.values())


def test_same_seed_same_world_other_seed_another():
    make_world(SMALL, today=TODAY)
    make_world(Size(branches=60, problems=500, agreements=160, years=2, seed=8), today=TODAY)
    first, second, third = outline()
    assert first == second != third


def test_a_world_in_which_most_agreements_run():
    made = make_world(Size(branches=60, problems=500, agreements=160, years=1, seed=7, running=90), today=TODAY)
    agreements = Agreement.objects.filter(programme=made)
    assert 105 <= agreements.filter(state="active").count() <= 130  # nine tenths of those that are not given a state
    for agreement in agreements:
        before = stored(agreement)
        turns.settle(agreement, None)
        assert stored(agreement) == before
    test_record_leads_to_the_state(Agreement)


def test_indexes_foreign_keys_and_triggers_stand_as_before():
    tables, queries = [model._meta.db_table for model in FILLED], (FOREIGN_KEYS, INDEXES, TRIGGERS)
    with connection.cursor() as cursor:
        before = [definitions(cursor, query, tables) for query in queries]
        with bare_tables(cursor, tables):
            assert [definitions(cursor, query, tables) for query in queries] == [[], [], []]
        assert [definitions(cursor, query, tables) for query in queries] == before
    assert ("accounts_event", "accounts_event_insert_only") in before[2]
    assert len(before[0]) > 50
    assert len(before[1]) > 50


def definitions(cursor, query, tables):
    cursor.execute(query, [tables])
    return cursor.fetchall()


def test_refuses_production_and_impossible_sizes(settings):
    with pytest.raises(ValueError, match="at least three branches"):
        Size(branches=2, problems=100, agreements=10)
    with pytest.raises(CommandError):
        call_command("make_world", problems=100, agreements=90)
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("make_world")
    assert Programme.objects.count() == 1
