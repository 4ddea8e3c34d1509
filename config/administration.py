"""The home page of the three administrators: a page of checks that is green or says what to do."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.models import Event, FailedLogIn, Kind, Organisation, Role, Seat, User
from config.operations import checks, situation
from config.operations.checks import Check
from pairing.models import Programme

SOON = timedelta(days=30)  # seats that end within it are named
FEW = 5  # names in a sentence; the rest is counted


@require_safe
def home(request):
    """For a seat of an administrator; config.start sends nobody else here."""
    lists = {Role.SYSADMIN: _of_the_system, Role.SECADMIN: _of_seats, Role.AUDITOR: _of_the_record}
    found = lists[request.seat.role](timezone.localdate())
    context = {"role": request.seat.role, "checks": found, "well": all(check.well for check in found)}
    return render(request, "accounts/administration.html", context)


def _of_the_system(today):
    """What the operations page has to put right, else that all is well there; accounts that can do nothing."""
    wrong = [check for check in checks.all_checks(situation.read()) if not check.well]
    found = wrong or [Check(_("Operations"), "green", _("services, messages, jobs and backups are in order"))]
    held = Seat.objects.on(today).filter(person=OuterRef("pk"))
    idle = User.objects.filter(~Exists(held), is_active=True).order_by("pk")
    people = reverse("admin:accounts_user_changelist")
    return [*found, _named(_("Accounts without a seat"), idle, people, _("every account has a seat"))]


def _of_seats(today):
    """Branches without a secretary, programmes without a working group, seats that end, locked accounts."""
    seats = reverse("admin:accounts_seat_changelist")
    vacant = _without(Role.SECRETARY, Organisation.objects.existing_on(today).filter(kind=Kind.PARTY_BRANCH), today)
    committees = Organisation.objects.filter(pk__in=Programme.objects.values("committee"))
    ending = (
        Seat.objects.on(today).filter(to_on__lte=today + SOON).order_by("to_on").for_header().select_related("person")
    )
    locked = FailedLogIn.objects.order_by("-attempt_time")
    return [
        _named(_("Branches without a secretary"), vacant, seats, _("every branch has a secretary")),
        *(
            _named(name, _without(role, committees, today), seats, _("appointed in every programme"))
            for role, name in (
                (Role.LEAD, _("Lead of the working group")),
                (Role.REVIEWER, _("Members of the working group")),
                (Role.SUPERVISOR, _("Supervisor")),
            )
        ),
        _named(_("Seats that end within 30 days"), ending, seats, _("none")),
        _named(_("Failed log-ins"), locked, reverse("admin:accounts_failedlogin_changelist"), _("none")),
    ]


def _without(role, organisations, today):
    """Those in which nobody holds the role today."""
    held = Seat.objects.on(today).filter(role=role, organisation=OuterRef("pk"), matter="")
    return organisations.filter(~Exists(held)).order_by("order", "code")


def _of_the_record(today):
    """What happened today, each with its place in the record, filtered alike; nothing here is wrong by itself."""
    log = reverse("admin:accounts_event_changelist")
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    names = {
        "log_in": _("Log-ins today, failed ones included"),
        "log_in_failed": _("Failed log-ins today"),
        "export": _("Exports today"),
        "added": _("Accounts and seats added today"),
        "changed": _("Accounts and seats changed today"),
    }
    found = []
    for action, name in names.items():
        n = Event.objects.filter(action__icontains=action, happened_at__gte=midnight).count()
        words = ngettext("%(n)s entry", "%(n)s entries", n) % {"n": n}
        found.append(Check(name, "green", words, f"{log}?did={action}&from_day={today}"))
    return found


def _named(name, rows, url, well):
    """A Check that names the first of `rows` and counts the rest; `well`: the words where there is none."""
    first = list(rows[: FEW + 1])
    if not first:
        return Check(name, "green", well)
    words = _(", ").join(str(row) for row in first[:FEW])
    if len(first) > FEW:
        words = _("%(names)s and others, %(n)s in all") % {"names": words, "n": rows.count()}
    return Check(name, "amber", words, url)
