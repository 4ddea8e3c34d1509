"""Planning: what is due is a query over stored dates, never "today equals" (domain.md §5).

Each plan_* function answers unsaved Notices; `plan` inserts them all, and the unique key makes a second round, or a
second worker, change nothing. Of several missed reminder steps of one due date only the latest is planned.
"""

from datetime import timedelta
from itertools import chain

from django.db import transaction
from django.utils import timezone

from accounts.models import Event, Role
from pairing import deadlines
from pairing.enums import AgreementState as A
from pairing.enums import ProblemState as P
from pairing.enums import Turn
from pairing.models import Agreement, FollowUp, Notice, PlanMark, Problem, working_days
from pairing.notices.audience import Audience

WAITING_AGREEMENTS = (A.INVITED, A.COUNTERED, A.SUBMITTED, A.RETURNED, A.SIGNING, A.ACTIVE, A.ACCEPTANCE)
WAITING_PROBLEMS = (P.TO_CONFIRM, P.IN_PAIRING, P.DONE)
TOLD = frozenset({
    "decline_invitation", "withdraw", "lapse", "leave", "refuse", "ask_extension", "grant_extension",
    "refuse_extension", "suspend", "resume", "terminate", "object_termination", "urge", "decline_to_sign",
    "recall_signing", "send_back", "accept", "explain", "not_ours", "reject_claim", "park", "reopen", "hand_over",
})  # fmt: skip
BATCH = 1000
NEWS_DAYS = 10  # what happened longer ago than this is history when it is typed in, not news


def plan(now=None):
    """Plan everything that is due at `now` (aware, default now); answers how many Notices are new."""
    now = now or timezone.now()
    before = Notice.objects.count()
    with transaction.atomic():
        mark, _created = PlanMark.objects.get_or_create(pk=1)
        mark = PlanMark.objects.select_for_update().get(pk=mark.pk)
        audience = Audience(deadlines.day_of(now))
        planned = chain(
            plan_waiting(now, audience),
            plan_due_dates(now, audience),
            plan_silence(now, audience),
            plan_follow_ups(now, audience),
            plan_news(now, audience, mark),
        )
        Notice.objects.bulk_create(planned, ignore_conflicts=True, batch_size=BATCH)
        mark.save()
    return Notice.objects.count() - before


def _notices(persons, matter, step, occasion, now, *, level="", details=None):
    """One Notice per person about `matter`; all of them are told the same."""
    details = {"label": str(matter), **(details or {})}
    for person in sorted(persons):
        yield Notice(
            person_id=person, object_type=matter._meta.model_name, object_id=matter.pk, step=step, level=level,
            occasion=str(occasion)[:40], planned_at=now, details=details,
        )  # fmt: skip


def plan_waiting(now, audience):
    """ "Waiting for you": invitations, reviews, signatures, acceptance and whatever else is somebody's turn."""
    for model, states in ((Agreement, WAITING_AGREEMENTS), (Problem, WAITING_PROBLEMS)):
        matters = model.objects.filter(state__in=states).exclude(turn=Turn.NOBODY).select_related("programme")
        for matter in matters.iterator(BATCH):
            if matter.turn == Turn.BRANCHES:
                persons = audience.secretaries(matter.turn_of)
            else:
                persons = audience.committee(matter, Role.LEAD if matter.turn == Turn.LEAD else Role.REVIEWER)
                persons = persons or audience.committee(matter, Role.LEAD)
            occasion = f"{matter.state} {matter.state_since:%Y-%m-%dT%H:%M:%S%z}"
            yield from _notices(persons, matter, f"waiting_{matter.turn}", occasion, now, details=_state(matter))
            if matter.turn == Turn.BRANCHES and not all(audience.secretaries([pk]) for pk in matter.turn_of):
                above = audience.committee(matter, Role.SUPERVISOR, Role.LEAD)  # a vacant seat escalates
                yield from _notices(above, matter, "vacant_seat", occasion, now, details=_state(matter))


def plan_due_dates(now, audience):
    """The ladder before and after the due date of running pairs; silent while suspended or a decision is pending."""
    today, calendar = deadlines.day_of(now), working_days()
    horizon = today + timedelta(days=60)
    running = Agreement.objects.filter(state=A.ACTIVE, decision_pending=False, due_on__lte=horizon)
    for agreement in running.select_related("programme", "rule_version").prefetch_related("parties").iterator(BATCH):
        due = agreement.due_on + timedelta(days=agreement.stopped_days)
        rules = agreement.rules(today)
        late = today > due
        if late:
            steps = deadlines.after_steps(due, rules.remind_after, today, calendar)
        else:
            steps = deadlines.before_steps(due, rules.remind_before, calendar)
        reached = [step for step, day in steps if day <= today]
        if reached:
            yield from _due_step(agreement, due, reached[-1], late, now, audience)
        if late:
            yield from _escalation(agreement, due, rules, now, audience, calendar)


def _due_step(agreement, due, step, late, now, audience):
    """Before the day and on days 1, 3, 7 after it the secretaries hear; then weekly the supervisor alone."""
    if "week" in step:
        persons = audience.committee(agreement, Role.SUPERVISOR)
    else:
        persons = audience.secretaries(p.organisation_id for p in agreement.parties.all() if p.left_on is None)
    level = "red" if late else "blue"
    yield from _notices(persons, agreement, step, due, now, level=level, details={"due_on": due})


def _escalation(agreement, due, rules, now, audience, calendar):
    """The supervisor joins after `escalate_after` working days late, the lead after twice as many."""
    days = deadlines.working_days_between(due, deadlines.day_of(now), calendar)
    for role, factor in ((Role.SUPERVISOR, 1), (Role.LEAD, 2)):
        if days >= rules.escalate_after * factor:
            persons = audience.committee(agreement, role)
            yield from _notices(
                persons, agreement, f"late_{role}", due, now, level="red", details={"due_on": due}
            )  # fmt: skip


def plan_silence(now, audience):
    """The group is told of an invitation unanswered after 5 and a problem unconfirmed after 5 working days."""
    today, calendar = deadlines.day_of(now), working_days()
    for model, state, days in ((Agreement, A.INVITED, "invitation_notice"), (Problem, P.TO_CONFIRM, "confirm_notice")):
        since = now - timedelta(days=1)
        for matter in model.objects.filter(state=state, state_since__lte=since).select_related("programme"):
            if deadlines.ran_out(matter.state_since, getattr(matter.rules(today), days), calendar, today):
                occasion = f"{matter.state_since:%Y-%m-%dT%H:%M:%S%z}"
                persons = audience.committee(matter, Role.REVIEWER) or audience.committee(matter, Role.LEAD)
                yield from _notices(persons, matter, f"silent_{state}", occasion, now, details=_state(matter))


def plan_follow_ups(now, audience):
    """Planned follow-ups whose day has come, to the supervisors."""
    today = deadlines.day_of(now)
    due = FollowUp.objects.filter(
        planned_on__lte=today, done_on__isnull=True, skipped_on__isnull=True, agreement__state=A.ACTIVE
    )
    latest = {row.agreement_id: row for row in due.select_related("agreement__programme").order_by("planned_on")}
    for row in latest.values():
        persons = audience.committee(row.agreement, Role.SUPERVISOR)
        details = {"planned_on": row.planned_on}
        yield from _notices(persons, row.agreement, "follow_up_due", row.planned_on, now, details=details)


def plan_news(now, audience, mark):
    """What the record says since the last round, to the parties or owners other than the one who acted."""
    since = now - timedelta(days=NEWS_DAYS)
    events = Event.objects.filter(pk__gt=mark.event_id - BATCH, happened_at__range=(since, now)).order_by("pk")
    for event in events.iterator(BATCH):
        mark.event_id = max(mark.event_id, event.pk)
        if event.action not in TOLD or event.cause_id:
            continue
        model = {"agreement": Agreement, "problem": Problem}.get(event.object_type)
        matter = model and model.objects.filter(pk=event.object_id).first()
        if matter is not None:
            persons = audience.secretaries(matter.viewers) - {event.person_id}
            details = {"action": event.action, "by": event.person_name, "seat": event.seat_title, "note": event.note}
            yield from _notices(persons, matter, f"news_{event.action}"[:40], event.pk, now, details=details)


def _state(matter):
    return {"state": matter.state, "since": matter.turn_since}
