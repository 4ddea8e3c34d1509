"""Every page type and who meets it: the one table behind the tests of the pages, the screenshots and Lighthouse.

A row says how to find such a page in the demo world. `places` answers one address for each row and role and fails
where the demo world has none, so that no page type is left out unseen.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event, Organisation, Seat, User
from pairing import links, rules
from pairing.demo.company import ACCOUNTS
from pairing.enums import AgreementState, ProblemState
from pairing.models import Agreement, Channel, Meeting, Notice, Problem, Programme, RuleVersion
from pairing.views.questions import QUESTIONS
from pairing.views.steps import OWN_PAGES, step_url
from pairing.workflow.engine import WORKFLOWS, available, problems
from reports.models import IssuedTable, Pack, SavedQuestion

NOBODY = ("",)
BRANCH = ("secretary", "liaison", "partner")
GROUP = ("reviewer", "lead", "supervisor")
WORKING = (*BRANCH, *GROUP, "leader")
ADMINISTRATORS = ("sysadmin", "secadmin", "auditor")
ALL = (*WORKING, *ADMINISTRATORS)
SUBMIT = "main form [type=submit], main form button:not([type]):not([name=language])"  # the first one of the page
DRY_RUN = "/operations/dry-run/"
# Steps that no demo account can take on the day of the demo; their page is the generic one of the others.
UNSEEN = {"rewrite"}
HIDDEN = ("discarded",)  # states whose matters nobody sees
OF_THE_BRANCH = ("draft", "to_confirm")  # states of which only the branch knows

GUIDES = {  # guide -> an account that reads it
    "secretary": "secretary",
    "reviewer": "reviewer",
    "supervisor": "supervisor",
    "leader": "leader",
    "administrators": "secadmin",
    "installation": "sysadmin",
}
Find = Callable[[Seat | None], str | None]


@dataclass(frozen=True)
class PageType:
    """A row: its name, the accounts that meet it, how its address is found, what is pressed there before looking."""

    name: str
    accounts: tuple[str, ...]
    find: Find
    press: str = ""
    empty: str = ""  # a field that is emptied before


def at(address: str) -> Find:
    """The same address for everybody."""
    return lambda seat: address


def named(name: str, query: str = "", *args) -> Find:
    """The address of a URL name, with a query."""
    return lambda seat: reverse(name, args=args) + query


def first(queryset: Callable, name: str) -> Find:
    """The page of the first row of `queryset()`; its URL name takes the primary key."""

    def find(seat: Seat | None) -> str | None:
        row = queryset().first()
        return row and reverse(name, args=[row.pk])

    return find


def matter(model: type[Model], name: str, **filters) -> Find:
    """The page `name` of the newest problem or agreement that the seat's person sees."""

    def find(seat: Seat) -> str | None:
        row = model.objects.visible_to(seat.person).filter(**filters).order_by("-pk").first()
        return row and reverse(name, args=[row.pk])

    return find


def own_branch(name: str) -> Find:
    """The page `name` of the body that the seat acts for."""
    return lambda seat: reverse(name, args=[seat.organisation_id])


def step(model: type[Model], name: str) -> Find:
    """The page of a step that the seat may take: where nothing stands against it, if there is such a one."""

    def find(seat: Seat) -> str | None:
        transition = WORKFLOWS[model].transitions[name]
        rows = model.objects.visible_to(seat.person).filter(state__in=transition.sources).order_by("-pk")
        possible = [row for row in rows if name in available(row, seat)]
        free = (row for row in possible if not problems(row, name, seat=seat))
        row = next(free, possible[0] if possible else None)
        return row and step_url(row, name)

    return find


def linked(model: type[Model], name: str, account: str = "") -> Find:
    """The link of a message about a matter on which the seat may take the step; `account`: sent to somebody else."""

    def find(seat: Seat) -> str | None:
        page = step(model, name)(seat)
        if not page:
            return None
        pk = next(int(part) for part in page.split("/") if part.isdigit())
        person = User.objects.get(username=account) if account else seat.person
        kind = model._meta.model_name
        notice = Notice(person=person, object_type=kind, object_id=pk, planned_at=timezone.now())
        return reverse("pairing:link", args=[links.token(notice)])

    return find


def _pack_preview(seat: Seat) -> str:
    """The year of the article, which has figures of every kind."""
    programme = Programme.objects.filter(starts_on__year__lte=2021).first()
    return reverse("reports:pack_preview") + f"?programme={programme.pk}&period=year&first=2021-01-01"


def states() -> Iterator[PageType]:
    """The page of a matter in each state, as the working group sees it."""
    for kind, model, values in (
        ("problem", Problem, ProblemState.values),
        ("agreement", Agreement, AgreementState.values),
    ):
        for state in values:
            if state not in HIDDEN:
                who = "secretary" if state in OF_THE_BRANCH else "reviewer"
                yield PageType(f"{kind}-{state}", (who,), matter(model, f"pairing:{kind}", state=state))


def steps() -> Iterator[PageType]:
    """The page of each step without a page of its own, by the account that is named first here."""
    who = {
        Agreement: {
            "lead": ("correct", "refuse", "resume", "suspend", "terminate"),
            "supervisor": ("skip_follow_up", "urge"),
            "reviewer": ("grant_extension", "mute", "unmute"),
            "partner": ("recall",),
        },
        Problem: {
            "lead": ("correct",),
            "reviewer": ("refuse", "reopen", "resume", "write_off"),
        },
    }
    for model, table in who.items():
        account_of = {name: account for account, names in table.items() for name in names}
        kind = model._meta.model_name
        for name in sorted(generic_steps(model) - UNSEEN):
            yield PageType(f"step-{kind}-{name}", (account_of.get(name, "secretary"),), step(model, name))


def generic_steps(model: type[Model]) -> set[str]:
    """Steps that persons take at an address of a step: of several on one page the first."""
    by_itself = (rules.cascade_only, rules.clock)
    names = {name for name, row in WORKFLOWS[model].transitions.items() if row.who not in by_itself}
    kind = model._meta.model_name
    further = {name for name in names if (kind, name) in QUESTIONS and QUESTIONS[kind, name].steps[0] != name}
    return names - further - OWN_PAGES[kind].keys()


def _own_draft() -> Problem:
    return Problem.objects.filter(state=ProblemState.DRAFT)


def _of_others(seat: Seat) -> str | None:
    """A problem of which the seat's person sees four fields only."""
    seen = Problem.objects.visible_to(seat.person).values("pk")
    row = Problem.objects.market_for(seat.person).exclude(pk__in=seen).first()
    return row and reverse("pairing:problem", args=[row.pk])


def _branch() -> Organisation:
    return Organisation.objects.filter(code="TX-PSC")


def _rules():
    """The version with one before it, so that the page shows what it changed."""
    return RuleVersion.objects.filter(published_on__isnull=False).order_by("programme__starts_on", "-starts_on")


def _rules_draft():
    return RuleVersion.objects.filter(published_on__isnull=True)


def _meeting() -> Meeting:
    return Meeting.objects.filter(starts_at__gt=timezone.now(), branches_invited=True, cancelled_at=None)


def day_with_something(seat: Seat) -> str | None:
    """The day of the calendar on which the next running pair of the person is due."""
    row = Agreement.objects.visible_to(seat.person).filter(state="active").order_by("-due_on").first()
    return row and reverse("pairing:calendar_day", args=[row.due_on.year, row.due_on.month, row.due_on.day])


RUNNING_PAIR = matter(Agreement, "pairing:agreement", state="active")
TABLE = (
    PageType("login", NOBODY, named("accounts:login")),
    PageType("login-errors", NOBODY, named("accounts:login"), press=SUBMIT),
    PageType("password", ("secretary", "sysadmin"), named("accounts:password")),
    PageType("password-errors", ("secretary",), named("accounts:password"), press=SUBMIT),
    PageType("home", ALL, named("pairing:home")),
    PageType("problems", WORKING, named("pairing:problem_list")),
    PageType("problems-none", ("secretary",), named("pairing:problem_list", "?q=%E9%BE%98%E9%BE%98%E9%BE%98")),
    PageType("problems-market", BRANCH, named("pairing:problem_list", "?list=market")),
    PageType("problem-new", BRANCH, named("pairing:problem_new")),
    PageType("problem-errors", ("secretary",), named("pairing:problem_new"), press="main form .btn-primary"),
    PageType("problem-draft-form", BRANCH[:2], first(_own_draft, "pairing:problem_edit")),
    PageType("problem-file", ("secretary",), first(_own_draft, "pairing:problem_add_file")),
    PageType("problem-of-others", ("partner",), _of_others),
    PageType("search", ("secretary", "leader"), named("pairing:search", "?q=%E9%87%87%E8%B4%AD")),
    PageType("search-none", ("secretary",), named("pairing:search", "?q=%E9%BE%98%E9%BE%98%E9%BE%98")),
    PageType("agreements", WORKING, named("pairing:agreement_list")),
    PageType("agreement-new", ("secretary", "partner"), named("pairing:agreement_new")),
    PageType(
        "agreement-own", (*BRANCH, "leader", "supervisor"), matter(Agreement, "pairing:agreement", state="active")
    ),
    PageType("agreement-file", ("secretary",), matter(Agreement, "pairing:agreement_add_file", state="active")),
    PageType("draft-form", BRANCH[:2], matter(Agreement, "pairing:agreement_edit", state="draft")),
    PageType("invitation", ("secretary", "partner"), step(Agreement, "accept_invitation")),
    PageType("invitation-counter", ("secretary",), step(Agreement, "take_counter")),
    PageType("invitation-sent", ("secretary", "partner"), step(Agreement, "withdraw")),
    PageType("goals", BRANCH[:2], step(Agreement, "edit")),
    PageType("goals-returned", ("secretary",), matter(Agreement, "pairing:agreement_goals", state="returned")),
    PageType("review", ("reviewer", "lead"), matter(Agreement, "pairing:agreement_review", state="submitted")),
    PageType("sign", ("secretary",), step(Agreement, "sign")),
    PageType("text", ("secretary", "reviewer"), matter(Agreement, "pairing:agreement_text", state="active")),
    PageType("completion", BRANCH, step(Agreement, "propose_completion")),
    PageType("completion-confirm", ("secretary",), step(Agreement, "confirm_completion")),
    PageType("acceptance", ("reviewer",), step(Agreement, "accept")),
    PageType("follow-ups", ("supervisor", "lead"), named("pairing:follow_ups")),
    PageType("follow-ups-late", ("supervisor",), named("pairing:follow_ups", "?show=late")),
    PageType("call-sheet", ("supervisor",), matter(Agreement, "pairing:agreement_call_sheet", state="active")),
    PageType("call-sheets", ("supervisor",), named("pairing:follow_up_sheets")),
    PageType("follow-up", ("supervisor",), step(Agreement, "follow_up")),
    PageType("follow-up-any", ("supervisor",), named("pairing:follow_up_record")),
    PageType("found", ("supervisor", "secretary"), matter(Agreement, "pairing:agreement_found", state="active")),
    PageType(
        "found-errors", ("supervisor",), matter(Agreement, "pairing:agreement_found", state="active"), press=SUBMIT
    ),
    PageType("inbox", (*WORKING, "sysadmin"), named("pairing:inbox")),
    PageType("message-settings", ("secretary", "supervisor", "sysadmin"), named("pairing:message_settings")),
    PageType("channels", ("sysadmin",), named("pairing:channels")),
    PageType("channel-new", ("sysadmin",), named("pairing:channel_new")),
    PageType("channel-new-wecom", ("sysadmin",), named("pairing:channel_new", "?kind=wecom_app")),
    PageType("channel-errors", ("sysadmin",), named("pairing:channel_new", "?kind=feishu_robot"), press=SUBMIT),
    PageType("channel", ("sysadmin",), first(Channel.objects.all, "pairing:channel")),
    PageType("deliveries", ("sysadmin",), named("pairing:deliveries")),
    PageType("link", ("secretary", "partner"), linked(Agreement, "accept_invitation")),
    PageType("link-extension", ("reviewer",), linked(Agreement, "grant_extension")),
    PageType("link-completion", ("secretary",), linked(Agreement, "confirm_completion")),
    PageType("link-look-back", ("secretary",), linked(Problem, "look_back")),
    PageType("link-of-other", ("secretary",), linked(Agreement, "accept_invitation", "partner")),
    PageType("link-broken", ("secretary",), named("pairing:link", "", "broken")),
    PageType("calendar", WORKING, named("pairing:calendar")),
    PageType("calendar-month", ("secretary",), named("pairing:calendar_month", "", 2026, 10)),
    PageType("calendar-day", ("secretary", "supervisor"), day_with_something),
    PageType("meetings", ("secretary", "reviewer"), named("pairing:meeting_list")),
    PageType("meeting", ("reviewer", "secretary"), first(_meeting, "pairing:meeting")),
    PageType("meeting-new", ("reviewer",), named("pairing:meeting_new")),
    PageType("meeting-errors", ("reviewer",), named("pairing:meeting_new"), press="main form .btn-primary"),
    PageType("meeting-edit", ("reviewer",), first(_meeting, "pairing:meeting_edit")),
    PageType("meeting-cancel", ("reviewer",), first(_meeting, "pairing:meeting_cancel")),
    PageType("organisations", WORKING, named("pairing:organisations")),
    PageType("organisation", ("secretary", "reviewer"), first(_branch, "pairing:organisation")),
    PageType("help", ("secretary", "auditor"), named("help")),
    *(PageType(f"help-{name}", (account,), at(f"/help/{name}/")) for name, account in GUIDES.items()),
    PageType("rules", (*BRANCH[:1], "lead"), named("pairing:rule_list")),
    PageType("rules-version", ("secretary", "lead"), first(_rules, "pairing:rule_version")),
    PageType("rules-draft", ("lead",), first(_rules_draft, "pairing:rule_version")),
    PageType("rules-edit", ("lead",), first(_rules_draft, "pairing:rule_edit")),
    PageType(
        "rules-edit-errors",
        ("lead",),
        first(_rules_draft, "pairing:rule_edit"),
        press="[name=save]",
        empty="[name=title]",
    ),
    PageType("rules-trial", ("lead",), first(_rules_draft, "pairing:rule_trial")),
    PageType("rules-publish", ("lead",), first(_rules_draft, "pairing:rule_publish")),
    PageType("working-days", ("sysadmin", "reviewer"), named("pairing:working_days")),
    PageType("working-days-of", ("secretary",), named("pairing:working_days_of", "", 2025)),
    PageType("working-days-day-errors", ("sysadmin",), named("pairing:working_days"), press=".day-form .btn"),
    PageType("working-days-notice", ("sysadmin",), named("pairing:working_days_notice")),
    PageType("working-days-errors", ("sysadmin",), named("pairing:working_days_notice"), press=SUBMIT),
    PageType("reports", WORKING, named("reports:index")),
    PageType("reports-branch", ("secretary", "partner"), own_branch("reports:branch")),
    PageType("reports-branch-year", ("lead",), first(Organisation.objects.branches, "reports:branch")),
    PageType("reports-group", (*GROUP, "leader"), named("reports:group")),
    PageType("reports-burden", ("lead", "supervisor"), named("reports:burden")),
    PageType("reports-group-list", ("reviewer",), named("reports:group_list", "?what=unmatched")),
    PageType("reports-group-past", ("lead",), named("reports:group", "?as_of=2021-06-03")),
    PageType("network", ("leader", "secretary"), named("reports:network", "?as_of=2021-12-31")),
    PageType("network-year", ("leader",), named("reports:network", "?as_of=2021-12-31&year=2020")),
    PageType("network-pairs", ("leader",), named("reports:network_agreements", "?as_of=2021-12-31")),
    PageType("network-problems", ("leader",), named("reports:network_problems", "?as_of=2021-12-31")),
    PageType("network-branches", ("leader",), named("reports:network_branches", "?what=taking_part")),
    PageType("solved", WORKING, named("reports:solved", "?as_of=2021-06-03")),
    PageType("reports-saved", ("leader",), first(SavedQuestion.objects.all, "reports:saved")),
    PageType("summary", ("leader", "secretary"), named("reports:summary")),
    PageType("summary-months", ("leader",), named("reports:summary", "?group=month&year=2021&as_of=2021-06-03")),
    PageType("reports-problems", ("leader", "secretary"), named("reports:problems", "?as_of=2021-06-03")),
    PageType("reports-agreements", ("leader",), named("reports:agreements")),
    PageType("reports-leader", ("lead", "leader"), named("reports:leader")),
    PageType("reports-leader-past", ("leader",), named("reports:leader", "?as_of=2021-06-03")),
    PageType("reports-branches", ("leader",), named("reports:branches")),
    PageType("departures", ("lead",), named("reports:departures")),
    PageType("packs", ("leader",), named("reports:packs")),
    PageType("pack-preview", ("leader",), _pack_preview),
    PageType("pack", ("reviewer",), first(Pack.objects.all, "reports:pack")),
    PageType("issue", ("reviewer",), named("reports:issue", "?as_of=2021-06-03", "solved")),
    PageType("issued-list", ("leader", "secretary"), named("reports:issued_list")),
    PageType("issued", ("leader", "secretary"), first(IssuedTable.objects.all, "reports:issued")),
    PageType("issued-compare", ("leader",), first(IssuedTable.objects.all, "reports:issued_compare")),
    PageType("reports-wrong", ("leader",), named("reports:index", "?as_of=2026-02-32")),
    PageType("operations", ("sysadmin",), named("operations")),
    PageType("operations-dry-run", ("sysadmin",), named("operations"), press=f"[action='{DRY_RUN}'] button"),
    PageType("admin", ADMINISTRATORS, named("admin:index")),
    PageType("admin-people", ("sysadmin",), named("admin:accounts_user_changelist")),
    PageType("admin-person", ("sysadmin",), first(User.objects.all, "admin:accounts_user_change")),
    PageType("admin-person-new", ("sysadmin",), named("admin:accounts_user_add")),
    PageType("admin-person-errors", ("sysadmin",), named("admin:accounts_user_add"), press="[name=_save]"),
    PageType("admin-organisations", ("sysadmin",), named("admin:accounts_organisation_changelist")),
    PageType("admin-organisation", ("sysadmin",), first(_branch, "admin:accounts_organisation_change")),
    PageType("admin-links", ("sysadmin",), named("admin:accounts_unitlink_changelist")),
    PageType("admin-posts", ("sysadmin",), named("admin:accounts_post_changelist")),
    PageType("admin-seats", ("secadmin",), named("admin:accounts_seat_changelist")),
    PageType("admin-seat", ("secadmin",), first(Seat.objects.all, "admin:accounts_seat_change")),
    PageType("admin-seat-new", ("secadmin",), named("admin:accounts_seat_add")),
    PageType("admin-failed", ("secadmin",), named("admin:accounts_failedlogin_changelist")),
    PageType("admin-log", ("auditor",), named("admin:accounts_event_changelist")),
    PageType("admin-event", ("auditor",), first(Event.objects.all, "admin:accounts_event_change")),
    PageType("not-found", ("secretary",), at("/nowhere/")),
    PageType("not-allowed", ("leader",), named("pairing:problem_new")),
)


def types() -> list[PageType]:
    """All rows: those of TABLE, a page per state, a page per step."""
    return [*TABLE, *states(), *steps()]


def places() -> list[dict[str, str]]:
    """Each row and account with its address in the demo world: the fields of config.quality.site.Place."""
    seats = {user.username: user.current_seats[0] for user in User.objects.filter(username__in=ACCOUNTS)}
    found = [(row, account, row.find(seats.get(account))) for row in types() for account in row.accounts]
    if missing := [f"{row.name} for {account}" for row, account, path in found if not path]:
        raise LookupError(f"The demo world has no page: {', '.join(missing)}")
    return [
        {"name": row.name, "role": account, "path": path, "press": row.press, "empty": row.empty}
        for row, account, path in found
    ]
