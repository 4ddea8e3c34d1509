"""The calendar of working days in the browser: the notice pasted, single days, who may, what is recorded."""

from datetime import date, datetime, timedelta
from unittest import mock

import pytest
from django.urls import reverse

from accounts.models import Event
from accounts.tests.people import create_personas
from pairing.deadlines import SHANGHAI
from pairing.models import CalendarYear, SpecialDay, working_days
from pairing.reference import load_reference
from pairing.tests import world

TEXT = """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月20日（周六）上班。"""
NOTICE = "pairing:working_days_notice"


@pytest.fixture
def people(db):
    load_reference()
    return create_personas()


def log_in(client, seat):
    client.force_login(seat.person)
    return client


def test_the_notice_is_previewed_and_then_saved_by_one_post(client, people):
    log_in(client, people.sysadmin)
    page = client.post(reverse(NOTICE), {"text": TEXT})
    assert "2027年1月1日" in page.content.decode()
    assert not CalendarYear.objects.filter(year=2027).exists()
    done = client.post(reverse(NOTICE), {"text": TEXT, "save": "1"})
    assert done["Location"] == reverse("pairing:working_days_of", args=[2027])
    calendar = working_days()
    assert calendar.knows(2027)
    assert [calendar.works(date(2027, 1, n)) for n in (1, 4, 31)] == [False, True, True]
    assert SpecialDay.objects.filter(day__year=2027).count() == 8  # 1 January, five weekdays in February, two weekends
    event = Event.objects.get(action="enter_notice")
    assert (event.person, event.object_label) == (people.sysadmin.person, "2027")
    assert "2027-02-05" in event.details["added"]
    assert "2027年2月5日" in client.get(done["Location"]).content.decode()


def test_entered_again_only_the_differences_are_written(client, people):
    log_in(client, people.sysadmin)
    client.post(reverse(NOTICE), {"text": TEXT, "save": "1"})
    kept = SpecialDay.objects.get(day=date(2027, 1, 1)).pk
    client.post(reverse(NOTICE), {"text": TEXT.replace("、2月20日（周六）", ""), "save": "1"})
    assert SpecialDay.objects.get(day=date(2027, 1, 1)).pk == kept
    assert Event.objects.filter(action="enter_notice").first().details == {
        "added": [], "changed": [], "removed": ["2027-02-20"]
    }  # fmt: skip


def test_a_day_that_does_not_exist_is_named_and_nothing_is_saved(client, people):
    log_in(client, people.sysadmin)
    wrong = TEXT + "\n三、元宵：2月30日放假"
    html = client.post(reverse(NOTICE), {"text": wrong, "save": "1"}).content.decode()
    assert "第 4 行" in html
    assert "“2月30日”在 2027 年不存在" in html
    assert "三、元宵：2月30日放假" in html  # what was typed stays
    assert not CalendarYear.objects.filter(year=2027).exists()
    assert not Event.objects.filter(action="enter_notice").exists()


def test_a_single_day_is_added_changed_and_taken_out(client, people):
    log_in(client, people.sysadmin)
    address = reverse("pairing:working_day_set")
    client.post(address, {"day": "2026-12-21", "kind": "off", "name": "厂庆"})
    row = SpecialDay.objects.get(day=date(2026, 12, 21))
    assert (row.works, row.name, working_days().works(row.day)) == (False, "厂庆", False)
    client.post(address, {"day": "2026-12-21", "kind": "off", "name": "公司成立日"})
    assert SpecialDay.objects.get(day=row.day).name == "公司成立日"
    client.post(reverse("pairing:working_day_remove", args=[row.pk]))
    assert working_days().works(row.day)
    assert list(Event.objects.filter(object_type="specialday").order_by("pk").values_list("action", flat=True)) == [
        "add_day", "change_day", "remove_day"
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "kind"), [("2026-12-19", "off"), ("2026-12-21", "worked"), ("2026-2-30", "off")])
def test_a_day_that_changes_nothing_or_is_none_is_refused_beside_the_field(client, people, day, kind):
    log_in(client, people.sysadmin)
    before = SpecialDay.objects.count()
    html = client.post(reverse("pairing:working_day_set"), {"day": day, "kind": kind}).content.decode()
    assert 'id="id_day_error"' in html
    assert SpecialDay.objects.count() == before


@pytest.mark.parametrize("name", ["filer", "reviewer", "secadmin"])
def test_others_may_look_but_not_write(client, people, name):
    log_in(client, getattr(people, name))
    page = client.get(reverse("pairing:working_days_of", args=[2026]))
    assert "2月15日" in page.content.decode()  # the Sunday before the weekdays off belongs to the holiday
    assert "调整单个日子" not in page.content.decode()
    assert client.post(reverse(NOTICE), {"text": TEXT, "save": "1"}).status_code == 403
    assert client.post(reverse("pairing:working_day_set"), {"day": "2026-12-21", "kind": "off"}).status_code == 403
    pk = SpecialDay.objects.first().pk
    assert client.post(reverse("pairing:working_day_remove", args=[pk])).status_code == 403
    assert client.get(reverse("pairing:working_day_remove", args=[pk])).status_code == 405
    assert not CalendarYear.objects.filter(year=2027).exists()


@pytest.mark.parametrize(("day", "warned"), [("2026-10-31", False), ("2026-11-01", True), ("2027-01-02", True)])
def test_the_administrator_is_warned_from_the_first_of_november(client, people, day, warned):
    now = datetime.combine(date.fromisoformat(day), datetime.min.time(), SHANGHAI) + timedelta(hours=9)
    with mock.patch("django.utils.timezone.now", return_value=now):
        log_in(client, people.sysadmin)
        home = client.get("/").content.decode()
        page = client.get(reverse("pairing:working_days")).content.decode()
    assert ("2027 年的放假通知尚未录入" in page) == warned
    assert ("2027 年的放假通知尚未录入" in home) == warned


def test_entering_a_holiday_never_moves_a_due_date(client, people):
    programme = world.create_programme(people.committee)
    problem = world.create_problem(programme, people.filer)
    agreement = world.create_agreement(programme, people.filer, [people.partner_branch], [problem])
    world.bring_to("active", agreement, reviewer=people.reviewer)
    agreement.refresh_from_db()
    dates = (agreement.due_on, agreement.original_due_on)
    visits = list(agreement.follow_ups.values_list("planned_on", flat=True))
    day = agreement.due_on
    while day.weekday() > 4:
        day -= timedelta(days=1)
    log_in(client, people.sysadmin)
    client.post(reverse("pairing:working_day_set"), {"day": f"{day:%Y-%m-%d}", "kind": "off", "name": "临时放假"})
    assert not working_days().works(day) or not working_days().knows(day.year)
    agreement.refresh_from_db()
    assert (agreement.due_on, agreement.original_due_on) == dates
    assert list(agreement.follow_ups.values_list("planned_on", flat=True)) == visits


@pytest.mark.parametrize("year", [2026, 2031])
def test_the_page_costs_the_same_for_a_full_and_an_empty_year(client, people, django_assert_max_num_queries, year):
    log_in(client, people.sysadmin)
    client.get(reverse("pairing:working_days"))
    with django_assert_max_num_queries(9):
        client.get(reverse("pairing:working_days_of", args=[year]))


def test_holidays_in_a_row_are_named_once_each(client, people):
    log_in(client, people.filer)
    page = client.get(reverse("pairing:working_days_of", args=[2025])).text
    assert '<span class="title">国庆节、中秋</span>' in page
