"""Reference data: the calendar of the State Council's notices and the usual categories, loaded twice without harm."""

from datetime import date

import pytest
from django.core.management import call_command

from pairing.models import CalendarYear, Category, SpecialDay, working_days
from pairing.reference import load_reference

pytestmark = pytest.mark.django_db


def test_calendar_knows_holidays_and_make_up_days():
    load_reference()
    calendar = working_days()
    assert not calendar.works(date(2021, 2, 11))  # a Thursday, Spring Festival
    assert calendar.works(date(2021, 2, 20))  # a Saturday, make-up day
    assert SpecialDay.objects.get(day=date(2021, 2, 20)).name == "春节调休"
    assert SpecialDay.objects.get(day=date(2021, 10, 1)).name == "国庆节"
    assert calendar.knows(2026)
    assert not calendar.knows(2027)


def test_categories_have_two_levels_and_two_classes():
    load_reference()
    purchasing = Category.objects.get(name="采购管理", parent=None)
    assert purchasing.kind == "business"
    assert set(purchasing.children.values_list("kind", flat=True)) == {"business"}
    integrity = Category.objects.get(name="廉洁教育", parent=None)
    assert integrity.kind == "party_work"
    assert not Category.objects.filter(parent__parent__isnull=False).exists()


def test_twice_adds_nothing_and_keeps_what_was_edited(capsys):
    call_command("load_reference")
    SpecialDay.objects.filter(day=date(2021, 10, 1)).update(name="国庆")
    SpecialDay.objects.filter(day=date(2021, 10, 7)).delete()
    CalendarYear.objects.filter(year=2021).update(source="本单位通知")
    counts = Category.objects.count(), SpecialDay.objects.count()
    capsys.readouterr()
    call_command("load_reference")
    assert "0 个年份的 0 个特殊日，0 个业务门类" in capsys.readouterr().out
    assert (Category.objects.count(), SpecialDay.objects.count()) == counts
    assert SpecialDay.objects.get(day=date(2021, 10, 1)).name == "国庆"
    assert CalendarYear.objects.get(year=2021).source == "本单位通知"


def test_a_day_entered_by_hand_before_stays():
    SpecialDay.objects.create(day=date(2021, 10, 1), works=True, name="抢修值守")
    load_reference()
    assert SpecialDay.objects.get(day=date(2021, 10, 1)).name == "抢修值守"
