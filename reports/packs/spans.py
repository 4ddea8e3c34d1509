"""The periods of packs: a week from Monday to Sunday, a month, a year. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from pairing.deadlines import SHANGHAI, next_working_day
from reports.models.pack import Period
from reports.periods import month_words, words_of

AT = time(8, 30)  # of the first working day after the period: when subscribers are told
AHEAD = timedelta(minutes=10)  # a pack is begun before, so that the message of that hour can name it


@dataclass(frozen=True, order=True)
class Span:
    """One period: `first` to `last` day."""

    period: str
    first: date
    last: date

    @property
    def before(self):
        """The period before it."""
        return span_of(self.period, self.first - timedelta(days=1))

    def words(self):
        if self.period == Period.WEEK:
            return words_of(self.first, self.last)
        return month_words(self.first) if self.period == Period.MONTH else words_of(None, None, self.first.year)

    def title(self):
        """2026年11月月报."""
        titles = {
            Period.WEEK: _("Weekly card, %(span)s"),
            Period.MONTH: _("Monthly pack, %(span)s"),
            Period.YEAR: _("Yearly pack, %(span)s"),
        }
        return titles[Period(self.period)] % {"span": self.words()}

    def told_at(self, calendar):
        """The moment at which its subscribers are told: 8:30 of the first working day after it."""
        return datetime.combine(next_working_day(self.last + timedelta(days=1), calendar), AT, SHANGHAI)


def span_of(period, day):
    """The Span of `period` in which `day` lies."""
    if period == Period.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Span(Period.WEEK, monday, monday + timedelta(days=6))
    if period == Period.MONTH:
        following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return Span(Period.MONTH, day.replace(day=1), following - timedelta(days=1))
    return Span(Period.YEAR, date(day.year, 1, 1), date(day.year, 12, 31))


def latest_ended(period, today):
    """The latest Span of `period` that is over on `today`."""
    return span_of(period, today).before
