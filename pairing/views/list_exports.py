"""Lists taken along as spreadsheet or CSV: the same columns, order and filters as on the screen, all pages of it."""

from datetime import date

from django.http import HttpResponseBadRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accounts import record
from accounts.exports import Column, Table, csv_answer, file_name, in_words, refusal, xlsx_answer
from accounts.reading import read_only
from pairing import words
from pairing.models import working_days

FORMATS = {"xlsx": xlsx_answer, "csv": csv_answer}
CHUNK = 1_000  # rows fetched at once, with what belongs to them
record.name_actions("", {"export": _l("Export a list")})


def export_urls(request):
    """{"xlsx": address, "csv": address} of the list as it is filtered now."""
    query = request.GET.copy()
    for name in ("page", "after", "before", "export"):
        query.pop(name, None)
    return {suffix: f"?{query.urlencode()}&export={suffix}".replace("?&", "?") for suffix in FORMATS}


def wants_export(request):
    return "export" in request.GET


def export(request, *, name, title, columns, rows, count, chips=()):
    """The file of a list, on record; `rows` is an iterable read inside a transaction that writes nothing.

    `chips`: the filters in force as (words, address). Too long a list gets a page that says what to take instead.
    """
    suffix = request.GET["export"]
    if suffix not in FORMATS:
        return HttpResponseBadRequest(_("Lists are exported as xlsx or csv."))
    if sentence := refusal(suffix, count):
        return render(request, "pairing/too_long.html", {"sentence": sentence, "csv": export_urls(request)["csv"]},
                      status=400)  # fmt: skip
    filters = [label for label, _address in chips]
    details = {"table": name, "format": suffix, "rows": count, "filters": filters}
    record.write("export", seat=request.seat, person=request.user, note=title, details=details)
    today = timezone.localdate()
    as_of = _("As of %(day)s") % {"day": in_words(today)}
    table = Table(
        name=name, as_of=today, title=title, second_line=" · ".join([as_of, *filters]), columns=columns, rows=rows,
        rules=[], total=lambda: _entries(count), reading=read_only,
    )  # fmt: skip
    return FORMATS[suffix](table, file_name(table))


def _entries(n):
    return ngettext("%(n)s entry", "%(n)s entries", n) % {"n": n}


def chunked(rows):
    """The models of a QuerySet with what belongs to them, CHUNK by CHUNK."""
    return rows.iterator(chunk_size=CHUNK)


# What the lists show
def _turn(obj):
    """Waiting for whom, since when."""
    text = obj.whose_turn()
    since = words.since_words(obj.turn_since, timezone.now()) if text else ""
    return f"{text} {since}".strip()


PROBLEM = Column(name="title", label=_l("Problem"), value=lambda obj: obj.title, width=40)
NUMBER = Column(name="number", label=_l("Number"), value=lambda obj: obj.number, width=18)
OWNER = Column(name="owner", label=_l("Owner"), value=lambda obj: obj.owner.short_name, width=24)
CATEGORY = Column(name="category", label=_l("Category"), value=lambda obj: obj.category and obj.category.name, width=16)
TURN = Column(name="turn", label=_l("Whose turn"), value=_turn, width=34)
STATE = Column(name="state", label=_l("State"), value=lambda obj: obj.get_state_display(), width=14)
PROBLEMS = (
    NUMBER, PROBLEM, TURN, STATE, OWNER, CATEGORY,
    Column(name="urgency", label=_l("Urgency"), value=lambda obj: obj.get_urgency_display(), width=10),
    Column(name="raised", label=_l("Raised on"), value=lambda obj: obj.raised_on, width=15),
)  # fmt: skip
MARKET = (NUMBER, PROBLEM, OWNER, CATEGORY)


def names_of(agreement):
    """The present parties, the initiator first."""
    return " — ".join(party.organisation.short_name for party in agreement.parties.all() if party.left_on is None)


def _due(agreement) -> date | None:
    """The day on which it is due, while anything is."""
    return words.due_day(agreement)


def _due_words(agreement):
    return words.due_words(agreement, timezone.localdate(), working_days())


AGREEMENTS = (
    NUMBER,
    Column(name="pair", label=_l("Pair"), value=names_of, width=34),
    Column(name="aim", label=_l("Aim"), value=lambda obj: obj.aim, width=44),
    TURN,
    Column(name="due_on", label=_l("Due date"), value=_due, width=15),
    Column(name="due", label=_l("Due"), value=_due_words, width=18),
    STATE,
    Column(name="direction", label=_l("Direction"), value=lambda obj: obj.get_direction_display(), width=14),
    Column(name="level", label=_l("Level"), value=lambda obj: obj.get_level_display(), width=12),
)
ENTRIES = (  # of the red list: pairing.views.proposals.Entry
    Column(name="number", label=_l("Number"), value=lambda entry: entry.obj.number, width=18),
    Column(name="what", label=_l("Pair or problem"), value=lambda entry: _what(entry.obj), width=44),
    Column(name="words", label=_l("What is late"), value=lambda entry: entry.words, width=44),
    Column(name="proposal", label=_l("Proposed"), value=lambda entry: entry.proposal.label, width=24),
)
VISITS = (  # pairing.views.follow_ups.Line
    Column(name="number", label=_l("Number"), value=lambda line: line.pair.number, width=18),
    Column(name="pair", label=_l("Pair"), value=lambda line: _what(line.pair), width=44),
    Column(
        name="reasons", label=_l("Reasons for a visit"), width=60,
        value=lambda line: "；".join(str(text) for _level, _shape, text in line.reasons),
    ),
    Column(name="planned", label=_l("Planned for"), value=lambda line: line.planned_on, width=15),
)  # fmt: skip
ORGANISATIONS = (  # (organisation, depth, seats)
    Column(name="name", label=_l("Organisation"), value=lambda row: "　" * row[1] + row[0].name, width=44),
    Column(name="kind", label=_l("Kind"), value=lambda row: row[0].get_kind_display(), width=16),
    Column(name="side", label=_l("Side"), value=lambda row: row[0].get_side_display(), width=12),
    Column(name="seats", label=_l("Seats"), value=lambda row: "；".join(map(_seat, row[2])), width=60),
)


def _what(obj):
    """The parties of a pair, or a problem with its owner."""
    if obj._meta.model_name == "problem":
        return f"{obj.title}（{obj.owner.short_name}）"
    return names_of(obj)


def _seat(seat):
    return f"{seat.get_role_display()} {seat.person.name}"
