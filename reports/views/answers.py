"""What the pages of reports have in common: the question and its answer, what cannot be answered, exports."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exports import refusal
from reports.exports import FORMATS, RESPONSES, note_export
from reports.issuing import may_issue, pinned
from reports.questions import FILTERS, GROUP, chips
from reports.rollups import known_until
from reports.selectors import FIGURES
from reports.whole import titled


def context_of(form, question):
    return {"form": form, "question": question}


def without_answer(request, form):
    """The question cannot be answered: a bad value in the address, or there is no programme yet.

    A page says so, keeps what was typed and leads to the same page without what is wrong; who asked for a file must
    not take the sentence for one.
    """
    status = 400 if form.errors and request.GET.get("export") else 200
    wrong = any(name in form.fields for name in form.errors)
    context = {
        "form": form, "instead_url": _without_wrong(request, form),
        "instead_label": _("Show them without this condition") if wrong else _("Back to the page"),
    }  # fmt: skip
    return render(request, "reports/no_answer.html", context, status=status)


def _without_wrong(request, form):
    """The address of the request without the fields that are wrong, and without what only a file or a row asks for."""
    query = request.GET.copy()
    for name in (*form.errors, "export", "page"):
        query.pop(name, None)
    return f"{request.path}?{query.urlencode()}"


def export_wanted(request, form):
    suffix = request.GET.get("export", "")
    if suffix and suffix not in FORMATS:
        sentence = _("There is no export “%(format)s”. Choose xlsx, csv or docx.")
        form.add_error(None, sentence % {"format": suffix[:20]})
    return suffix


def exports_of(question, page, **more):
    return {suffix: question.address(page, without=(), **more, export=suffix) for suffix in FORMATS}


def export(request, form, question, suffix, table, count):
    """The file, on record; a page with the sentence where the table is too long for its format."""
    if sentence := refusal(suffix, count):
        form.add_error(None, sentence)
        return without_answer(request, form)
    note_export(request, question, table.name, suffix, count)
    return RESPONSES[suffix](table)


def narrowed(request, question, page, **more):
    """What every page with filters shows of its question: chips, exports, how to save and share it."""
    shared = question.address(page, without=(), **more, as_of=f"{question.as_of:%Y-%m-%d}")
    return {
        "chips": chips(question, page, **more),
        "clear": question.address(page, without=FILTERS, **more),
        "exports": exports_of(question, page, **more),
        "keep": {
            "page": page,
            "query": question.address(page, without=(), **more).partition("?")[2],
            "link": request.build_absolute_uri(shared),
        },
    }


def groupings(question, page, groups):
    """(label, address, whether it is this one) for each grouping of a page."""
    return [
        (label, question.address(page, without=GROUP, group=name), name == question.group) for name, label in groups
    ]


def figure_shown(question, page, what, n):
    """A figure for templates/reports/_figure.html: n, label, the address of its list."""
    label = titled(FIGURES[page, what].label, question)
    return {"n": n, "label": label, "url": question.address(page, what=what)}


def issue_address(request, question, report):
    """Where the seat of the request issues this table, "" where it may not."""
    if not may_issue(request.seat, question.programme):
        return ""
    return f"{reverse('reports:issue', args=[report])}?{urlencode(pinned(question))}"


def lag_words(caught_up):
    """ "" where the figures hold everything recorded; else of which moment they are, as time of day."""
    until = None if caught_up else known_until()
    if until is None:
        return ""
    return _("figures of %(time)s, later steps follow") % {"time": f"{timezone.localtime(until):%H:%M:%S}"}
