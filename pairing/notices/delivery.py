"""Delivery: at most one message per person and working day, inside the hours, claimed before it is sent.

Any number of workers do this at once: the outbox gives each digest to one of them, and each is stamped right after its
message went out, so a worker that is killed costs at most one repeated message (with the same Message-ID). What failed
stays visible, is tried again by and by, and goes by the person's next channel; nothing is lost, for the notices stay
unsent until a message took them along.
"""

import logging
from dataclasses import dataclass, field
from datetime import time, timedelta
from time import monotonic

from django.conf import settings
from django.db.models import Case, Count, F, IntegerField, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from pairing.channels import NotSent, Scope, open_way
from pairing.deadlines import SHANGHAI, day_of
from pairing.models import Delivery, Notice, Preference, working_days
from pairing.notices import outage, outbox
from pairing.notices.letters import letter
from pairing.notices.outdated import outdated
from pairing.notices.steps import MANDATORY, kind_of
from pairing.notices.system import tell_administrators
from pairing.notices.ways import next_way, quiet_until, ways_of, ways_out

logger = logging.getLogger(__name__)
BATCH = 100
MOST_READ = 200  # notices of one person in one message; what is beyond goes out the next day
RUN = timedelta(minutes=20)  # a round ends before the worker's time limit; the next one goes on
GRAVITY = Case(
    *[When(level=level, then=Value(n)) for n, level in enumerate(("red", "yellow", "blue"))], default=Value(3),
    output_field=IntegerField(),
)  # fmt: skip


class Clock:
    """The moment of the round, moving on as real time does: a claim made late in a long round is a fresh one."""

    def __init__(self, start, run=RUN):
        self.start, self.run, self._from = start, run, monotonic()

    def __call__(self):
        return self.start + self.elapsed

    @property
    def elapsed(self):
        return timedelta(seconds=monotonic() - self._from)

    @property
    def over(self):
        """Whether the round has lasted as long as it may: the next one goes on."""
        return self.elapsed >= self.run


@dataclass
class Parcel:
    """A claimed digest with all that sending it needs.

    `tries`: attempts begun; `failures`: {channel id: attempts of this digest in the log, which are failed ones}.
    """

    digest: int
    tries: int
    person: User
    notices: list
    ways: list
    failures: dict = field(default_factory=dict)


def open_hours(now):
    """Messages go out on working days inside the hours of the settings (domain.md §5: 08:30–18:00)."""
    first, last = (time.fromisoformat(value) for value in settings.MESSAGE_HOURS)
    return first <= now.astimezone(SHANGHAI).time() <= last and working_days().works(day_of(now))


def deliver(now=None, *, run=RUN, fill=True):
    """Send each person with unsent notices one digest; answers how many messages this worker sent within `run`.

    `fill` False: only digests that are there already; to look for new ones costs seconds where many wait.
    """
    clock = Clock(now or timezone.now(), run)
    if not open_hours(clock()):
        return 0
    if fill and (waiting := outbox.fill(clock())):
        day = day_of(clock())
        tell_administrators(
            "system_ceiling", "digest", int(f"{day:%Y%m%d}"), clock(), occasion=day, details={"waiting": waiting}
        )  # fmt: skip
    count = 0
    while open_hours(clock()) and not clock.over:
        size, went = _one_batch(clock)
        if not size:
            break
        count += went
    return count


def _one_batch(clock):
    """Claim, read and send up to BATCH digests; answers (how many were claimed, how many went out)."""
    channels = ways_out()
    usable = {channel.pk for channel in channels if channel.down_since is None}
    probed = next((c for c in channels if c.down_since and outage.may_probe(c, clock())), None)
    if channels and not usable and probed is None:
        return 0, 0  # every way out is down: nothing is claimed in vain
    at = clock()
    claimed = outbox.claim(at, BATCH if usable or not channels else 1)
    parcels = _read(claimed, channels, at) if claimed else []
    count = _probe(probed, parcels, usable, clock) if probed else 0
    for channel, group in _by_channel(parcels, usable, at).items():
        count += _send_by(channel, group, clock)
    return len(claimed), count


def _read(claimed, channels, at):
    """The Parcels of claimed digests: a handful of queries. Who has nothing to hear, or no address, is settled here."""
    persons = User.objects.in_bulk([person for _digest, person, _tries in claimed])
    wishes = {row.person_id: row for row in Preference.objects.filter(person__in=persons)}
    ways = ways_of(persons.values(), channels)
    failures = _failures([digest for digest, _person, tries in claimed if tries])
    notices, settled = due_notices(persons, wishes, at)
    parcels, idle, quiet = [], [], {}
    for digest, person, tries in claimed:
        due = notices.get(person, [])
        if due and (until := quiet_until(wishes.get(person), at)):
            quiet.setdefault(until, []).append(digest)
        elif due and ways[person]:
            parcels.append(Parcel(digest, tries, persons[person], due, ways[person], failures.get(digest, {})))
        else:
            idle.append(digest)
            settled += [notice.pk for notice in due]
    Notice.objects.filter(pk__in=settled).update(sent_at=at)
    _write_interrupted(parcels, at)
    for until, digests in [(None, idle), *quiet.items()]:
        outbox.release(digests, until=until)
    return parcels


def _write_interrupted(parcels, at):
    """An attempt that began and of which nobody wrote the end was a killed worker's: its message may have gone out."""
    for parcel in parcels:
        if parcel.tries > sum(parcel.failures.values()):
            channel, address = next_way(parcel.ways, parcel.failures)
            outbox.interrupted(parcel, channel, address, at)
            parcel.failures[channel.pk] = parcel.failures.get(channel.pk, 0) + 1


def due_notices(persons, wishes, at):
    """({person id: [Notice], gravest first}, [ids that need no message]): read already, of a kind switched off, or no
    longer so."""
    rank = Window(RowNumber(), partition_by=F("person"), order_by=[GRAVITY.asc(), F("planned_at").asc(), F("pk").asc()])
    rows = Notice.objects.unsent().filter(person__in=persons, planned_at__lte=at).annotate(rank=rank)
    due, settled = [], []
    for notice in rows.filter(rank__lte=MOST_READ).order_by("person", "rank"):
        wish, kind = wishes.get(notice.person_id), kind_of(notice.step)
        if notice.read_at or (wish and kind in wish.silent and kind not in MANDATORY):
            settled.append(notice.pk)
        else:
            due.append(notice)
    left_out, found = outdated(due, at), {}
    for notice in due:
        if notice.pk not in left_out:
            found.setdefault(notice.person_id, []).append(notice)
    return found, [*settled, *left_out]


def _failures(digests):
    """{digest id: {channel id: failed attempts}} of digests that were tried before."""
    found = {}
    rows = Delivery.objects.filter(digest__in=digests, ok=False).values("digest", "channel").order_by()
    for row in rows.annotate(n=Count("pk")):
        found.setdefault(row["digest"], {})[row["channel"]] = row["n"]
    return found


def _by_channel(parcels, usable, at):
    """{Channel: [(Parcel, address)]}; whoever has only channels that are down waits for the next probe."""
    groups, waiting = {}, []
    for parcel in parcels:
        way = next_way([way for way in parcel.ways if way[0].pk in usable], parcel.failures)
        if way is None:
            waiting.append(parcel.digest)
        else:
            groups.setdefault(way[0], []).append((parcel, way[1]))
    outbox.release(waiting, until=at + outage.PROBE, words=_("All channels of this person are down."))
    return groups


def _probe(channel, parcels, usable, clock):
    """Try one message over a channel that is down. If it fails, its person is served by the next one all the same."""
    for parcel in parcels:
        address = next((address for way, address in parcel.ways if way.pk == channel.pk), None)
        if address is None:
            continue
        with open_way(channel) as way:
            went = _attempt(way, parcel, address, clock, keep=len(parcel.ways) > 1) is None
        if went:
            usable.add(channel.pk)
        if went or len(parcel.ways) == 1:
            parcels.remove(parcel)
        return int(went)
    return 0


def _send_by(channel, group, clock):
    """Send a batch over one open way; answers how many went out. What cannot be tried now is given back at once."""
    count, begun = 0, clock()
    with open_way(channel) as way:
        for n, (parcel, address) in enumerate(group):
            scope = _attempt(way, parcel, address, clock)
            count += scope is None
            slow = clock.over or clock() - begun > outbox.CLAIM / 3
            if scope in (Scope.GONE, Scope.LATER) or channel.down_since or slow:
                later = clock() + timedelta(minutes=1) if scope == Scope.LATER else None
                outbox.release([parcel.digest for parcel, _address in group[n + 1 :]], until=later)
                break
    if count:
        outage.worked(channel, clock())
    return count


def _attempt(way, parcel, address, clock, *, keep=False):
    """Send one digest and write down how it went; answers the Scope of the failure, None when it went out.

    keep: after a failure the digest stays with the caller, who tries another channel.
    """
    channel = way.channel
    outbox.begin(parcel)
    try:
        way.send(letter(parcel.person, parcel.notices, parcel.digest), address)
    except NotSent as error:
        scope, words = error.scope, str(error)[:500]
    except Exception as error:  # whatever it is, the others still get theirs; it stays visible and is tried again
        logger.exception("digest %s was not sent", parcel.digest)
        scope, words = Scope.ADDRESS, f"{type(error).__name__}: {error}"[:500]
    else:
        outbox.sent(parcel, channel, address, clock())
        if channel.failures:
            outage.worked(channel, clock())
        return None
    outbox.failed(parcel, channel, address, clock(), words, keep=keep)
    if scope in (Scope.CHANNEL, Scope.GONE):
        outage.failed(channel, clock(), words)
    return scope
