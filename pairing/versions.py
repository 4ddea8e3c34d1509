"""Versions of goals and list: what was saved when (read from the record), what changed between two, and how a text
written on an older version meets the present one without losing a word.

An edit's Event holds the whole text that was saved, so version n of an agreement is its nth edit.
"""

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import Event

CELLS = ("text", "measure", "criterion", "date")  # cells that every goal has once
TERMS = ("aim", "term_months", "exception_reason")
UNKNOWN = object()  # a base that nobody recorded: every difference is then shown


@dataclass
class Row:
    """One goal as written. owners: {party id: (name, post)}, only named ones; problems: ids."""

    id: int | None = None
    text: str = ""
    measure: str = ""
    criterion: str = ""
    date: date | str | None = None  # text where no day could be read from what was typed
    owners: dict[int, tuple[str, str]] = field(default_factory=dict)
    problems: tuple[int, ...] = ()

    def same_as(self, other):
        """Whether the content is the same; the id does not count."""
        mine, theirs = self.content(), other.content()
        return mine == theirs

    def content(self):
        return {name: getattr(self, name) or "" for name in CELLS} | {
            "owners": self.owners,
            "problems": set(self.problems),
        }

    def as_data(self):
        """The row as the step "edit" takes it."""
        owners = {pk: {"name": name, "post": post} for pk, (name, post) in self.owners.items()}
        cells = {name: getattr(self, name) for name in CELLS}
        return {"id": self.id, **cells, "owners": owners, "problems": list(self.problems)}


@dataclass
class Version:
    """Terms, goals and the problems that stand under no goal, as saved at one time."""

    number: int
    goals: list[Row]
    loose: tuple[int, ...] = ()
    terms: dict = field(default_factory=dict)  # of TERMS; a key is missing where nobody recorded it

    def row(self, pk):
        return next((row for row in self.goals if row.id == pk), None)


def present(agreement):
    """The Version saved now; three queries."""
    listed = list(agreement.episodes.filter(released_on__isnull=True).values_list("problem_id", "goal_id"))
    goals = [
        Row(
            id=goal.pk, text=goal.text, measure=goal.measure, criterion=goal.criterion, date=goal.date,
            owners={owner.party_id: (owner.name, owner.post) for owner in goal.owners.all()},
            problems=tuple(problem for problem, of in listed if of == goal.pk),
        )
        for goal in agreement.goals.prefetch_related("owners")
    ]  # fmt: skip
    loose = tuple(problem for problem, of in listed if of is None)
    return Version(agreement.text_version, goals, loose, {name: getattr(agreement, name) for name in TERMS})


def edits(agreement):
    return Event.objects.of(agreement).filter(action="edit").order_by("pk")


def at(agreement, number):
    """The Version with `number`, or None where no edit recorded it (before the first one)."""
    event = edits(agreement)[number - 1 : number].first() if number > 0 else None
    return from_event(event, number) if event else None


def from_event(event, number):
    details = event.details
    terms = {name: details[name] for name in TERMS if details.get(name) is not None}
    loose = tuple(int(pk) for pk in details.get("loose") or ())
    return Version(number, [_row(item) for item in details["goals"]], loose, terms)


def _row(item):
    saved = item.get("goal") or {}
    return Row(
        id=saved.get("id") or item.get("id"), text=item["text"], measure=item.get("measure") or "",
        criterion=item.get("criterion") or "", date=date.fromisoformat(item["date"]) if item.get("date") else None,
        owners={
            int(pk): (owner["name"], owner.get("post") or "")
            for pk, owner in (item.get("owners") or {}).items() if owner.get("name")
        },
        problems=tuple(int(pk) for pk in item.get("problems") or ()),
    )  # fmt: skip


def last_seen_by(agreement, organisation_id):
    """The Version that this organisation saved last, or None."""
    mine = edits(agreement).filter(seat__organisation=organisation_id).last()
    return from_event(mine, edits(agreement).filter(pk__lte=mine.pk).count()) if mine else None


def before(agreement, moment):
    """The Version in force at `moment`, or None."""
    return at(agreement, edits(agreement).filter(happened_at__lte=moment).count())


# What changed
@dataclass(frozen=True)
class Change:
    """One difference: in which goal (its number now, or as it was; None for the terms), which column, old and new."""

    goal: int | None
    goal_id: int | None
    column: str  # one of TERMS, CELLS, "owners", "problems", "added", "removed"
    old: object
    new: object


def compare(old, new):
    """The Changes that lead from one Version to another, in the order of the page."""
    changes = [
        Change(None, None, name, old.terms[name], new.terms[name])
        for name in TERMS
        if name in old.terms and name in new.terms and (old.terms[name] or "") != (new.terms[name] or "")
    ]
    for index, row in enumerate(new.goals, 1):
        was = old.row(row.id) if row.id else None
        if was is None:
            changes.append(Change(index, row.id, "added", None, row.text))
            continue
        before, after = was.content(), row.content()
        changes += [
            Change(index, row.id, name, before[name], after[name]) for name in after if before[name] != after[name]
        ]
    kept = {row.id for row in new.goals}
    gone = [(i, row) for i, row in enumerate(old.goals, 1) if row.id not in kept]
    return changes + [Change(index, row.id, "removed", row.text, None) for index, row in gone]


# A text written on an older version
@dataclass
class Merged:
    """One row after the two texts have met: what the form shows, and per cell what stands there now instead."""

    row: Row
    theirs: dict = field(default_factory=dict)  # {cell or ("owner", party id): the present text}; the form keeps mine
    taken: set = field(default_factory=set)  # cells that only the others changed: the form shows theirs
    note: str = ""

    @property
    def differs(self):
        return bool(self.theirs or self.note)


def merge(base, mine, now):
    """Rows of the form after a stale save: `mine` written on `base` (a Version or None) meets `now`.

    What only one side changed is taken from it; where both changed, mine stays in the form and theirs stands beside.
    """
    mine = _recognise(base, mine, now)
    merged = [_meet(base, row, now) for row in mine]
    written = {row.id for row in mine if row.id}
    for row in now.goals:
        if row.id in written:
            continue
        was = base.row(row.id) if base else None
        if was is None:
            merged.append(Merged(row, note=_("Added in the meantime.")))
        elif not was.same_as(row):
            merged.append(Merged(row, note=_("You removed this goal; it was changed meanwhile.")))
    return [item for item in merged if item is not None]


def _recognise(base, mine, now):
    """Rows without an id that were saved in the meantime (a second press, the back button) find their goal."""
    known = {row.id for row in base.goals} if base else set()
    new = [row for row in now.goals if row.id not in known and row.id not in {r.id for r in mine}]
    for row in mine:
        twin = next((other for other in new if other.text == row.text), None) if row.id is None else None
        if twin:
            row.id = twin.id
            new.remove(twin)
    return mine


def _meet(base, row, now):
    """Merged, or None for a goal that the others removed and I left as it was."""
    was = base.row(row.id) if base and row.id else None
    there = now.row(row.id) if row.id else None
    if there is None:
        if row.id is None:
            return Merged(row)
        if was is not None and was.same_as(row):
            return None
        row.id = None
        return Merged(row, note=_("This goal was removed meanwhile. Saved again, it is added anew."))
    result = Merged(row)
    for name in CELLS:
        _meet_cell(result, name, getattr(was, name) if was else UNKNOWN, getattr(row, name), getattr(there, name))
    for party in row.owners.keys() | there.owners.keys():
        base_owner = was.owners.get(party) if was else UNKNOWN
        _meet_cell(result, ("owner", party), base_owner, row.owners.get(party), there.owners.get(party))
    row.problems = three_way(was.problems if was else row.problems, row.problems, there.problems)
    return result


def _meet_cell(result, cell, base, mine, theirs):
    if (mine or "") == (theirs or "") or (base is not UNKNOWN and (theirs or "") == (base or "")):
        return
    if base is not UNKNOWN and (mine or "") == (base or ""):
        result.taken.add(cell)
        _put(result.row, cell, theirs)
    else:
        result.theirs[cell] = theirs


def _put(row, cell, value):
    if isinstance(cell, str):
        setattr(row, cell, value)
    elif value:
        row.owners[cell[1]] = value
    else:
        row.owners.pop(cell[1], None)


def three_way(base, mine, theirs):
    """Sets need no quarrel: what either side added or took away since `base` is added or taken away."""
    gone = (set(base) - set(mine)) | (set(base) - set(theirs))
    return tuple(pk for pk in dict.fromkeys([*theirs, *mine]) if pk not in gone)
