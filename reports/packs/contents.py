"""What stands in a pack, read in one moment: sentences, figures beside those of the period before, table, cases,
difficulties. The same contents are shown as a page and written into both files."""

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Count
from django.utils.translation import gettext as _

from pairing.enums import Ground
from pairing.models import Programme
from reports import tables
from reports.models.pack import Period
from reports.packs.spans import Span
from reports.questions import Question
from reports.rows import SolvedRow
from reports.selectors import FIGURES, count_all, read_only
from reports.whole import SOLVED, table_of, titled

FLOW = (("problems", "raised"), ("problems", "solved"), ("agreements", "new"), ("agreements", "on_time"))
FLOW += (("agreements", "late"), ("agreements", "extended"), ("agreements", "terminated"))
STANDING = (("agreements", "running"), ("agreements", "overdue"), ("problems", "open"), ("problems", "refused"))
STANDING += (("branches", "taking_part"), ("branches", "existing"))
MOST_ROWS = 3_000  # of a table in a pack; a longer one is named and taken from its page
MOST_CASES = 200
NOTHING = "—"  # of a period before the programme began


class WholeProgramme:
    """Who reads all of one programme and nothing else, as the schedule does: nobody's seat."""

    def __init__(self, programme):
        self._overseen_programme_ids, self._own_organisation_ids = [programme.pk], []


@dataclass(frozen=True)
class Line:
    """A figure of the period beside that of the period before. `page`, `what`: the list it opens, at `address`.

    `before`, with its list at `address_before`, is None where the programme had not begun in the period before.
    """

    label: str
    now: int
    before: int | None
    page: str
    what: str
    address: str
    address_before: str

    @property
    def change(self):
        if self.before is None:
            return NOTHING
        difference = self.now - self.before
        return f"+{difference}" if difference > 0 else f"−{-difference}" if difference else "0"

    @property
    def before_words(self):
        return NOTHING if self.before is None else self.before


@dataclass(frozen=True, kw_only=True)
class Contents:
    """`lists`: Tables of what is overdue and of what looks for a partner; their rows are lists."""

    programme: Programme
    span: Span
    as_of: date
    question: Question
    sentences: list[str]
    flow: list[Line]
    standing: list[Line]
    grounds: list[tuple[str, int]]
    solved: tables.Table | None = None
    cases: list[SolvedRow] = field(default_factory=list)
    more_cases: int = 0
    lists: list[tables.Table] = field(default_factory=list)
    too_long: list[str] = field(default_factory=list)

    @property
    def title(self):
        return self.span.title()

    @property
    def second_line(self):
        return tables.second_line(self.as_of, "", self.programme.name)


def question_of(programme, span, today):
    """The Question of a span; as of its last day, or of today while it runs."""
    query = {"from": span.first.isoformat(), "to": span.last.isoformat(), "programme": str(programme.pk)}
    as_of = min(span.last, today)
    return Question(
        programme=programme, as_of=as_of, own_scope=False, first_day=span.first, last_day=span.last,
        given=query | {"as_of": as_of.isoformat()}, words={"period": span.words()},
    )  # fmt: skip


def read(programme, span, today, *, without=()):
    """The Contents of a span; `without`: ids of problems that are left out of the cases."""
    question, reader = question_of(programme, span, today), WholeProgramme(programme)
    earlier = replace(question_of(programme, span.before, today), as_of=span.before.last)
    with read_only():
        now = count_all(question, reader, (*FLOW, *STANDING))
        begun = span.before.last >= programme.starts_on
        before = count_all(earlier, reader, (*FLOW, *STANDING)) if begun else {}
        found = Contents(
            programme=programme, span=span, as_of=question.as_of, question=question,
            sentences=_sentences(span, now, before), grounds=_grounds(question, reader),
            flow=_lines(question, earlier, FLOW, now, before),
            standing=_lines(question, earlier, STANDING, now, before),
        )  # fmt: skip
        return found if span.period == Period.WEEK else _with_tables(found, reader, set(without))


def _lines(question, earlier, keys, now, before):
    return [
        Line(
            titled(FIGURES[page, what].title, question), now[page, what], before.get((page, what)), page, what,
            *(asked.address(page, without=(), what=what) for asked in (question, earlier)),
        )
        for page, what in keys
    ]  # fmt: skip


def _sentences(span, now, before):
    """Three: what came and was solved, what was signed and ended, what is late; `before` {}: had not begun then."""
    words = {f"{page}_{what}": n for (page, what), n in now.items()}
    words |= {f"before_{page}_{what}": n for (page, what), n in before.items()}
    words["span"] = span.words()
    late = now["agreements", "overdue"]
    late_words = _("No matter is past its date; problems looking for a partner: %(open)s.")
    if late:
        late_words = _("Pairs overdue: %(n)s; problems looking for a partner: %(open)s.")
    late_words %= {"n": late, "open": now["problems", "open"]}
    if not before:
        return [*_of_the_first(words), late_words]
    return [
        _(
            "%(span)s: problems raised %(problems_raised)s (period before %(before_problems_raised)s), solved "
            "%(problems_solved)s (period before %(before_problems_solved)s)."
        )
        % words,
        _(
            "Pairs newly signed %(agreements_new)s (period before %(before_agreements_new)s), accepted on time "
            "%(agreements_on_time)s, accepted late %(agreements_late)s; %(agreements_running)s are running."
        )
        % words,
        late_words,
    ]


def _of_the_first(words):
    """The two sentences of a period with none before it."""
    return [
        _(
            "%(span)s: problems raised %(problems_raised)s, solved %(problems_solved)s (in the period before, the "
            "programme had not begun)."
        )
        % words,
        _(
            "Pairs newly signed %(agreements_new)s, accepted on time %(agreements_on_time)s, accepted late "
            "%(agreements_late)s; %(agreements_running)s are running."
        )
        % words,
    ]


def _grounds(question, reader):
    """(ground in words, how many) of the problems that stand refused, in the order of the grounds."""
    rows = FIGURES["problems", "refused"].rows(question, reader)
    found = dict(rows.order_by().values("ground").annotate(n=Count("pk")).values_list("ground", "n"))
    known = [(str(ground.label), found.pop(ground.value)) for ground in Ground if ground.value in found]
    return known + ([(_("without a ground"), sum(found.values()))] if found else [])


def _with_tables(contents, reader, without):
    question, too_long, lists = contents.question, [], []
    solved, cases = None, []
    count, table = table_of(SOLVED, question, reader)
    if count <= MOST_ROWS:
        solved = _read(table)
        cases = [row for row in solved.rows if row.problem_pk not in without]
    else:
        too_long.append(_too_long(table.title, count))
    for report in ("agreements-overdue", "problems-open"):
        count, table = table_of(report, question, reader)
        if count > MOST_ROWS:
            too_long.append(_too_long(table.title, count))
        elif count:
            lists.append(_read(table))
    return replace(
        contents, solved=solved, cases=cases[:MOST_CASES], more_cases=max(len(cases) - MOST_CASES, 0), lists=lists,
        too_long=too_long,
    )  # fmt: skip


def _read(table):
    """The Table with its rows in memory, so that page and files are of one moment."""
    rows = list(table.rows)
    total = table.total()
    return replace(table, rows=rows, total=lambda: total, reading=nullcontext, unit="")


def _too_long(title, count):
    words = {"title": title, "count": f"{count:,}"}
    return _("%(title)s: %(count)s rows, too many for this pack. Take them from the page of the list.") % words
