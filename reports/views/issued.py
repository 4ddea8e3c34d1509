"""Issued tables: what will be issued, the press, the list, one of them, and two side by side."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_safe

from accounts import record
from accounts.exports import attached, head_of, refusal, safe
from accounts.reading import read_only
from pairing.models import overseen_programme_ids
from reports import comparing, kept, tables
from reports.exports import FORMATS, RESPONSES
from reports.grouping import groups_of
from reports.issuing import MOST_ROWS, draw, issue, latest, may_issue, same_today
from reports.models import IssuedTable
from reports.question_form import QuestionForm
from reports.questions import ask, refuse_administrators
from reports.selectors import FIGURES
from reports.views.answers import without_answer
from reports.whole import SOLVED, SUMMARY

PER_PAGE = 100
AT_ONCE = 5_000  # rows on one page for printing
CHECKED_AT_ONCE = 500  # rows; the digest of a longer table is recomputed when asked
OTHERS = 20  # issues offered to compare with


class PressForm(forms.Form):
    """`seen`: the latest issue of the same question when the page was shown, so that two presses issue once.

    `same`: the issue of today that says the same word for word; another one is made only where `again` is ticked.
    """

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_l("Note"), max_length=400, required=False,
        help_text=_l("Printed below the table, for example the meeting it is for."),
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )  # fmt: skip
    again = forms.BooleanField(
        required=False, label=_l("Issue it once more, under a new number"),
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )  # fmt: skip

    def __init__(self, *args, same=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.same = same
        if same is None:
            del self.fields["again"]

    def clean(self):
        found = super().clean()
        known = self.same and found.get("seen", 0) >= self.same.pk  # else it is a second press of the page before
        if known and not found.get("again"):
            sentence = _(
                "This table was issued today as %(number)s and says the same. Tick this to issue it once more."
            )
            self.add_error("again", sentence % {"number": self.same.number})
        return found


@require_http_methods(["GET", "HEAD", "POST"])
def issue_table(request, report):
    """What will be issued, word for word; the press issues it once."""
    if report not in (SOLVED, SUMMARY) and tuple(report.split("-", 1)) not in FIGURES:
        raise Http404
    form, question = ask(request, filters=True, groups=groups_of(report))
    if question is None:
        return without_answer(request, form)
    if not may_issue(request.seat, question.programme):
        raise PermissionDenied(_("Tables are issued by the working group of the programme."))
    try:
        drawn = draw(report, form, request.user)
    except ValidationError as refusal:
        return _press_page(request, None, None, refusal.messages)
    given = request.POST if request.method == "POST" else None
    press = PressForm(given, initial={"seen": latest(drawn)}, same=same_today(drawn))
    if press.is_bound and press.is_valid():
        made, mine = issue(drawn, seat=request.seat, note=press.cleaned_data["note"], seen=press.cleaned_data["seen"])
        say = (
            _("Issued as %(number)s.") if mine else _("This table had just been issued as %(number)s; it stands once.")
        )
        messages.success(request, say % {"number": made.number})
        return redirect(made)
    return _press_page(request, drawn, press, [])


def _press_page(request, drawn, press, sentences):
    context = {"drawn": drawn, "form": press, "sentences": sentences, "most": MOST_ROWS}
    if drawn:
        context["table_url"] = _live_address(drawn)
    return render(request, "reports/issued_press.html", context, status=409 if sentences else 200)


def _live_address(table):
    """The page of the living table that a Drawn or IssuedTable comes from."""
    page, _dash, what = table.report.partition("-")
    query = table.question | ({"what": what} if what else {})
    return f"{reverse(f'reports:{page}')}?{urlencode(query)}"


@require_safe
def issued_list(request):
    """The issued tables of the programmes of the reader, the latest first."""
    refuse_administrators(request.user)
    with read_only():
        found = IssuedTable.objects.visible_to(request.user).select_related("programme")
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        several = len({issued.programme_id for issued in page}) > 1
        return render(request, "reports/issued_list.html", {"page": page, "several": several})


@require_safe
def issued_table(request, pk):
    """One issued table as it was printed; or, with ?export=, its stored rows as a file."""
    issued = _seen(request, pk)
    if suffix := request.GET.get("export", ""):
        return _export(request, issued, suffix)
    with read_only():
        every = request.GET.get("rows") == "all"
        page = Paginator(issued.rows.order_by("index"), AT_ONCE if every else PER_PAGE).get_page(
            request.GET.get("page")
        )
        wanted = issued.rows_count <= CHECKED_AT_ONCE or request.GET.get("check")
        columns = tables.shown(kept.columns_of(issued))
        context = {
            "issued": issued, "page": page, "columns": columns, "head": head_of(columns),
            "blocks": kept.blocks(issued, list(page), request.user), "live_url": _live_address(issued),
            "checked": kept.fits(issued) if wanted else None, "others": _others(issued, request.user),
            "all_fits": issued.rows_count <= AT_ONCE, "exports": {suffix: f"?export={suffix}" for suffix in FORMATS},
        }  # fmt: skip
        return render(request, "reports/issued.html", context)


def _seen(request, pk):
    refuse_administrators(request.user)
    found = IssuedTable.objects.visible_to(request.user).select_related("programme__committee", "rule_version")
    return get_object_or_404(found, pk=pk)


def _others(issued, user):
    """Other issues of the same report, those nearest in time first offered."""
    found = IssuedTable.objects.visible_to(user).filter(programme=issued.programme, report=issued.report)
    return list(found.exclude(pk=issued.pk)[:OTHERS])


def _export(request, issued, suffix):
    if suffix not in (*FORMATS, "jsonl"):
        raise Http404
    if sentence := refusal(suffix, issued.rows_count):
        messages.error(request, sentence)
        return redirect(issued)
    record.write(
        "export", seat=request.seat, person=request.user, obj=issued,
        details={"format": suffix, "rows": issued.rows_count},
    )  # fmt: skip
    if suffix == "jsonl":
        lines, kind = kept.canonical_lines(issued), "application/jsonl; charset=utf-8"
        return StreamingHttpResponse(lines, content_type=kind, headers=attached(f"{safe(str(issued))}.jsonl"))
    return RESPONSES[suffix](kept.table_of_issue(issued))


@require_safe
def issued_compare(request, pk):
    """Row by row: an issue beside another one of the same report (?with=id) or beside what the record says now."""
    issued, other = _seen(request, pk), None
    asked = request.GET.get("with", "now")
    if asked != "now":
        if not asked.isdecimal():
            raise Http404
        others = IssuedTable.objects.visible_to(request.user)
        other = get_object_or_404(others, pk=asked, programme=issued.programme, report=issued.report)
    oversees = issued.programme_id in overseen_programme_ids(request.user)
    context = {"issued": issued, "other": other, "others": _others(issued, request.user), "opens": oversees}
    try:
        context["differences"] = _differences(request, issued, other, notes=oversees)
    except ValidationError as refusal:
        context["sentences"] = refusal.messages
    return render(request, "reports/issued_compare.html", context)


def _differences(request, issued, other, *, notes):
    """The earlier issue on the left. ValidationError where the question cannot be asked any more or gives too much."""
    before, after = issued, other
    if other and other.issued_at < issued.issued_at:
        before, after = other, issued
    if after is None:
        right, until = comparing.side_of_today(_asked_again(issued, request.user)), timezone.now()
    else:
        right, until = comparing.side_of_issue(after), after.issued_at
    with read_only():
        found = comparing.compare(comparing.side_of_issue(before), right)
        comparing.give_reasons(found, before.issued_at, until, notes=notes)
    return found


def _asked_again(issued, user):
    form = QuestionForm(
        issued.question, user=user, today=timezone.localdate(), filters=True, groups=groups_of(issued.report)
    )
    if not form.is_valid():
        sentence = _("The question of this table cannot be asked any more: a filter is no longer in the list.")
        raise ValidationError(sentence)
    return draw(issued.report, form, user)
