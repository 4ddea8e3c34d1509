"""Packs on time: at 8:30 of the first working day after the period, made up for, once, and heard of by subscribers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from tempfile import TemporaryDirectory

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import TestCase
from django.test.utils import override_settings

from accounts.models import Role
from accounts.tests import people
from config.tasks import make_pack
from pairing.deadlines import SHANGHAI
from pairing.models import Notice, working_days
from pairing.notices.wording import wording
from pairing.tests import world
from reports.models import Pack, Subscription
from reports.packs import making, schedule
from reports.packs.spans import latest_ended


def at(text):
    """A moment such as 2026-10-08 08:30 in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


class ScheduleTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        call_command("load_reference")
        committee = people.create_committee()
        cls.programme = world.create_programme(committee)
        cls.leader = people.create_seat(Role.LEADER, committee).person
        cls.secretary = people.create_seat(Role.SECRETARY, people.create_branch(parent=committee)).person

    def subscribe(self, *periods, person=None, since="2026-01-01 00:00"):
        for period in periods:
            schedule.subscribe(person or self.leader, self.programme, period, on=True)
        Subscription.objects.update(since=at(since))

    def planned(self, text):
        """The packs that a tick at a moment asks for."""
        before = set(Pack.objects.values_list("pk", flat=True))
        n = schedule.plan(at(text))
        made = Pack.objects.exclude(pk__in=before)
        assert n == len(made)
        return sorted((pack.period, f"{pack.first:%Y-%m-%d}") for pack in made)

    def test_the_moment_is_that_of_the_first_working_day(self):
        calendar = working_days()
        # 1 to 7 October 2026 are days off, 10 October is a make-up day
        assert latest_ended("month", at("2026-10-02 00:00").date()).told_at(calendar) == at("2026-10-08 08:30")
        assert latest_ended("month", at("2026-11-02 00:00").date()).told_at(calendar) == at("2026-11-02 08:30")
        assert latest_ended("week", at("2026-10-06 00:00").date()).told_at(calendar) == at("2026-10-08 08:30")
        assert latest_ended("week", at("2026-11-25 00:00").date()).told_at(calendar) == at("2026-11-23 08:30")

    def test_a_pack_is_begun_ten_minutes_before_and_once(self):
        self.subscribe("month")
        assert self.planned("2026-10-08 08:19") == []
        assert self.planned("2026-10-08 08:20") == [("month", "2026-09-01")]
        assert self.planned("2026-10-08 08:21") == []
        assert self.planned("2026-10-31 23:59") == []
        assert self.planned("2026-11-02 08:30") == [("month", "2026-10-01")]

    def test_missed_ticks_are_made_up_for_with_the_latest_period(self):
        self.subscribe("week", "month", "year")
        assert self.planned("2027-01-20 15:00") == [
            ("month", "2026-12-01"),
            ("week", "2027-01-11"),
            ("year", "2026-01-01"),
        ]
        assert self.planned("2027-01-20 15:01") == []

    def test_nobody_subscribed_nothing_is_made(self):
        assert self.planned("2026-11-02 09:00") == []
        self.subscribe("month", since="2026-11-02 08:31")  # after the hour: from the next one on
        assert self.planned("2026-11-02 09:00") == []
        assert self.planned("2026-12-01 08:30") == [("month", "2026-11-01")]

    def test_a_programme_that_had_ended_gets_none(self):
        self.subscribe("month")
        self.programme.ends_on = at("2026-09-15 00:00").date()
        self.programme.save()
        assert self.planned("2026-10-08 09:00") == [("month", "2026-09-01")]
        assert self.planned("2026-11-02 09:00") == []

    def test_who_no_longer_oversees_or_is_inactive_is_told_nothing(self):
        gone = people.create_user(is_active=False)
        people.create_seat(Role.LEADER, self.programme.committee, person=gone)
        for person in (self.leader, self.secretary, gone):
            schedule.subscribe(person, self.programme, "month", on=True)
        Subscription.objects.update(since=at("2026-01-01 00:00"))
        self.planned("2026-10-08 08:20")
        pack = Pack.objects.get()
        with TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
            make_pack(pack.pk)
            make_pack(pack.pk)  # a second worker, later
        notice = Notice.objects.get()
        assert (notice.person, notice.object_type, notice.object_id) == (self.leader, "pack", pack.pk)
        assert wording(notice).url == f"/reports/packs/{pack.pk}/"
        assert "2026年9月月报" in wording(notice).text
        pack.refresh_from_db()
        assert pack.told_at
        assert (pack.as_of, pack.state) == (at("2026-09-30 00:00").date(), "done")

    def test_a_scheduled_pack_is_told_at_half_past_eight(self):
        self.subscribe("month")
        self.planned("2026-10-08 08:20")
        Pack.objects.update(state="done", ended_at=at("2026-10-08 08:21"))
        assert schedule.tell(Pack.objects.get(), at("2026-10-08 08:21")) == 1
        assert Notice.objects.get().planned_at == at("2026-10-08 08:30")

    def test_where_a_worker_died_before_telling_the_next_tick_tells(self):
        self.subscribe("month")
        self.planned("2026-10-08 08:20")
        Pack.objects.update(state="done", ended_at=at("2026-10-08 08:21"))
        assert [pack.pk for pack in schedule.untold()] == [Pack.objects.get().pk]
        for pack in schedule.untold():
            schedule.tell(pack, at("2026-10-09 10:00"))
        assert not schedule.untold()
        assert Notice.objects.get().planned_at == at("2026-10-09 10:00")

    def test_what_failed_is_tried_again_after_an_hour(self):
        self.subscribe("month")
        self.planned("2026-10-08 08:20")
        Pack.objects.update(state="failed", ended_at=at("2026-10-08 08:21"))
        assert not making.waiting(at("2026-10-08 09:00"))
        assert making.waiting(at("2026-10-08 09:22"))


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ask_once_make_once_and_tell_once(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    call_command("load_reference")
    committee = people.create_committee()
    programme = world.create_programme(committee)
    schedule.subscribe(people.create_seat(Role.LEADER, committee).person, programme, "month", on=True)
    Subscription.objects.update(since=at("2026-01-01 00:00"))

    def everywhere(act):
        def alone(_worker):
            try:
                return act()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(alone, range(4)))

    everywhere(lambda: schedule.plan(at("2026-10-08 08:20") + timedelta(minutes=1)))
    pack = Pack.objects.get()
    assert sorted(everywhere(lambda: making.make(pack.pk))) == [False, False, False, True]
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2
    pack.refresh_from_db()
    assert sorted(everywhere(lambda: schedule.tell(pack))) == [0, 0, 0, 1]
    assert Notice.objects.filter(object_type="pack").count() == 1
