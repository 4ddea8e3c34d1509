"""What every page's frame needs: the navigation of the seat, the seats to choose from, the number of unread notices."""

from dataclasses import dataclass, replace
from functools import lru_cache

from django.urls import reverse
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from accounts.models.seat import ACTING_FOR_A_BRANCH, ADMINISTRATORS, GROUP
from pairing.models import Notice

MOST_UNREAD = 99  # more are shown as "99+", and are not counted


@dataclass(frozen=True)
class Entry:
    """One entry of the navigation."""

    label: str
    url_name: str
    icon: str


HOME = Entry(_("Home"), "pairing:home", "home")
PROBLEMS = Entry(_("Problems"), "pairing:problem_list", "problem")
AGREEMENTS = Entry(_("Agreements"), "pairing:agreement_list", "pair")
FOLLOW_UPS = Entry(_("Follow-ups"), "pairing:follow_ups", "visit")
REPORTS = Entry(_("Reports"), "reports:index", "chart")
ORGANISATIONS = Entry(_("Organisation"), "pairing:organisations", "tree")
RULES = Entry(pgettext_lazy("navigation", "Rules"), "pairing:rule_list", "rules")
WORKING_DAYS = Entry(_("Working days"), "pairing:working_days", "calendar")
CHANNELS = Entry(_("Channels"), "pairing:channels", "bell")
OPERATIONS = Entry(_("Operations"), "operations", "chart")
ADMINISTRATION = Entry(_("Administration"), "admin:index", "gear")

WORKING = (HOME, PROBLEMS, AGREEMENTS, REPORTS, ORGANISATIONS, RULES)
SUPERVISING = (HOME, FOLLOW_UPS, AGREEMENTS, PROBLEMS, REPORTS, ORGANISATIONS, RULES)
READING = (HOME, REPORTS, PROBLEMS, AGREEMENTS)
ADMINISTERING = (HOME, ADMINISTRATION)
KEEPING_THE_SYSTEM = (HOME, OPERATIONS, CHANNELS, WORKING_DAYS, ADMINISTRATION)


@dataclass(frozen=True)
class Link:
    """An entry with its address; `here` where the page lies in it."""

    label: str
    url: str
    icon: str
    here: bool = False


def entries_of(role):
    """The Entries of a role ("" for none): each sees only what it uses."""
    if role in ADMINISTRATORS:
        return KEEPING_THE_SYSTEM if role == Role.SYSADMIN else ADMINISTERING
    if role == Role.LEADER:
        return READING
    return SUPERVISING if role == Role.SUPERVISOR or role in GROUP else WORKING


@lru_cache
def _links(role, _language):
    """The navigation of a role with its words in the language that is active, made once."""
    return tuple(Link(str(entry.label), reverse(entry.url_name), entry.icon) for entry in entries_of(role))


class Frame:
    """The frame of a page for one request; nothing is read before a template asks."""

    def __init__(self, request):
        self.user = request.user
        seats = self.user.current_seats
        self.seat = getattr(request, "seat", None) or (seats[0] if seats else None)
        self.seats = seats
        self.path = request.path

    @cached_property
    def entries(self):
        """The navigation of the seat, as Links."""
        links = _links(self.seat.role if self.seat else "", get_language())
        here = max((link.url for link in links if self._within(link.url)), key=len, default=None)
        return tuple(replace(link, here=True) if link.url == here else link for link in links)

    def _within(self, url):
        return self.path == url or (url != "/" and self.path.startswith(url))

    @cached_property
    def title(self):
        """Of the seat acted in, "" without one."""
        return self.seat.title if self.seat else ""

    @property
    def files_problems(self):
        """Whether "file a problem" is offered."""
        return bool(self.seat) and self.seat.role in ACTING_FOR_A_BRANCH

    @property
    def shows_filing(self):
        """Whether the bar leads to the form, which it does not do on the form itself."""
        return self.files_problems and self.path != reverse("pairing:problem_new")

    @property
    def supervises(self):
        """Whether follow-ups are recorded here, and those kept on the device are sent."""
        return bool(self.seat) and self.seat.role == Role.SUPERVISOR

    @property
    def searches(self):
        """Administrators open no matters, so there is nothing for them to find."""
        return bool(self.seat) and self.seat.role not in ADMINISTRATORS

    @property
    def shows_search(self):
        """Whether the bar has a search: the page of the search has its own."""
        return self.searches and self.path != reverse("pairing:search")

    @property
    def has_inbox(self):
        """The system administrator has one too: it says what is wrong with the system."""
        return self.searches or (bool(self.seat) and self.seat.role == Role.SYSADMIN)

    @cached_property
    def unread(self):
        """The number of unread notices as text, "" for none, at most "99+"; one query, bounded."""
        count = Notice.objects.count_unread(self.user, MOST_UNREAD + 1)
        return f"{MOST_UNREAD}+" if count > MOST_UNREAD else str(count or "")


def frame(request):
    """Context processor: `frame` for who is signed in, else None."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"frame": None}
    return {"frame": SimpleLazyObject(lambda: Frame(request))}
