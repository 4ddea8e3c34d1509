"""The operations page of the system administrator, and the dry run of tonight's round."""

from collections import Counter
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, transaction
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import JobRun, Role
from config import health
from config.operations import checks
from config.operations.situation import Situation, read
from pairing import notices
from pairing.deadlines import next_working_day
from pairing.models import working_days
from pairing.notices.kinds import LEVEL_WORDS

PATIENCE = 20  # seconds for a dry run on the page
LEVELS = LEVEL_WORDS | {"": gettext_lazy("No level")}  # of a notice -> its word
QUEUES = {"interactive": gettext_lazy("what somebody waits for"), "bulk": gettext_lazy("everything else")}
KINDS = {
    "waiting": gettext_lazy("Somebody has to act"),
    "overdue": gettext_lazy("Overdue pairs"),
    "reminder": gettext_lazy("Reminders before a due date"),
    "follow_up": gettext_lazy("Follow-ups and look-backs"),
    "news": gettext_lazy("News of a matter"),
    "market": gettext_lazy("Problems without a partner"),
    "system": gettext_lazy("The system itself"),
}


def _of_system_administrators(request) -> None:
    if request.seat is None or request.seat.role != Role.SYSADMIN:
        raise PermissionDenied(_("Operations are looked after by the system administrator."))


@require_safe
def page(request):
    """How everything stands, read anew at every call."""
    _of_system_administrators(request)
    return render(request, "operations/page.html", _context(read()))


def _context(now: Situation) -> dict:
    found = checks.all_checks(now)
    return {
        "now": now,
        "wrong": [check for check in found if not check.well],
        "right": [check for check in found if check.well],
        "unsent": [(row, checks.remedy(row, now), checks.cause_is_well(row, now)) for row in now.unsent],
        "jobs": [
            {
                "name": checks.job_name(name),
                "run": run,
                "level": _level(run),
                "result": checks.result(run),
                "took": _took(run),
            }
            for name, run in sorted(
                now.latest.items(), key=lambda item: list(checks.JOBS).index(item[0]) if item[0] in checks.JOBS else 99
            )
        ],
        "workers": [(name, at, now.at - at <= health.SILENCE["worker"]) for name, at in now.workers.items()],
        "queues": [(QUEUES.get(name, name), n) for name, n in (now.queues or {}).items()],
    }


def _level(run: JobRun) -> str:
    return {JobRun.Outcome.DONE: "green", JobRun.Outcome.FAILED: "red"}.get(run.outcome, "blue")


def _took(run: JobRun) -> str:
    if run.ended_at is None:
        return ""
    seconds = (run.ended_at - run.started_at).total_seconds()
    if seconds >= 60:
        return _("%(minutes)s min %(seconds)s s") % {"minutes": int(seconds // 60), "seconds": int(seconds % 60)}
    return _("%(seconds)s s") % {"seconds": f"{seconds:.1f}"}


@require_POST
def dry_run(request):
    """What the next round would send, in numbers only: administrators see no business."""
    _of_system_administrators(request)
    day = next_working_day(timezone.localdate() + timedelta(days=1), working_days())
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{PATIENCE}s"])
            messages = notices.simulate(day, day)
    except OperationalError:
        return render(
            request,
            "operations/dry_run.html",
            {"day": day, "patience": PATIENCE, "command": "manage.py supervise --dry-run"},
        )
    items = Counter((notices.kind_of(item.step), item.level) for message in messages for item in message.items)
    rows = [
        {"kind": words_of_kind, "cells": [(word, items[kind, level]) for level, word in LEVELS.items()]}
        for kind, words_of_kind in KINDS.items()
        if any(items[kind, level] for level in LEVELS)
    ]
    for row in rows:
        row["sum"] = sum(n for _word, n in row["cells"])
    context = {"day": day, "rows": rows, "levels": LEVELS.values(), "n": items.total(), "people": len(messages)}
    return render(request, "operations/dry_run.html", context)
