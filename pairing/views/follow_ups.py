"""督办: the board of the week, its red list, and the whole list behind each figure."""

from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.models.seat import GROUP
from pairing import words
from pairing.enums import AgreementState
from pairing.models import Reason
from pairing.views.board import (
    DELAYS,
    LATE,
    MOST_COUNTED,
    NEVER,
    PLANNED,
    TO_VISIT,
    UNCOUNTED,
    WEEK,
    Board,
    chosen,
    counted,
    pairs_with,
    programmes_of,
    with_parties,
)
from pairing.views.list_exports import CHUNK, ENTRIES, VISITS, export, export_urls, wants_export
from pairing.views.lists import count_words, page_asked
from pairing.views.proposals import delay_entry, late_entry, record_url, unmatched_entry
from pairing.views.steps import step_url

SEES_BOARD = (Role.SUPERVISOR, *GROUP)
REST = "rest"  # of the week: what is only planned
FEW = 5  # lines of a list below the week's
UNMATCHED = "unmatched"
RED = (LATE, DELAYS, UNMATCHED)  # the lists that the red list shows the beginning of
TITLES = {
    WEEK: _l("With a reason for a visit"),
    LATE: _l("Overdue pairs"),
    NEVER: _l("Never visited"),
    PLANNED: _l("Planned for this week"),
    DELAYS: _l("Waiting longer than allowed"),
    UNMATCHED: _l("Problems without a partner"),
}
GRAVE = {Reason.LATE: ("red", "■"), Reason.BEHIND: ("amber", "▲"), Reason.GAP: ("amber", "▲")}
MISSED = ("amber", "▲")
OTHER = ("grey", "●")


@dataclass
class Line:
    """A pair to visit: its reasons [(level, shape, words)], and what the seat can do: addresses or ""."""

    pair: object
    reasons: list = field(default_factory=list)
    record: str = ""
    skip: str = ""
    urge: str = ""
    planned_on: date | None = None  # the visit of this week, where its day has not passed

    @property
    def late(self):
        """Its reasons say it already."""
        return any(level == "red" for level, _shape, _words in self.reasons)


@require_safe
def follow_ups(request):
    """The board; ?show= opens one of its lists in full."""
    board, frame = _board(request)
    shown = request.GET.get("show", "")
    if shown in TITLES:
        return _whole_list(request, board, frame, shown)
    late, never, planned = board.late(), board.never_visited(), board.planned()
    found = chosen(
        **_parts_of_the_week(board, counted(board.to_visit(), board.planned_only())),
        late=(late, FEW, counted(late)), never=(never, FEW, counted(never)),
        planned=(planned, TO_VISIT, counted(planned)),
    )  # fmt: skip
    found[WEEK] = _joined(found)
    pairs = pairs_with({pk for ids, _all in found.values() for pk in ids}, board.today)
    delays, problems = board.first_delays(FEW), _bounded(board.unmatched())
    with_parties([*pairs.values(), *delays[0]])
    lists = {name: [pairs[pk] for pk in ids if pk in pairs] for name, (ids, _all) in found.items()}
    own = [pair for pair in delays[0] if pair.pk not in found[LATE][0]]
    totals = {name: of_all for name, (_ids, of_all) in found.items()} | {DELAYS: delays[1], UNMATCHED: problems[1]}
    context = {
        "week": [line_of(pair, request.seat, board.today) for pair in lists[WEEK]],
        "red_list": [_entry(obj, request.seat, board.today) for obj in [*lists[LATE], *own, *problems[0]]],
        "never": lists[NEVER], "planned": lists[PLANNED],
        "counts": [(name, TITLES[name], _figure(totals[name])) for name in TITLES],
        "more": [(name, TITLES[name], _figure(totals[name])) for name in RED if totals[name] > FEW],
    }  # fmt: skip
    return render(request, "pairing/follow_ups.html", context | frame)


def _figure(number):
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else number


def week_of(request):
    """The Lines of the week for the supervisor's home: the same as on the board; four queries."""
    today = timezone.localdate()
    board = Board(request.user, programmes_of(request.user, request.seat), today)
    ids, _none = _joined(chosen(**_parts_of_the_week(board, UNCOUNTED)))
    pairs = pairs_with(ids, today)
    with_parties(pairs.values())
    return [line_of(pairs[pk], request.seat, today) for pk in ids if pk in pairs]


def _parts_of_the_week(board, of_all):
    return {WEEK: (board.to_visit(), TO_VISIT, of_all), REST: (board.planned_only(), TO_VISIT, of_all)}


def _joined(found):
    """Pairs with a reason by risk, then what is only planned: at most a week's work, and the number of all."""
    (reasoned, of_all), (rest, same) = found[WEEK], found.pop(REST)
    return [*reasoned, *rest][:TO_VISIT], of_all or same


def _board(request):
    """The Board of the seat with what the address asks for, and what every page of it shows."""
    if request.seat is None or request.seat.role not in SEES_BOARD:
        raise PermissionDenied(_("The board of follow-ups is for supervisors and the working group."))
    programmes = programmes_of(request.user, request.seat)
    asked = request.GET.get("programme", "")
    chosen_ones = [one for one in programmes if str(one.pk) == asked]
    mine = "mine" in request.GET
    today = timezone.localdate()
    board = Board(request.user, chosen_ones or programmes, today, mine=mine)
    supervises = request.seat.role == Role.SUPERVISOR
    return board, {
        "programmes": programmes if len(programmes) > 1 else (), "programme": next(iter(chosen_ones), None),
        "mine": mine, "today": today, "supervises": supervises,
    }  # fmt: skip


def _bounded(rows):
    """(the first FEW rows, number of all)."""
    rows = list(rows.annotate(of_all=counted(rows))[:FEW])
    return rows, rows[0].of_all if rows else 0


def _entry(obj, seat, today):
    if obj._meta.model_name == "problem":
        return unmatched_entry(obj, seat, today)
    return delay_entry(obj, seat, today) if hasattr(obj, "waits_since") else late_entry(obj, seat, today)


def line_of(pair, seat, today):
    """The Line of a pair that board.pairs_with has read."""
    known = words.reason_words(pair.standing, pair, today) if hasattr(pair, "standing") else ()  # none: signed today
    reasons = [(*GRAVE.get(reason, OTHER), text) for reason, text in known]
    if pair.visit_on and pair.state == AgreementState.ACTIVE:
        reasons.append(_planned(pair.visit_on, today))
    ahead = pair.visit_on if pair.visit_on and pair.visit_on >= today else None
    return _with_ways(Line(pair, reasons, planned_on=ahead), seat, today)


def _planned(day, today):
    """The reason that a visit is planned, for a day of this week or for one that has passed."""
    if day < today:
        return (*MISSED, _("planned for %(day)s, not made yet") % {"day": words.day_words(day)})
    return (*OTHER, _("a visit is planned for this week"))


def _with_ways(line, seat, today):
    pair = line.pair
    if seat.role == Role.SUPERVISOR and pair.state == AgreementState.ACTIVE:
        line.record = record_url(pair)
        line.urge = "" if _urged_lately(pair, today) else step_url(pair, "urge", next=reverse("pairing:follow_ups"))
        skip = {"follow_up": pair.visit_id, "next": reverse("pairing:follow_ups")}
        line.skip = step_url(pair, "skip_follow_up", **skip) if pair.visit_id else ""
    return line


def _urged_lately(pair, today):
    days = (pair.rule_version or pair.rules(today)).urge_every_days
    return pair.urged_at is not None and (today - timezone.localdate(pair.urged_at)).days < days


def _whole_list(request, board, frame, shown):
    """One list in full: as many rows as its figure says."""
    rows = {
        WEEK: board.week, LATE: board.late, NEVER: board.never_visited, PLANNED: board.planned,
        DELAYS: board.delays, UNMATCHED: board.unmatched,
    }[shown]()  # fmt: skip
    as_lines = shown in (WEEK, NEVER, PLANNED)
    if wants_export(request):
        return export(
            request, name=f"follow-ups-{shown}", title=str(TITLES[shown]), columns=VISITS if as_lines else ENTRIES,
            rows=_all_lines(request.seat, board, rows, shown), count=rows.order_by().count(),
        )  # fmt: skip
    page = page_asked(request, rows)
    lines = _lines(request.seat, board, page.object_list, shown)
    context = {"page": page, "count": count_words(page), "title": TITLES[shown], "lines": lines, "as_lines": as_lines,
        "exports": export_urls(request),
    }  # fmt: skip
    return render(request, "pairing/follow_ups_list.html", context | frame)


def _lines(seat, board, rows, shown):
    """Some rows of a whole list as the Lines or Entries that are shown."""
    if shown in (DELAYS, UNMATCHED):
        found = list(rows)
        with_parties(pair for pair in found if shown == DELAYS)
    else:
        ids = [row["agreement_id"] if shown == WEEK else row.agreement_id for row in rows]
        pairs = pairs_with(ids, board.today)
        with_parties(pairs.values())
        found = [pairs[pk] for pk in ids if pk in pairs]
    make = line_of if shown in (WEEK, NEVER, PLANNED) else _entry
    return [make(obj, seat, board.today) for obj in found]


def _all_lines(seat, board, rows, shown):
    found = iter(rows.iterator(chunk_size=CHUNK))
    while chunk := list(islice(found, CHUNK)):
        yield from _lines(seat, board, chunk, shown)
