"""The working-day calendar as data (domain.md §5): seeded from a maintained package, editable, cached for a minute."""

from uuid import uuid4

from django.core.cache import cache
from django.db import models
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _

from pairing.deadlines import Calendar

CACHE_KEY = "working-day-calendar"
CACHE_SECONDS = 60


class SpecialDay(models.Model):
    """A weekday off, or a weekend day worked (调休), by the State Council's yearly notice."""

    day = models.DateField(_("day"), unique=True)
    works = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("special day")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day} {self.name}"


class CalendarYear(models.Model):
    """A year for which the notice has been entered; other years fall back to Monday–Friday, with a warning."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("calendar of a year")
        verbose_name_plural = _("calendars of years")
        ordering = ["year"]

    def __str__(self):
        return str(self.year)


def working_days():
    """The Calendar in force; two queries at most once a minute per process.

    The cache holds only a mark: what it keeps is copied at every reading, and lists ask once a row.
    """
    mark = cache.get(CACHE_KEY)
    calendar = _kept.get(mark)
    if calendar is None:
        mark, calendar = uuid4().hex, _read()
        _kept.clear()
        _kept[mark] = calendar
        cache.set(CACHE_KEY, mark, CACHE_SECONDS)
    return calendar


_kept = {}  # {mark: Calendar}, the last one read by this process


def _read():
    days = list(SpecialDay.objects.values_list("day", "works"))
    return Calendar(
        days_off=frozenset(day for day, works in days if not works),
        days_on=frozenset(day for day, works in days if works),
        years=frozenset(CalendarYear.objects.values_list("year", flat=True)),
    )


def forget_calendar(**kwargs):
    cache.delete(CACHE_KEY)


for model in (SpecialDay, CalendarYear):
    post_save.connect(forget_calendar, sender=model)
    post_delete.connect(forget_calendar, sender=model)
