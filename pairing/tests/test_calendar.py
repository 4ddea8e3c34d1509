"""The calendar page: what lies on which day, for whom, in few queries, also for who oversees very many pairs."""

from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pairing import month
from pairing.models import Agreement, CalendarYear, FollowUp, Meeting, SpecialDay
from pairing.tests import world
from pairing.tests.scenes import create_scene, log_in, sentences_of

pytestmark = [pytest.mark.django_db, pytest.mark.pages]


def month_url(day):
    return reverse("pairing:calendar_month", args=[day.year, day.month])


def day_url(day):
    return reverse("pairing:calendar_day", args=[day.year, day.month, day.day])


def kinds_on(client, seat, day):
    """{kind: [label]} of a day as the page of its month names them."""
    page = log_in(client, seat).get(month_url(day))
    assert page.status_code == 200
    cell = next(cell for week in page.context["weeks"] for cell in week if cell.day == day)
    found = {}
    for entry in cell.found.entries if cell.found else ():
        found.setdefault(entry.kind, []).append(entry.label)
    return found


@pytest.fixture
def scene():
    return create_scene("active", follow_up_every_days=14)


@pytest.mark.parametrize("name", ["filer", "partner", "reviewer", "supervisor", "leader"])
def test_a_due_date_stands_on_its_day_for_whom_the_pair_concerns(client, scene, name):
    seat = getattr(scene.people, name)
    assert kinds_on(client, seat, scene.agreement.due_on)["due"] == [str(scene.agreement)]
    assert scene.agreement.aim in sentences_of(client.get(day_url(scene.agreement.due_on)))


@pytest.mark.parametrize("name", ["stranger", "sysadmin", "auditor"])
def test_of_other_peoples_pairs_nothing_is_shown(client, scene, name):
    assert kinds_on(client, getattr(scene.people, name), scene.agreement.due_on) == {}
    html = sentences_of(client.get(day_url(scene.agreement.due_on)))
    assert scene.agreement.aim not in html
    assert "这一天没有安排" in html


def test_days_in_acceptance_that_were_sent_back_move_it(client, scene):
    Agreement.objects.filter(pk=scene.agreement.pk).update(stopped_days=5)
    due = scene.agreement.due_on
    assert "due" not in kinds_on(client, scene.people.filer, due)
    assert kinds_on(client, scene.people.filer, due + timedelta(days=5))["due"] == [str(scene.agreement)]
    with patch.object(month, "SMALL", 0):
        assert "due" not in kinds_on(client, scene.people.leader, due)
        assert kinds_on(client, scene.people.leader, due + timedelta(days=5))["due"] == [str(scene.agreement)]


def test_follow_ups_lead_the_supervisor_to_their_form_until_done_or_skipped(client, scene):
    visit = scene.agreement.follow_ups.order_by("planned_on").first()
    assert kinds_on(client, scene.people.supervisor, visit.planned_on)["follow_up"] == [str(scene.agreement)]
    assert f"follow_up={visit.pk}" in sentences_of(client.get(month_url(visit.planned_on)))
    assert f"follow_up={visit.pk}" not in sentences_of(
        log_in(client, scene.people.filer).get(month_url(visit.planned_on))
    )
    visit.skipped_on = timezone.localdate()
    visit.save()
    assert "follow_up" not in kinds_on(client, scene.people.supervisor, visit.planned_on)


def test_a_pair_that_stands_still_has_no_days(client):
    scene = create_scene("acceptance")
    assert kinds_on(client, scene.people.filer, scene.agreement.due_on) == {}


def test_the_last_day_of_my_answer_is_mine_alone(client):
    scene = create_scene("invited", invitation_lapse=10)
    page = log_in(client, scene.people.partner).get(reverse("pairing:agreement_invitation", args=[scene.agreement.pk]))
    last = page.context["last_day"]
    assert kinds_on(client, scene.people.partner, last)["last_day"] == [str(scene.agreement)]
    assert "last_day" not in kinds_on(client, scene.people.filer, last)
    assert "办理截止" in sentences_of(log_in(client, scene.people.partner).get(day_url(last)))


def test_a_look_back_stands_on_its_day_until_it_was_done(client):
    scene = create_scene("closed", look_back_days=90)
    day = timezone.localdate() + timedelta(days=90)
    problem = scene.problems[0]
    assert kinds_on(client, scene.people.filer, day)["look_back"] == [str(problem)]
    assert "look_back" not in kinds_on(client, scene.people.partner, day)
    type(problem).objects.filter(pk=problem.pk).update(last_look_back="works")
    assert "look_back" not in kinds_on(client, scene.people.filer, day)


def test_holidays_and_make_up_days_are_said_in_words(client, scene):
    SpecialDay.objects.create(day=date(2030, 10, 1), works=False, name="国庆节")
    SpecialDay.objects.create(day=date(2030, 10, 12), works=True)
    CalendarYear.objects.create(year=2030)
    html = sentences_of(log_in(client, scene.people.filer).get("/calendar/2030-10/"))
    assert "国庆节" in html
    assert "调休上班" in html


@pytest.mark.parametrize("address", ["/calendar/2026-13/", "/calendar/1900-01/", "/calendar/2026-02-30/"])
def test_a_day_that_is_none_is_not_found(client, scene, address):
    assert log_in(client, scene.people.filer).get(address).status_code == 404


def many(scene, number, day):
    """`number` further running pairs of the programme, all due on `day` and to be visited then."""
    columns = {"programme": scene.programme, "state": "active", "signed_on": day - timedelta(days=90)}
    columns["last_event_at"] = timezone.now()
    rows = Agreement.objects.bulk_create(
        Agreement(number=f"结对〔2026〕{n}号", aim="合作", due_on=day, original_due_on=day, **columns)
        for n in range(100, 100 + number)
    )
    FollowUp.objects.bulk_create(FollowUp(agreement=row, planned_on=day) for row in rows)


@pytest.mark.parametrize("small", [0, 5000])
def test_many_pairs_of_one_day_are_a_few_and_a_number(client, scene, small):
    day = scene.agreement.due_on
    many(scene, 150, day)
    with patch.object(month, "SMALL", small):
        page = log_in(client, scene.people.supervisor).get(month_url(day))
    cell = next(cell for week in page.context["weeks"] for cell in week if cell.day == day)
    named = [entry.kind for entry in cell.found.entries]
    assert (named.count("due"), named.count("follow_up")) == (3, 3)
    counts = {"due": 100, "follow_up": 100} if small == 0 else {"due": 151, "follow_up": 150}
    visits = FollowUp.objects.filter(agreement=scene.agreement, planned_on=day).count()
    counts["follow_up"] += visits if small else 0
    assert dict(cell.found.counts) == counts
    assert ("至少还有 97 项" in sentences_of(page)) == (small == 0)
    with patch.object(month, "SMALL", small):
        listed = sentences_of(client.get(day_url(day)))
    assert listed.count('class="brief-head"') == 151 + 150 + visits


@pytest.mark.parametrize("name", ["filer", "reviewer", "supervisor", "leader"])
@pytest.mark.parametrize("small", [0, 5000])
def test_a_month_costs_the_same_few_queries(client, scene, name, small):
    seat, day = getattr(scene.people, name), scene.agreement.due_on
    log_in(client, seat)

    def cost():
        client.get(month_url(day))
        with (
            patch.object(month, "SMALL", small),
            patch("accounts.middleware.ACTIVE_EVERY", 3600),
            CaptureQueriesContext(connection) as caught,
        ):
            client.get(month_url(day))
        return len(caught)

    before = cost()
    many(scene, 30, day)
    Meeting.objects.bulk_create(
        Meeting(programme=scene.programme, subject="会", starts_at=world.moment(day, n % 24), branches_invited=True)
        for n in range(30)
    )
    assert cost() == before <= 12


def test_the_calendar_is_reached_from_home_and_the_personal_menu(client, scene):
    html = sentences_of(log_in(client, scene.people.filer).get("/"))
    assert html.count('href="/calendar/"') == 2
