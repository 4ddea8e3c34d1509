"""The page of the summary statistics table: counts in rows of a grouping, every one of them opens its list."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.exports import head_of
from reports import counting_rules
from reports.grouping import SUMMARY_GROUPS
from reports.questions import GROUP, ask
from reports.selectors import read_only
from reports.summary import MEASURES, columns_of, summary_of
from reports.views.answers import context_of, export, export_wanted, groupings, issue_address, narrowed, without_answer
from reports.whole import summary_table, summary_words

PARTS = (  # on a phone: (name, label, the measures that fit its width)
    ("main", gettext_lazy("Most important"), ("raised", "solved", "new", "running")),
    ("open", gettext_lazy("Problems under way"), ("parked", "open", "matched", "in_pairing", "done")),
    ("other", gettext_lazy("Other problems"), ("refused", "withdrawn", "explained", "relapsed")),
    ("pairs", gettext_lazy("Course of the pairs"), ("carried", "ended", "terminated", "extended")),
    ("time", gettext_lazy("On time or late"), ("on_time", "late", "days_late")),
)
PART_OF = {measure: name for name, _label, measures in PARTS for measure in measures}


@dataclass(frozen=True)
class Count:
    """A number of the table; `url`: its list, "" for a number that counts no rows."""

    n: int
    url: str
    label: str
    name: str

    @property
    def part(self):
        """Where it stands on a phone, a name of PARTS."""
        return PART_OF[self.name]


@require_safe
def summary(request):
    """汇总统计表: problems and pairs by branch, category, class, month, direction, level or side."""
    with read_only():
        form, question = ask(request, filters=True, groups=SUMMARY_GROUPS)
        suffix = export_wanted(request, form)
        if question is None or form.errors:
            return without_answer(request, form)
        if not suffix:
            return _page(request, form, question)
        table = summary_table(question, request.user)
    return export(request, form, question, suffix, table, len(table.rows))


def _page(request, form, question):
    number = request.GET.get("page", "")
    found = summary_of(question, request.user, int(number) if number.isdecimal() and len(number) < 6 else None)
    columns = list(columns_of(question))
    lists = _lists(question, found.replaces)
    context = context_of(form, question) | narrowed(request, question, "summary") | {
        "title": _("Summary statistics table"), "second_line": summary_words(question),
        "head": [[(cell, _part(cell)) for cell in line] for line in head_of(columns)], "parts": PARTS,
        "rows": [(row.group, _opens(question, row.group), _counts(row, lists)) for row in found.rows],
        "total": _counts(found.total, _lists(question, ())), "total_label": found.total.group.label,
        "pages": _pages(question, found.page), "groupings": groupings(question, "summary", SUMMARY_GROUPS),
        "issue_url": issue_address(request, question, "summary"),
        "rules": counting_rules.asked_by(question, counting_rules.SUMMARY),
    }  # fmt: skip
    return render(request, "reports/summary.html", context)


def _lists(question, replaces):
    """{measure: the address of its list without what a row gives}."""
    without = (*GROUP, *replaces)
    return {m.name: question.address(m.page, without=without, what=m.name) for m in MEASURES if m.opens}


def _counts(row, lists):
    given = urlencode(row.group.given)
    more = f"&{given}" if given else ""
    return [Count(row.n(m.name), f"{lists[m.name]}{more}" if m.opens else "", str(m.label), m.name) for m in MEASURES]


def _part(cell):
    """The part of a head cell, "" of one over several columns and of that over the names."""
    return PART_OF.get(cell.column.name, "") if cell.column else ""


def _opens(question, group):
    """Where the name of a row leads: a level deeper, or to the page of the branch."""
    if group.deeper:
        return question.address("summary", without=("organisation",), **group.given)
    return reverse("pairing:organisation", args=[group.body]) if group.body else ""


def _pages(question, page):
    """What the pager needs, None for a single page."""
    if page is None:
        return None
    number, of = page
    at = {
        "previous": question.address("summary", without=(), page=number - 1) if number > 1 else "",
        "next": question.address("summary", without=(), page=number + 1) if number < of else "",
    }
    return at | {"text": _("Page %(n)s of %(all)s") % {"n": number, "all": of}}
