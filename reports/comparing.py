"""Two states of one table side by side: which rows came, which went, which cells changed, and why where known."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import record
from accounts.models import Event
from pairing import words
from pairing.deadlines import day_of
from pairing.models import Episode
from reports import tables
from reports.kept import rows_of
from reports.rows import separator

RUNNING = ("index",)  # the running number moves when a row comes or goes; that is no difference
MOST_SHOWN = 300  # rows of differences on a page; the figures count all
MOST_REASONS = 3  # per row
PAGES = {"problem": "pairing:problem", "agreement": "pairing:agreement", "organisation": "pairing:organisation"}


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two: what it is called, its total in words, columns {name: column}, rows {key: row}."""

    name: str
    total: str
    as_of: date
    columns: dict[str, dict]
    rows: dict[str, dict]


def side_of_issue(issued):
    return _side(issued.number, issued, list(rows_of(issued)))


def side_of_today(drawn):
    """A Drawn table: what the record says now to the same question."""
    return _side(pgettext("state of a table", "the table now"), drawn, drawn.rows)


def _side(name, table, rows):
    return Side(
        name=name, total=table.total, as_of=table.as_of, columns={c["name"]: c for c in table.columns},
        rows={row["key"]: row for row in rows},
    )  # fmt: skip


@dataclass
class Difference:
    """One row that came, went or changed. cells: (label, before, after) of what changed."""

    key: str
    words: str
    cells: list[tuple[str, str, str]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def address(self):
        """The page of what the row is about, "" where it is about no single thing."""
        kind, _space, pk = self.key.partition(" ")
        return reverse(PAGES[kind], args=[pk]) if kind in PAGES else ""


@dataclass
class Differences:
    before: Side
    after: Side
    added: list[Difference]
    removed: list[Difference]
    changed: list[Difference]
    same: int
    columns: list[str]  # labels of the columns that only one of the two has

    @property
    def total(self):
        return len(self.added) + len(self.removed) + len(self.changed)

    @property
    def shown(self):
        return [*self.added, *self.removed, *self.changed][:MOST_SHOWN]

    @property
    def parts(self):
        """(heading, the differences shown, how many there are) of each sort that occurs."""
        rest, found = MOST_SHOWN, []
        sorts = (
            (_("Rows that came"), self.added), (_("Rows that went"), self.removed),
            (_("Rows that changed"), self.changed),
        )  # fmt: skip
        for heading, all_of_them in sorts:
            if all_of_them:
                found.append((heading, all_of_them[:rest], len(all_of_them)))
                rest = max(rest - len(all_of_them), 0)
        return found


def compare(before, after):
    """The Differences between two Sides, in the order of the rows."""
    both = [name for name in before.columns if name in after.columns and name not in RUNNING]
    one = [*(before.columns.keys() - after.columns.keys()), *(after.columns.keys() - before.columns.keys())]
    labels = before.columns | after.columns
    changed, same = [], 0
    for key, row in before.rows.items():
        if key in after.rows:
            cells = _changed(row["cells"], after.rows[key]["cells"], both, before.columns, after.columns)
            changed += [Difference(key, _words_of(after, key), cells)] if cells else []
            same += not cells
    return Differences(
        before, after, _only_in(after, before), _only_in(before, after), changed, same,
        sorted(labels[name]["label"] for name in one if name not in RUNNING),
    )  # fmt: skip


def _only_in(one, other):
    return [Difference(key, _words_of(one, key)) for key in one.rows if key not in other.rows]


def _words_of(side, key):
    """Number and title of a row; where a table has neither, its first words."""
    cells = side.rows[key]["cells"]
    found = [str(cells.get(name) or "") for name in ("number", "title")]
    texts = (str(cells[name]) for name, column in side.columns.items() if not column["number"] and cells[name])
    return " ".join(filter(None, found)) or next(texts, key)


def _changed(before, after, names, columns_before, columns_after):
    return [
        (
            columns_after[name]["label"],
            _cell(before[name], columns_before[name]),
            _cell(after[name], columns_after[name]),
        )
        for name in names
        if before[name] != after[name]
    ]


def _cell(value, column):
    return tables.in_words(date.fromisoformat(value) if column["day"] and value else value)


def give_reasons(differences, known_at, until, *, notes):
    """Add to the shown differences what the record tells between the two moments: corrections, late entries, steps.

    `notes`: whether the reason that was written beside a correction may be read too.
    """
    shown = {difference.key: difference for difference in differences.shown}
    of_pair = _agreements_of(shown)
    events = Event.objects.filter(_about(shown, of_pair), recorded_at__gt=known_at, recorded_at__lte=until)
    events = events.filter(Q(action="correct") | ~Q(source=F("target"))).filter(result=Event.Result.DONE)
    for event in events.order_by("recorded_at", "pk"):
        key = f"{event.object_type} {event.object_id}"
        for one in [key, *of_pair.get(key, ())]:
            if one in shown and len(shown[one].reasons) < MOST_REASONS:
                shown[one].reasons.append(_reason(event, differences.before.as_of, notes))


def _agreements_of(keys):
    """{"agreement 3": ["problem 7", …]}: a pair's events concern the rows of the problems on its list."""
    problems = [int(key.split()[1]) for key in keys if key.startswith("problem ")]
    found = {}
    for problem, agreement in Episode.objects.filter(problem__in=problems).values_list("problem", "agreement"):
        found.setdefault(f"agreement {agreement}", []).append(f"problem {problem}")
    return found


def _about(shown, of_pair):
    query = Q(pk__in=[])
    for key in [*shown, *of_pair]:
        kind, _space, pk = key.partition(" ")
        query |= Q(object_type=kind, object_id=int(pk)) if pk.isdecimal() else Q(pk__in=[])
    return query


def _reason(event, as_of, notes):
    happened, recorded = day_of(event.happened_at), day_of(event.recorded_at)
    name = {"what": record.name_of(event.action, event.object_type), "day": words.day_words(recorded)}
    if event.action == "correct":
        text = _("Corrected on %(day)s") % name
        more = [*words.event_facts(event), event.note if notes else ""]
        return _(": ").join(filter(None, (text, separator().join(filter(None, more)))))
    if happened < recorded and happened <= as_of:
        name["happened"] = words.day_words(happened)
        return _("Entered late, on %(day)s: %(what)s, happened on %(happened)s") % name
    return _("%(what)s on %(day)s") % name
