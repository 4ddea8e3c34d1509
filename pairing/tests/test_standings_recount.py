"""The standing of every running pair of a made world, recounted in plain Python."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from accounts.models import Event
from accounts.models.seat import ACTING_FOR_A_BRANCH
from pairing import standings
from pairing.deadlines import PLANNED_LINE, behind_plan, day_of, next_working_day, planned_days, planned_percent
from pairing.enums import RUNNING
from pairing.models import Agreement, Party, Reason, Standing, working_days
from pairing.tests.world import moment
from pairing.worldmaker.maker import Size, make_world

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 1)
A_DAY = timedelta(days=1)
COLUMNS = (
    "planned", "lowest", "highest", "behind", "visited_on", "heard_on", "due_on", "seen_on", "visit_on", "risk",
    "reasons",
)  # fmt: skip


def recount(agreement, day):
    """What the row of `agreement` has to be on `day`: {column: value}, by reading everything and counting."""
    parties = [party for party in agreement.parties.all() if party.left_on is None]
    latest = [party.progress_reports.order_by("reported_at", "pk").last() for party in parties]
    percents = [report.percent for report in latest if report]
    dates = agreement.goals.values_list("date", flat=True)
    planned = planned_percent(dates, agreement.due_on, agreement.original_due_on, day)
    lowest = min(percents) if latest and len(percents) == len(latest) else None
    highest = max(percents, default=None)
    visits = list(agreement.follow_ups.all())
    visited_on = max((visit.done_on for visit in visits if visit.done_on), default=None)
    heard_on = heard(agreement, parties)
    active, waits = agreement.state == "active", agreement.decision_pending
    behind = active and not waits and behind_plan([report and report.percent for report in latest], planned)
    due = agreement.due_on + timedelta(days=agreement.stopped_days)
    rules = agreement.rules(day)
    went_on = max((i.to_on for i in agreement.intervals.all() if i.to_on), default=heard_on)
    missed = [v for v in visits if v.planned_on and v.planned_on < day and not (v.done_on or v.skipped_on)]
    seen = latest and all(latest) and day >= seen_on(max(report.reported_at for report in latest))
    holds = {
        Reason.LATE: active and not waits and not agreement.muted_on and day > due,
        Reason.BEHIND: behind,
        Reason.GAP: active and bool(seen) and highest - lowest >= rules.gap_points,
        Reason.NEVER_VISITED: active and visited_on is None and bool(missed),
        Reason.SILENCE: active and (day - max(heard_on, went_on)).days >= rules.silence_days,
        Reason.FORMAL: not active and visited_on is None and looks_formal(agreement, due),
    }
    reasons = [reason.value for reason in Reason if holds[reason]]
    return {
        "planned": planned, "lowest": lowest, "highest": highest, "behind": behind, "visited_on": visited_on,
        "heard_on": heard_on, "due_on": agreement.due_on, "seen_on": last_seen(visits),
        "visit_on": to_make(visits, day) if active else None,
        "risk": sum(standings.WEIGHTS[reason] for reason in reasons), "reasons": reasons,
    }  # fmt: skip


def last_seen(visits):
    return max((day for visit in visits for day in (visit.done_on, visit.skipped_on) if day), default=None)


def to_make(visits, day):
    """The latest open one planned up to the end of the week of `day`, else the next one."""
    open_ones = [v.planned_on for v in visits if v.planned_on and not (v.done_on or v.skipped_on)]
    sunday = day + timedelta(days=6 - day.weekday())
    return max((d for d in open_ones if d <= sunday), default=min(open_ones, default=None))


def heard(agreement, parties):
    bodies = {party.organisation_id for party in parties}
    events = Event.objects.of(agreement).filter(seat__role__in=ACTING_FOR_A_BRANCH, seat__organisation__in=bodies)
    return max((day_of(event.happened_at) for event in events), default=agreement.signed_on)


def seen_on(reported_at):
    """The next working day after a statement: until then only the parties know of the gap."""
    return next_working_day(day_of(reported_at) + timedelta(days=1), working_days())


def looks_formal(agreement, due):
    episodes = [e for e in agreement.episodes.all() if e.taken_on and not e.released_on]
    claimed = {episode.claimed_on for episode in episodes}
    if not episodes or None in claimed:
        return False
    at_the_end = len(claimed) == 1 or min(claimed) >= due - timedelta(days=2)
    effects = {episode.effect.strip() for episode in episodes}
    return at_the_end and (effects == {""} or (len(episodes) > 1 and len(effects) == 1))


def differences(day):
    rows = {standing.agreement_id: standing for standing in Standing.objects.all()}
    running = Agreement.objects.filter(state__in=RUNNING)
    assert set(rows) == set(running.values_list("pk", flat=True))
    found = []
    for agreement in running.select_related("programme", "rule_version"):
        row, expected = rows[agreement.pk], recount(agreement, day)
        assert row.day == day
        found += [
            (agreement.pk, column, getattr(row, column), expected[column])
            for column in COLUMNS
            if getattr(row, column) != expected[column]
        ]
    return found


@pytest.fixture(scope="module")
def made_world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        make_world(Size(branches=60, problems=900, agreements=420, years=1, seed=11), today=TODAY)
        stir(random.Random(5))  # noqa: S311
        yield
        transaction.set_rollback(True)


def stir(dice):
    """Unlike lives: statements of any height, hours and days; visits undone; mutes, claims and effects of all kinds."""
    running = list(Agreement.objects.filter(state__in=RUNNING))
    for agreement in running:
        agreement.muted_on = dice.choice([None, None, None, TODAY])
        agreement.stopped_days = dice.choice([0, 0, 5])
        agreement.save(update_fields=["muted_on", "stopped_days"])
        if dice.random() < (0.8 if agreement.state == "acceptance" else 0.4):
            agreement.follow_ups.filter(done_on__isnull=False).update(done_on=None)
        for report in agreement.progress_reports.all():
            report.percent = dice.randrange(0, 101, 10)
            report.reported_at = moment(TODAY - timedelta(days=dice.randrange(5)), dice.randrange(24))
            report.save(update_fields=["percent", "reported_at"])
        _stir_claims(agreement, dice)
        _stir_goals(agreement, dice)
    Party.objects.filter(agreement=dice.choice(running), order=1).update(left_on=TODAY)


def _stir_goals(agreement, dice):
    """Without a date of its own, on the same day as another, past the term; extended pairs."""
    for goal in agreement.goals.all():
        goal.date = dice.choice([goal.date, None, agreement.original_due_on, agreement.original_due_on + 9 * A_DAY])
        goal.save(update_fields=["date"])
    agreement.original_due_on -= dice.choice([0, 0, 30]) * A_DAY
    agreement.save(update_fields=["original_due_on"])


def _stir_claims(agreement, dice):
    if agreement.state == "acceptance":
        days = [agreement.due_on - timedelta(days=n) for n in (0, 2, 3)]
        for episode in agreement.episodes.all():
            episode.claimed_on = dice.choice([*days, None] if dice.random() < 0.3 else days[:1])
            episode.effect = dice.choice(["已整改", "已整改 ", "", "缺陷率由5%降到1.6%"])
            episode.save(update_fields=["claimed_on", "effect"])


@pytest.mark.parametrize("days", [-40, -3, -1, 0, 1, 2, 4, 30])
def test_the_statement_tells_what_the_recount_tells(made_world, days):
    day = TODAY + timedelta(days=days)
    assert standings.refresh(day) == Agreement.objects.running().count() > 60
    assert differences(day) == []


def test_the_made_world_holds_every_reason(made_world):
    standings.refresh(TODAY)
    found = {reason for reasons in Standing.objects.values_list("reasons", flat=True) for reason in reasons}
    assert found == {reason.value for reason in Reason}


def test_some_pairs_alone_and_twice_over(made_world):
    standings.refresh(TODAY)
    whole = list(Standing.objects.order_by("pk").values())
    few = [row["agreement_id"] for row in whole[:7]]
    Standing.objects.filter(pk__in=few).update(risk=999, reasons=[], planned=99)
    assert standings.refresh(TODAY, few) == 7
    assert standings.refresh(TODAY, few) == 7
    assert list(Standing.objects.order_by("pk").values()) == whole


def test_the_planned_line_in_sql_is_that_of_a_loaded_pair(made_world):
    pairs = "(SELECT * FROM pairing_agreement WHERE due_on IS NOT NULL)"
    with connection.cursor() as cursor:
        cursor.execute(PLANNED_LINE.format(pairs=pairs))
        lines = {(pk, day): percent for pk, _due_on, day, percent in cursor.fetchall()}
    expected = {}
    for pair in Agreement.objects.filter(due_on__isnull=False).prefetch_related("goals"):
        dates = [goal.date for goal in pair.goals.all()]
        for day in planned_days(dates, pair.due_on, pair.original_due_on):
            after = day + timedelta(days=1)
            expected[pair.pk, day] = planned_percent(dates, pair.due_on, pair.original_due_on, after)
    assert lines == expected
    assert set(expected.values()) > {50, 100}
