"""Reminders: planned from dates, one digest per person and working day, never doubled, never lost."""

import threading
from datetime import datetime, time, timedelta

import pytest
from django.db import connection

from accounts.models import Role
from accounts.tests.people import create_personas, create_seat
from pairing import notices
from pairing.deadlines import SHANGHAI, next_working_day
from pairing.models import Agreement, Digest, Notice, working_days
from pairing.supervision import supervise
from pairing.tests import world
from pairing.tests.mail_servers import mailbox
from pairing.workflow.engine import perform

__all__ = ["mailbox"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    world.know_the_years()
    personas = create_personas()
    for name, seat in personas.seats().items():
        seat.person.email = f"{name}@example.test"
        seat.person.save()
    return personas


@pytest.fixture
def agreement(people):
    programme = world.create_programme(people.committee)
    problem = world.create_problem(programme, people.filer)
    return world.create_agreement(programme, people.filer, [people.partner_branch], [problem])


def at_ten(day):
    """Ten o'clock on `day`, or on the working day after it."""
    return datetime.combine(next_working_day(day, working_days()), time(10), SHANGHAI)


def after(agreement, days):
    return at_ten(agreement.last_event_at.astimezone(SHANGHAI).date() + timedelta(days=days))


def steps(person):
    return list(person.notices.order_by("pk").values_list("step", flat=True))


def test_an_invitation_waits_for_the_invited_secretary_alone(agreement, people):
    world.bring_to("invited", agreement)
    notices.plan(after(agreement, 0))
    assert steps(people.partner.person) == ["waiting_branches"]
    assert steps(people.stranger.person) == steps(people.reviewer.person) == []
    assert notices.plan(after(agreement, 1)) == 0


def test_review_and_acceptance_wait_for_the_group_and_signing_for_both_secretaries(agreement, people):
    world.bring_to("submitted", agreement)
    notices.plan(after(agreement, 0))
    assert steps(people.reviewer.person) == ["waiting_group"]
    world.bring_to("signing", agreement, reviewer=people.reviewer)
    notices.plan(after(agreement, 0))
    assert "waiting_branches" in steps(people.filer.person)
    world.bring_to("acceptance", agreement, reviewer=people.reviewer)
    notices.plan(after(agreement, 0))
    assert steps(people.reviewer.person) == ["waiting_group", "waiting_group"]


def test_the_group_is_told_of_an_invitation_unanswered_after_five_working_days(agreement, people):
    world.bring_to("invited", agreement)
    notices.plan(after(agreement, 2))
    assert steps(people.reviewer.person) == []
    notices.plan(after(agreement, 12))
    assert steps(people.reviewer.person) == ["silent_invited"]


def tuesday_of_ordinary_weeks(day):
    """A Tuesday from `day` on without a holiday near it: there no step of the ladder is moved onto another one."""
    calendar = working_days()
    near = [timedelta(days=n) for n in range(-20, 31)]
    while day.weekday() != 1 or any(calendar.works(day + n) != ((day + n).weekday() < 5) for n in near):
        day += timedelta(days=1)
    return day


def test_the_ladder_before_and_after_the_due_date(agreement, people):
    world.bring_to("active", agreement, reviewer=people.reviewer)
    due = tuesday_of_ordinary_weeks(agreement.due_on)
    Agreement.objects.filter(pk=agreement.pk).update(due_on=due)
    notices.plan(at_ten(due - timedelta(days=20)))
    assert "before-14" not in steps(people.filer.person)
    day, seen = due - timedelta(days=18), []
    while day < due + timedelta(days=30):
        moment = datetime.combine(day, time(10), SHANGHAI)
        notices.plan(moment)
        day += timedelta(days=1)
    seen = [s for s in steps(people.partner.person) if s.startswith(("before", "after"))]
    assert seen == ["before-14", "before-7", "before-3", "before-0", "after-1", "after-3", "after-7"]
    weekly = [s for s in steps(people.supervisor.person) if "week" in s]
    assert weekly == ["after-week-1", "after-week-2", "after-week-3"]
    assert "late_supervisor" in steps(people.supervisor.person)
    assert not [s for s in steps(people.stranger.person) if s.startswith(("before", "after"))]


def test_after_an_outage_only_the_latest_missed_step_is_planned(agreement, people):
    world.bring_to("active", agreement, reviewer=people.reviewer)
    notices.plan(at_ten(agreement.due_on - timedelta(days=2)))
    assert [s for s in steps(people.filer.person) if s.startswith("before")] == ["before-3"]


def test_nothing_is_reminded_while_suspended(agreement, people):
    lead = create_seat(Role.LEAD, people.committee)
    world.bring_to("active", agreement, reviewer=people.reviewer)
    perform("suspend", agreement, seat=lead, note="汛期停工")
    notices.plan(at_ten(agreement.due_on + timedelta(days=3)))
    assert not [s for s in steps(people.filer.person) if s.startswith(("before", "after"))]


def test_news_reach_the_other_party_and_not_the_actor(agreement, people):
    world.bring_to("invited", agreement)
    perform("decline_invitation", agreement, seat=people.partner, note="人手不足")
    notices.plan(after(agreement, 1))  # whatever the time of day was
    assert "news_decline_invitation" in steps(people.filer.person)
    assert "news_decline_invitation" not in steps(people.partner.person)
    assert "人手不足" in notices.wording(people.filer.person.notices.get(step="news_decline_invitation")).text


def test_all_who_hear_are_told_the_same(agreement, people):
    """Every one of several recipients gets the state, the due date and the action that the words need."""
    world.bring_to("signing", agreement, reviewer=people.reviewer)
    notices.plan(after(agreement, 0))
    both = Notice.objects.filter(step="waiting_branches", details__state="signing")
    assert {notice.person for notice in both} == {people.filer.person, people.partner.person}
    assert len({(notices.wording(notice).title, notices.wording(notice).text) for notice in both}) == 1
    world.bring_to("active", agreement, reviewer=people.reviewer)
    perform("urge", agreement, seat=people.supervisor, note="请尽快填报进展")
    notices.plan(after(agreement, 1))
    notices.plan(at_ten(agreement.due_on - timedelta(days=2)))
    for step, part in (("news_urge", "请尽快填报进展"), ("before-3", str(agreement.due_on.year))):
        texts = {notices.wording(notice).text for notice in Notice.objects.filter(step=step)}
        assert Notice.objects.filter(step=step).count() == 2
        assert len(texts) == 1
        assert part in texts.pop()


def test_one_digest_per_person_and_day_with_all_matters(agreement, people, mailbox):
    world.bring_to("invited", agreement)
    second = world.create_problem(agreement.programme, people.filer, "电缆敷设返工")
    world.bring_to(
        "invited", world.create_agreement(agreement.programme, people.filer, [people.partner_branch], [second])
    )
    now = after(agreement, 0)
    assert supervise(now).sent == 1
    assert supervise(now + timedelta(minutes=1)).sent == 0
    [(to, _body)] = mailbox.messages
    assert to == "partner@example.test"
    assert Notice.objects.unsent().filter(person=people.partner.person).count() == 0
    assert Digest.objects.get(person=people.partner.person).notices.count() == 2


def test_no_message_at_night_or_on_a_day_off(agreement, people, mailbox):
    world.bring_to("invited", agreement)
    now = after(agreement, 0)
    assert supervise(now.replace(hour=20)).sent == 0
    saturday = now + timedelta(days=(5 - now.weekday()) % 7 or 7)
    while working_days().works(saturday.date()):
        saturday += timedelta(days=7)
    assert notices.deliver(saturday) == 0
    assert people.partner.person.notices.unsent().exists()
    assert mailbox.messages == []


def test_after_72_hours_of_outage_one_message_per_person(agreement, people, mailbox):
    world.bring_to("invited", agreement)
    supervise(after(agreement, 0).replace(hour=20))
    perform("withdraw", agreement, seat=people.filer, note="改由自己解决")
    assert supervise(after(agreement, 3)).sent == 1
    assert len(mailbox.messages) == 1


def test_without_an_address_the_inbox_is_enough(agreement, people, mailbox):
    people.partner.person.email = ""
    people.partner.person.save()
    world.bring_to("invited", agreement)
    assert supervise(after(agreement, 0)).sent == 0
    assert people.partner.person.notices.unread().count() == 1
    assert not people.partner.person.notices.unsent().exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_plan_and_send_once(mailbox):
    world.know_the_years()
    people = create_personas()
    people.partner.person.email = "partner@example.test"
    people.partner.person.save()
    programme = world.create_programme(people.committee)
    problem = world.create_problem(programme, people.filer)
    agreement = world.create_agreement(programme, people.filer, [people.partner_branch], [problem])
    world.bring_to("invited", agreement)
    now, sent, gate = after(agreement, 0), [], threading.Barrier(2)

    def worker():
        gate.wait()
        sent.append(supervise(now).sent)
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    supervise(now)
    assert len(mailbox.messages) == 1
    assert Notice.objects.filter(person=people.partner.person).count() == 1


def test_an_unanswered_invitation_lapses_and_frees_its_problems(people):
    """10 working days from Monday 1 June 2026 end with 15 June; the State Council's notice has no day off in them."""
    type(people.filer).objects.update(may_backdate=True)
    people.filer.refresh_from_db()
    programme = world.create_programme(people.committee)
    at = world.moment("2026-06-01")
    problem = world.create_problem(programme, people.filer, at=at)
    agreement = world.create_agreement(programme, people.filer, [people.partner_branch], [problem], at=at)
    world.bring_to("invited", agreement, at=at)
    assert supervise(world.moment("2026-06-15", 23)).lapsed == 0
    assert agreement.episodes.get().problem.state == "matched"
    assert supervise(world.moment("2026-06-16", 1)).lapsed == 1
    agreement.refresh_from_db()
    assert (agreement.state, agreement.episodes.get().problem.state) == ("lapsed", "open")
    assert supervise(world.moment("2026-06-16", 2)).lapsed == 0
