"""The goal grid: one row per goal, edited by all parties; and the terms above it.

Plain cells instead of one Django form per row: a grid of 10 × 7 renders in half the time. What was typed is never
changed or lost: a cell holds the text as typed and, beside it, what is wrong or what stands there now.
"""

from dataclasses import dataclass, field
from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.required import NamesWhatIsMissing
from pairing.forms.fields import CleanTextField, DayField
from pairing.vagueness import vague_places
from pairing.versions import CELLS, TERMS, Merged, Row

MOST_GOALS = 40
MOST_READ = 200  # rows taken from one form; nobody types more
SPARE = 2  # blank rows for who has no JavaScript
LABELS = {
    "text": gettext_lazy("Goal"),
    "measure": gettext_lazy("Measure"),
    "criterion": gettext_lazy("Criterion of completion"),
    "date": gettext_lazy("Date"),
}
FIELDS = {
    "text": CleanTextField(max_length=300, required=False),
    "measure": CleanTextField(max_length=500, required=False),
    "criterion": CleanTextField(max_length=300, required=False),
    "date": DayField(required=False, ahead=True),
    "name": CleanTextField(max_length=60, required=False),
    "post": CleanTextField(max_length=80, required=False),
}


class TermsForm(NamesWhatIsMissing, forms.Form):
    """Aim and term of the pair, above the grid."""

    aim = CleanTextField(max_length=300, label=gettext_lazy("Aim of the pair"))
    term_months = forms.IntegerField(
        label=gettext_lazy("Term in months"), min_value=1, max_value=24,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )  # fmt: skip
    exception_reason = CleanTextField(
        max_length=1000, rows=2, required=False, label=gettext_lazy("Why a longer term is needed")
    )

    def __init__(self, *args, cap, **options):
        super().__init__(*args, **options)
        self.fields["term_months"].help_text = _("Counted from the last signature; generally at most %(cap)s.") % {
            "cap": cap
        }
        self.fields["exception_reason"].help_text = _("Only for a term over %(cap)s months; the review decides.") % {
            "cap": cap
        }

    def differs_from(self, version):
        return any((self.cleaned_data[name] or "") != (version.terms[name] or "") for name in TERMS)


@dataclass
class Cell:
    """One control of the grid: its name, what was typed, what is wrong, and what others did to it."""

    name: str
    label: str
    value: str = ""
    error: str = ""
    theirs: str | None = None  # the present text, where both sides changed it
    changed: bool = False  # by the other side
    hint: str = ""  # what is vague about it; never blocks


@dataclass
class GridRow:
    index: int
    id: int | None = None
    cells: dict[str, Cell] = field(default_factory=dict)
    owners: list = field(default_factory=list)  # (party, name Cell, post Cell)
    problems: tuple[int, ...] = ()
    note: str = ""
    remarks: list = field(default_factory=list)  # GoalOpinions of the return
    changed_since: bool = False  # … after which the goal was changed

    @property
    def prefix(self):
        return f"g{self.index}"

    @property
    def number(self):
        return self.index + 1 if isinstance(self.index, int) else ""

    def all_cells(self):
        """Cells and owners' cells in the order of the page."""
        return [*self.cells.values(), *(cell for _party, *pair in self.owners for cell in pair)]

    def hint(self):
        """Say beside each cell what is vague in it."""
        values = {name: cell.value for name, cell in self.cells.items()}
        for name, sentence in vague_places(**values).items():
            self.cells[name].hint = sentence

    @property
    def is_blank(self):
        return not self.problems and not any(cell.value.strip() for cell in self.all_cells())


class GoalGrid:
    """The rows of the grid. `parties`: present Parties; `problems`: those that may be put under a goal."""

    def __init__(self, parties, problems):
        self.parties, self.problems = parties, problems
        self.rows: list[GridRow] = []
        self.clean_rows: list[Row] = []
        self.sentences: list[tuple[str, str]] = []  # (name of the control, what is wrong)

    # From what is saved, or from what has met
    @classmethod
    def showing(cls, parties, problems, rows):
        """`rows`: saved Rows, or Merged ones after a stale save."""
        grid = cls(parties, problems)
        for item in rows:
            grid._add(item if isinstance(item, Merged) else Merged(item))
        return grid

    def _add(self, merged):
        row, index = merged.row, len(self.rows)
        made = self._row(index, row.id, lambda name: self._text(row, name))
        made.problems, made.note = row.problems, merged.note
        for name in CELLS:
            made.cells[name].theirs = _shown(merged.theirs[name]) if name in merged.theirs else None
            made.cells[name].changed = name in merged.taken
        for party, name_cell, post_cell in made.owners:
            key = ("owner", party.pk)
            if key in merged.theirs:
                name_cell.theirs, post_cell.theirs = merged.theirs[key] or ("", "")
            name_cell.changed = key in merged.taken
        self.rows.append(made)

    def _text(self, row, name):
        if name in CELLS:
            return _shown(getattr(row, name))
        party, part = name
        return row.owners.get(party, ("", ""))[part == "post"]

    def _row(self, index, pk, value):
        made = GridRow(index, pk)
        for name in CELLS:
            made.cells[name] = Cell(f"g{index}-{name}", str(LABELS[name]), value(name))
        for party in self.parties:
            short = party.organisation.short_name
            labels = {"name": _("Owner at %(party)s"), "post": _("Post of the owner at %(party)s")}
            pair = [
                Cell(f"g{index}-{part}-{party.pk}", labels[part] % {"party": short}, value((party.pk, part)))
                for part in ("name", "post")
            ]
            made.owners.append((party, *pair))
        return made

    def blank(self, index):
        return self._row(index, None, lambda name: "")

    def with_spare_rows(self):
        """The rows and some blank ones; their indexes go on."""
        spare = SPARE if self.rows else SPARE + 1
        return [*self.rows, *(self.blank(len(self.rows) + n) for n in range(spare))]

    def template_row(self):
        """For the script: a blank row whose index it fills in."""
        return self.blank("__i__")

    # From what was typed
    @classmethod
    def typed(cls, parties, problems, post):
        grid = cls(parties, problems)
        known = {problem.pk for problem in problems}
        for index in _order(post):
            made = grid._row(len(grid.rows), _number(post.get(f"g{index}-id")) or None, partial(_typed, post, index))
            ticked = [_number(pk) for pk in post.getlist(f"g{index}-problems")]
            made.problems = tuple(pk for pk in ticked if pk in known)
            if f"g{index}-remove" not in post and not made.is_blank:
                grid.rows.append(made)
        grid._clean()
        return grid

    @classmethod
    def hinted(cls, post):
        """Cells of all typed rows, under the names that they have on the page, with what is vague in them."""
        for index in range(_number(post.get("rows"), MOST_READ)):
            row = cls((), ())._row(index, None, partial(_typed, post, index))
            row.hint()
            yield from (cell for cell in row.cells.values() if cell.name in post)

    @property
    def is_valid(self):
        return not self.sentences

    def _clean(self):
        for number, made in enumerate(self.rows, 1):
            values = {name: self._check(number, cell, name) for name, cell in made.cells.items()}
            owners = {}
            for party, name_cell, post_cell in made.owners:
                name = self._check(number, name_cell, "name") or ""
                post = self._check(number, post_cell, "post") or ""
                if post and not name and not post_cell.error:
                    self._wrong(number, name_cell, _("Name the person who holds this post."))
                if name:
                    owners[party.pk] = (name, post)
            if not values["text"] and not made.cells["text"].error:
                self._wrong(number, made.cells["text"], _("Write down the goal, or remove the row."))
            self.clean_rows.append(Row(id=made.id, owners=owners, problems=made.problems, **values))
        self._check_problems()
        if len(self.rows) > MOST_GOALS:
            self.sentences.append(("", _("At most %(n)s goals. Put some together.") % {"n": MOST_GOALS}))

    def _check(self, number, cell, kind):
        try:
            value = FIELDS[kind].clean(cell.value)
            return " ".join(value.split()) if kind in ("name", "post") else value
        except ValidationError as error:
            self._wrong(number, cell, " ".join(error.messages))
            return cell.value

    def _wrong(self, number, cell, sentence):
        cell.error = sentence
        words = {"number": number, "label": cell.label, "sentence": sentence}
        self.sentences.append((cell.name, _("Goal %(number)s, %(label)s: %(sentence)s") % words))

    def _check_problems(self):
        """A problem stands under one goal; else nobody could say which one solved it."""
        under = {}
        for number, made in enumerate(self.rows, 1):
            for pk in made.problems:
                under.setdefault(pk, []).append(number)
        names = {problem.pk: problem.number or problem.title for problem in self.problems}
        for pk, goals in under.items():
            if len(goals) > 1:
                words = {"problem": names[pk], "goals": "、".join(map(str, goals))}
                sentence = _("%(problem)s stands under goals %(goals)s. Leave it under one of them.") % words
                self.sentences.append((f"{self.rows[goals[1] - 1].prefix}-problems", sentence))


def _order(post):
    """Indexes of the typed rows in the order in which they stood on the page; a script may have moved them."""
    indexes = range(_number(post.get("rows"), MOST_READ))
    return sorted(indexes, key=lambda index: _number(post.get(f"g{index}-order"), MOST_READ) or index + 1)


def _typed(post, index, name):
    control = name if isinstance(name, str) else f"{name[1]}-{name[0]}"
    return post.get(f"g{index}-{control}", "")


def _shown(value):
    return f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else (value or "")


def _number(text, most=None):
    """A number from a hidden field, 0 for anything else; nobody types these."""
    value = int(text) if text and text.isascii() and text.isdecimal() and len(text) < 12 else 0
    return value if most is None else min(value, most)
