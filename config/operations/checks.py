"""The sentences about the running system: green, or what is wrong and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import JobRun
from config import health
from config.operations.situation import Situation
from pairing.channels import mail_leaves
from pairing.deadlines import SHANGHAI
from pairing.notices.unsent import Cause, Unsent
from pairing.words import exact_words, moment_words

LATE = timedelta(minutes=30)  # a message that nobody took up for so long inside the message hours
BACKUP_AGE, DRILL_AGE = timedelta(hours=36), timedelta(days=9)
DISK_LOW, DISK_FULL = 0.15, 0.05  # share of the disk that is left
CROWDED = 1000  # messages in a queue that nobody takes
PARTS = {  # part of /healthz -> (its name, what to do when it is ill)
    "database": (gettext_lazy("Database"), gettext_lazy("Start PostgreSQL; look into its log.")),
    "broker": (gettext_lazy("Message broker"), gettext_lazy("Start Redis. Until then messages wait; nothing is lost.")),
    "worker": (gettext_lazy("Worker"), gettext_lazy("Start the worker. Until then reminders wait; nothing is lost.")),
    "beat": (gettext_lazy("Clock"), gettext_lazy("Start beat. Until then deadlines do not act; nothing is lost.")),
}
JOBS = {
    "supervision": gettext_lazy("Round of supervision"),
    "rollups": gettext_lazy("Sums behind the figures"),
    "delivery": gettext_lazy("Delivery of messages"),
    "backup": gettext_lazy("Backup of the night"),
    "restore_drill": gettext_lazy("Restore drill"),
    "restore": gettext_lazy("Restore"),
    "cleaning": gettext_lazy("Cleaning"),
    "sums_check": gettext_lazy("Recount of the sums"),
    "packs": gettext_lazy("Packs made"),
    "departures": gettext_lazy("Whole programmes as a file"),
}


@dataclass(frozen=True)
class Check:
    """One line: what was looked at, how it stands ("green", "amber", "red"), the finding, where it is put right."""

    name: str
    level: str
    words: str
    url: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing is to be done."""
        return self.level == "green"


def all_checks(now: Situation) -> list[Check]:
    """Every line, in the order of the page."""
    return [*parts(now), *messages(now), *jobs(now), *machine(now)]


def parts(now: Situation) -> Iterator[Check]:
    """Database, broker, workers and clock."""
    for part, (name, remedy) in PARTS.items():
        well = now.parts.get(part) == health.OK
        yield Check(str(name), "green" if well else "red", _("works") if well else str(remedy))
    silent = [name for name, at in now.workers.items() if now.at - at > health.SILENCE["worker"]]
    if silent and now.parts.get("worker") == health.OK:
        words = _(
            "%(names)s is silent; the others do its work. Look at its machine, or leave it: it is forgotten soon."
        )
        yield Check(_("Workers"), "amber", words % {"names": _(", ").join(silent)})
    crowded = max((now.queues or {}).values(), default=0)
    if crowded > CROWDED:
        words = _("%(n)s tasks wait. Start another worker; nothing is lost.")
        yield Check(_("Queues"), "amber", words % {"n": crowded})


def messages(now: Situation) -> Iterator[Check]:
    """Ways out, and what has not gone out for a reason that somebody can put right."""
    ways = reverse("pairing:channels")
    used = [channel for channel in now.channels if channel.enabled]
    down = [channel for channel in used if channel.down_since]
    for channel in down:
        words = _("Down since %(since)s: %(error)s Everybody is served by the next channel meanwhile.")
        words %= {"since": exact_words(channel.down_since), "error": _closed(channel.last_error)}
        yield Check(channel.title, "red", words, ways)
    if now.channels and not used:
        yield Check(_("Channels"), "amber", _("None is in use: reminders stand in the inbox only."), ways)
    elif not down:
        yield Check(_("Channels"), "green", _("work"))
    if not mail_leaves():
        words = _("No e-mail goes out: there is no mail server. Set EMAIL_URL to yours.")
        yield Check(_("E-mail"), "amber", words)
    people = sum(waiting.people for waiting in now.unsent if not cause_is_well(waiting, now))
    if people:
        words = _("The messages of %(n)s people wait for something that can be put right.") % {"n": people}
        yield Check(_("Unsent messages"), "amber", words, f"{reverse('operations')}#messages")
    if now.unreachable:
        words = _("%(n)s people have no address: they read in the inbox only. Enter their e-mail in the accounts.")
        yield Check(_("Addresses"), "amber", words % {"n": now.unreachable}, reverse("admin:accounts_user_changelist"))


def cause_is_well(waiting: Unsent, now: Situation) -> bool:
    """Whether it goes out by itself in the usual time."""
    if waiting.cause == Cause.NEW:
        return not in_message_hours(now) or now.at - waiting.oldest < LATE
    return waiting.cause not in (Cause.FAILED, Cause.CEILING)


def in_message_hours(now: Situation) -> bool:
    """Whether messages go out at this time of day."""
    first, last = settings.MESSAGE_HOURS
    return first <= f"{now.at.astimezone(SHANGHAI):%H:%M}" <= last


def remedy(waiting: Unsent, now: Situation) -> str:
    """Why it waits and what to do, in a sentence."""
    match waiting.cause:
        case Cause.NEW if in_message_hours(now):
            return _("A worker takes it within minutes; if not, look at worker and clock above.")
        case Cause.NEW:
            return _("It goes out within the message hours of the next working day; there is nothing to do.")
        case Cause.NEXT_DAY:
            return _("Today's message went out before it came up; it goes with the next one.")
        case Cause.SENDING:
            return _("A worker is sending it just now.")
        case Cause.CEILING:
            return _("The ceiling of the day is reached; it goes out tomorrow. Raise MESSAGE_CEILING if it is too low.")
        case Cause.QUIET:
            return _("The person's quiet hours; it goes out after them.")
    return _("The last attempt failed: %(error)s It is tried again by itself; correct the address or the channel.") % {
        "error": _closed(waiting.error)
    }


def _closed(words: str) -> str:
    """With a full stop, whether it had one or not."""
    return words.rstrip("。.") + _(".")


def jobs(now: Situation) -> Iterator[Check]:
    """The last run of each job, and whether backup and drill are fresh."""
    failed = {name: run for name, run in now.latest.items() if run.outcome == JobRun.Outcome.FAILED}
    for name, run in sorted(failed.items()):
        words = _("Failed on %(moment)s: %(why)s") % {"moment": exact_words(run.started_at), "why": result(run)}
        yield Check(job_name(name), "red", words)
    if not settings.BACKUP_KEEP:
        words = _("This system makes none (BACKUP_KEEP is 0). See that somebody else does.")
        yield Check(job_name("backup"), "amber", words)
        return
    if "backup" not in failed:
        yield _fresh(now, "backup", BACKUP_AGE, _("There is no backup yet; the worker makes one every night."))
    if "restore_drill" not in failed:
        yield _fresh(
            now, "restore_drill", DRILL_AGE, _("No backup has been proven yet; the worker does it every week.")
        )


def _fresh(now: Situation, name: str, most: timedelta, never: str) -> Check:
    done = now.done.get(name)
    if done is None:
        return Check(job_name(name), "amber", never)
    words = {"since": moment_words(done.ended_at, now.at), "what": done.words}
    if now.at - done.ended_at > most:
        return Check(job_name(name), "red", _("The last one is too old, %(since)s. See that a worker runs.") % words)
    return Check(job_name(name), "green", _("%(since)s: %(what)s") % words)


def machine(now: Situation) -> Iterator[Check]:
    """Disk and calendar."""
    share = now.free / now.total
    level = "red" if share < DISK_FULL else "amber" if share < DISK_LOW else "green"
    words = _("%(free)s of %(total)s free") % {"free": filesizeformat(now.free), "total": filesizeformat(now.total)}
    if level != "green":
        words += _("; make room, or backups and uploads will fail")
    yield Check(_("Disk"), level, words)
    words, level = _("the yearly notices are entered"), "green"
    if now.missing_years:
        words, level = (
            _("The notice on days off of %(years)s is not entered; Monday to Friday are counted until then."),
            "amber",
        )
        words %= {"years": _(", ").join(map(str, now.missing_years))}
    yield Check(_("Calendar of working days"), level, words, reverse("pairing:working_days_notice"))


def job_name(name: str) -> str:
    """The words for a job, else its code."""
    return str(JOBS.get(name, name))


def result(run: JobRun) -> str:
    """What came out of a run: its own words, else its counts."""
    if run.words:
        return run.words.removeprefix("CareError: ")
    labels = {
        "lapsed": _("lapsed"), "handed_over": _("handed over"), "planned": _("notices planned"), "sent": _("sent"),
        "job_runs": _("runs forgotten"), "workers": _("workers forgotten"),
        "packs": _("packs whose files were removed"), "packs_made": _("packs made"),
        "departures": _("whole programmes whose file was removed"),
        "departures_made": _("whole programmes as a file made"),
        "told": _("subscribers told"),
    }  # fmt: skip
    found = [f"{labels[name]} {n}" for name, n in run.details.items() if n and name in labels]
    return _(", ").join(found) or _("nothing to do")
