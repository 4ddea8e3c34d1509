"""The private calendar as iCalendar text (RFC 5545), read by calendar programs without a log-in."""

from datetime import date, timedelta
from hashlib import sha256

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vText

from pairing import agenda
from pairing.deadlines import ONE_DAY, SHANGHAI, add_months, day_of

BACK, AHEAD = 3, 12  # months
MOST = 1000  # entries; those nearest to today stay
EVERY = timedelta(hours=1)  # how often a program should ask


def entries_for(user, now):
    """The Entries of the feed of `user` at the moment `now`, by day."""
    today = day_of(now)
    first, last = add_months(today, -BACK), add_months(today, AHEAD)
    of = agenda.around(user, first, last, waiting=False)
    found = [
        *agenda.stretch(user, first, today, last, MOST),
        *agenda.look_backs(user, of, first, last),
        *agenda.meetings(of),
    ]
    found.sort(key=lambda entry: (abs((entry.day - today).days), entry.day, entry.kind, entry.key))
    return sorted(found[:MOST], key=lambda entry: (entry.day, entry.kind, entry.key))


def tag_of(entries, language):
    """What changes whenever the text of these entries does: compared without writing the text."""
    facts = "\n".join(repr((*vars(entry).values(),)) for entry in entries)
    return f'"{sha256(f"{settings.SITE_URL} {language} {facts}".encode()).hexdigest()}"'


def text_of(entries, name):
    """iCalendar bytes of `entries` in the present language; `name`: whose calendar it is."""
    calendar = Calendar()
    calendar.add("prodid", "-//Jiedui//Pairing programme//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    title = _("Pairing programme: %(name)s") % {"name": name}
    calendar.add("x-wr-calname", title)
    calendar.add("name", title)
    calendar.add("x-wr-timezone", SHANGHAI.key)
    calendar.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", EVERY)
    if any(entry.starts_at for entry in entries):
        calendar.add_component(Timezone.from_tzid(SHANGHAI.key, first_date=date(2020, 1, 1)))
    for entry in entries:
        calendar.add_component(_event(entry))
    return calendar.to_ical()


def _event(entry):
    event = Event()
    # the stamp is that of the matter, not of now: the same facts make the same text
    event.add("uid", f"{entry.kind}-{entry.key}@jiedui")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    if entry.starts_at:
        event.add("dtstart", entry.starts_at.astimezone(SHANGHAI))
        event.add("dtend", entry.ends_at.astimezone(SHANGHAI))
    else:
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + ONE_DAY)
        event["transp"] = vText("TRANSPARENT")
    event.add("summary", _("%(kind)s: %(label)s") % {"kind": entry.word, "label": entry.label})
    event.add("categories", [str(entry.word)])
    event.add("url", settings.SITE_URL + entry.url)
    event["status"] = vText("CANCELLED" if entry.cancelled else "CONFIRMED")
    event["class"] = vText("PRIVATE")
    if entry.place:
        event.add("location", entry.place)
    return event
