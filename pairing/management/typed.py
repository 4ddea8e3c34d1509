"""Moments and days as they are typed for a command; what is none, or out of reach, is answered with a sentence."""

from datetime import date, datetime

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from pairing.deadlines import SHANGHAI, day_of

YEARS = range(1990, 2200)  # far enough for every record and every term


def moment(text):
    """An aware moment; without a zone it is Shanghai's."""
    try:
        at = datetime.fromisoformat(text)
        at = at if at.tzinfo else at.replace(tzinfo=SHANGHAI)
        _in_reach(day_of(at))
    except (ValueError, OverflowError) as error:  # a zone may lead out of the years that there are
        raise CommandError(_("Write the moment as 2026-10-09T09:00.")) from error
    return at


def day(text):
    """A date."""
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(_("Write the day as 2026-10-09.")) from error
    _in_reach(found)
    return found


def _in_reach(day):
    if day.year not in YEARS:
        words = {"first": YEARS[0], "last": YEARS[-1]}
        raise CommandError(_("Choose a year between %(first)s and %(last)s.") % words)
