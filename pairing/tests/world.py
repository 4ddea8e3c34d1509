"""Hand-made worlds for tests: plain functions, no surprises. Everything goes through the front door (perform)."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import Role, Seat
from pairing.deadlines import SHANGHAI
from pairing.models import Agreement, CalendarYear, Category, Problem, Programme, RuleVersion
from pairing.models.calendar import forget_calendar
from pairing.services import save_agreement_draft, save_problem_draft
from pairing.workflow.contract import current_digest
from pairing.workflow.engine import perform


def moment(day, hour=10):
    """An aware datetime on `day` (a date or "2026-05-04") in Shanghai."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(day, time(hour), SHANGHAI)


def know_the_years():
    """The working days of every year near today are known: no administrator is told that one is missing."""
    CalendarYear.objects.bulk_create((CalendarYear(year=year) for year in range(2020, 2040)), ignore_conflicts=True)
    forget_calendar()


def create_programme(committee, name="结对共建", starts_on=date(2020, 1, 1), **parameters):
    """A programme with one published rule version in force from its start."""
    programme = Programme.objects.create(name=name, committee=committee, starts_on=starts_on)
    create_rules(programme, starts_on, **parameters)
    return programme


def create_rules(programme, starts_on, title="规定", **parameters):
    return RuleVersion.objects.create(
        programme=programme, title=title, starts_on=starts_on, published_on=starts_on, **parameters
    )


def create_category(name="质量安全", kind="business"):
    return Category.objects.get_or_create(name=name, parent=None, defaults={"kind": kind})[0]


def seat_of(organisation, role=Role.SECRETARY):
    """The seat of `role` at `organisation`."""
    return Seat.objects.for_header().get(organisation=organisation, role=role)


def create_draft(programme, seat, title="焊接缺陷率偏高", at=None, **columns):
    columns.setdefault("category", create_category())
    return save_problem_draft(Problem(programme=programme), seat=seat, at=at, title=title, **columns)


def create_problem(programme, seat, title="焊接缺陷率偏高", at=None, **columns):
    """A filed problem: open, or to_confirm when filed on behalf of another owner."""
    problem = create_draft(programme, seat, title, at, **columns)
    perform("file", problem, seat=seat, at=at)
    return problem


def create_agreement(programme, seat, partners, problems, at=None, aim="降低焊接缺陷率"):
    """A draft of `seat`'s branch with `partners` (organisations) about `problems`."""
    rows = [{"organisation": partner} for partner in partners]
    return save_agreement_draft(
        Agreement(programme=programme), seat=seat, partners=rows, problems=problems, at=at, aim=aim
    )


def goal_rows(agreement, day=None):
    """One complete goal per listed problem, dated `day` (default: a month after the last event)."""
    day = day or timezone.localdate(agreement.last_event_at) + timedelta(days=30)
    owners = {party.pk: {"name": "责任人", "post": "工程师"} for party in agreement.present_parties}
    return [
        {
            "text": f"解决{episode.problem.title}", "measure": "每周联合检查一次", "criterion": "缺陷率降到2%以下",
            "date": day, "owners": owners, "problems": [episode.problem_id],
        }
        for episode in agreement.listed()
    ]  # fmt: skip


def secretaries(agreement):
    return [seat_of(party.organisation) for party in agreement.present_parties]


PATH = ("draft", "invited", "drafting", "submitted", "signing", "active", "acceptance", "closed")


def bring_to(state, agreement, *, reviewer=None, at=None, effects="缺陷率由5%降到1.6%"):
    """Take a draft agreement along the main path up to `state`; all on the moment `at` (default now)."""
    for step in PATH[PATH.index(agreement.state) + 1 : PATH.index(state) + 1]:
        STEPS[step](agreement, reviewer=reviewer, at=at, effects=effects)
    assert agreement.state == state
    return agreement


def _invite(agreement, at, **_):
    perform("invite", agreement, seat=seat_of(agreement.initiator.organisation), at=at)


def _accept(agreement, at, **_):
    for party in agreement.present_parties[1:]:
        perform("accept_invitation", agreement, seat=seat_of(party.organisation), at=at)


def _submit(agreement, at, **_):
    first, *_rest = secretaries(agreement)
    perform("edit", agreement, seat=first, at=at, version=agreement.text_version, goals=goal_rows(agreement))
    confirm_all(agreement, at)
    perform("submit", agreement, seat=first, at=at)


def confirm_all(agreement, at=None):
    for seat in secretaries(agreement):
        perform("confirm_goals", agreement, seat=seat, at=at, digest=current_digest(agreement))


def pass_all(agreement):
    return {goal.pk: {"verdict": "pass"} for goal in agreement.goals.all()}


def _approve(agreement, reviewer, at, **_):
    perform("opine", agreement, seat=reviewer, at=at, goals=pass_all(agreement))


def _sign(agreement, at, **_):
    for seat in secretaries(agreement):
        perform("sign", agreement, seat=seat, at=at, digest=agreement.text_digest)


def results(agreement, result="done", effect="缺陷率由5%降到1.6%"):
    """The data of propose_completion with the same result for all."""
    return {
        "goals": {goal.pk: result for goal in agreement.goals.all()},
        "problems": {
            episode.problem_id: {"result": result, "effect": effect if result == "done" else ""}
            for episode in agreement.episodes.held()
        },
    }


def _complete(agreement, at, effects, **_):
    first, *others = secretaries(agreement)
    perform("propose_completion", agreement, seat=first, at=at, **results(agreement, effect=effects))
    for seat in others:
        perform("confirm_completion", agreement, seat=seat, at=at, digest=agreement.completion_digest)


def _close(agreement, reviewer, at, **_):
    perform("accept", agreement, seat=reviewer, at=at)


STEPS = {
    "invited": _invite,
    "drafting": _accept,
    "submitted": _submit,
    "signing": _approve,
    "active": _sign,
    "acceptance": _complete,
    "closed": _close,
}
