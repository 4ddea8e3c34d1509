"""The network of pairs: its picture by year and category with the table that says the same, and the lists behind."""

import re

from django import forms
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from accounts.models.seat import ACTING_FOR_A_BRANCH
from pairing.models import Category
from reports import counting_rules, tables
from reports.coverage import coverage_of
from reports.exports import FORMATS
from reports.fields import YearField, choice
from reports.figures import Figure, signed_agreements
from reports.light import CHUNK
from reports.network import agreement_ids, part_of, picture_of, solved_problems, total
from reports.network.picture import Addresses
from reports.questions import ask
from reports.rows import Viewer
from reports.selectors import LISTS, read_only
from reports.views.answers import context_of, export, export_wanted, lag_words, without_answer
from reports.whole import list_table, scope_words, shape

PER_PAGE, AT_ONCE = 100, 5_000  # lines of a list on one page; of one page for printing
RUN = re.compile(r"([1-9][0-9]{0,6})-([1-9][0-9]{0,6})")
NEVER_SHOWN = 12  # branches never paired that stand beside the picture


class NetworkForm(forms.Form):
    """Year of signing and category, beside the programme and the day of the question."""

    def __init__(self, data, question):
        super().__init__(data)
        self.years = range(question.programme.starts_on.year, question.as_of.year + 1)
        self.fields["year"] = YearField(_l("Year of signing"), self.years.start, question.as_of.year)
        of_parent = {}
        for one in Category.objects.all():
            of_parent.setdefault(one.parent_id, []).append(one)
        found = [one for top in of_parent.get(None, ()) for one in (top, *of_parent.get(top.pk, ()))]
        self.categories = {one.pk: one for one in found}
        names = [(one.pk, f"　{one.name}" if one.parent_id else one.name) for one in found]
        self.fields["category"] = choice(_l("Category"), names)

    def clean_category(self):
        pk = self.cleaned_data["category"]
        return self.categories[int(pk)] if pk else None


class Asked:
    """A page of the network: question, form, what it narrows the picture down to; 404 for a part that is none."""

    def __init__(self, request, caught_up):
        self.request, self.user = request, request.user
        self.form, self.question = ask(request)
        self.wrong = self.form if self.question is None else None
        if self.question is None:
            return
        self.filter = NetworkForm(request.GET, self.question)
        if not self.filter.is_valid():
            self.wrong = self.filter
            return
        self.year, self.category = self.filter.cleaned_data["year"], self.filter.cleaned_data["category"]
        self.signed = signed_agreements(self.question, self.user)
        self.part = part_of(self.question, self.user, self.signed, self._body(), self._run(), caught_up=caught_up)
        category = self.category.pk if self.category else None
        self.addresses = Addresses(self.question, self.part, year=self.year, category=category)

    def _body(self):
        within = self.request.GET.get("within", "")
        if not within:
            return None
        if not (within.isascii() and within.isdecimal() and len(within) < 19):
            raise Http404
        return get_object_or_404(Organisation.objects.below(self.question.programme.committee), pk=within)

    def _run(self):
        run = self.request.GET.get("run", "")
        if not run:
            return None
        if not (found := RUN.fullmatch(run)) or int(found[1]) > int(found[2]):
            raise Http404
        return int(found[1]), int(found[2])

    def narrowed(self):
        """What is asked for in words: the part, the year, the category."""
        part = "" if self.part.whole else self.part.run or self.part.body.name
        year = _("signed in %(year)d") % {"year": self.year} if self.year else ""
        return [words for words in (part, year, self.category.name if self.category else "") if words]


@require_safe
def network(request):
    """The picture, the matrix or list that says the same, who was never paired; by year and category."""
    with read_only() as caught_up:
        asked = Asked(request, caught_up)
        if asked.wrong is not None:
            return without_answer(request, asked.wrong)
        question, addresses = asked.question, asked.addresses
        picture = picture_of(question, asked.part, asked.signed, year=asked.year, category=asked.category)
        pairs, solved = picture.counts.total(asked.year)
        coverage = coverage_of(question, request.user, asked.part)
        entries = Paginator(picture.entries, AT_ONCE if request.GET.get("rows") == "all" else PER_PAGE)
        context = context_of(asked.form, question) | {
            "filter": asked.filter, "picture": picture, "part": asked.part, "pairs": pairs, "solved": solved,
            "pairs_url": addresses.listed("agreements"), "solved_url": addresses.listed("problems"),
            "years": _years(asked, picture), "coverage": coverage, "never": coverage.never()[:NEVER_SHOWN],
            "never_url": addresses.listed("branches", what="never"),
            "taking_part_url": addresses.listed("branches", what="taking_part"),
            "existing_url": addresses.listed("branches", what="existing"),
            "back_url": None if asked.part.whole else addresses.page(asked.part.back),
            "page": entries.get_page(request.GET.get("page")), "all_url": addresses.page(rows="all"),
            "category_url": addresses.page(category=None), "may_invite": _may_invite(request),
            "kept": [*asked.part.asked.items(), *(("year", asked.year),) * bool(asked.year)],
            "rules": counting_rules.NETWORK,
            "second_line": tables.second_line(
                question.as_of, "", question.programme.name, *asked.narrowed(), scope_words(question),
                lag_words(caught_up),
            ),
        }  # fmt: skip
        return render(request, "reports/network.html", context)


def _may_invite(request):
    """Whether the seat acted in begins agreements: then who was never in a pair is its own branch."""
    return request.seat is not None and request.seat.role in ACTING_FOR_A_BRANCH


def _years(asked, picture):
    """The row of years: (label, pairs, address, whether it is the one shown, id)."""
    every = picture.counts.total()[0]
    found = [(_("All years"), every, asked.addresses.page(year=None), asked.year is None, "year-all")]
    for year in sorted({*asked.filter.years, *picture.counts.years}):
        pairs, _solved = picture.counts.total(year)
        label = _("%(year)d") % {"year": year}
        found.append((label, pairs, asked.addresses.page(year=year), asked.year == year, f"year-{year}"))
    return found


@require_safe
def network_list(request, page):
    """Pairs, solved problems or branches behind a number: of the whole picture, or of one or two of its nodes."""
    with read_only() as caught_up:
        asked = Asked(request, caught_up)
        suffix = export_wanted(request, asked.form)
        if asked.wrong is not None or asked.form.errors:
            return without_answer(request, asked.wrong or asked.form)
        question, (figure, n) = asked.question, _figure(asked, page)
        found = LISTS[page](figure.rows(question, request.user), question)
        row_of = shape(question, Viewer(request.user), page)
        if not suffix:
            return _list_page(asked, figure, found, n, row_of)
        count = found.count()
        table = list_table(question, figure, map(row_of, found.iterator(chunk_size=CHUNK)), count)
    return export(request, asked.form, question, suffix, table, count)


def _list_page(asked, figure, found, n, row_of):
    """`n`: how many `found` are, as the facts say; to count the rows of a large programme would take seconds."""
    request, addresses = asked.request, asked.addresses
    every = request.GET.get("rows") == "all"
    pages = Paginator(found, AT_ONCE if every else PER_PAGE)
    pages.count = n
    page = pages.get_page(request.GET.get("page"))
    table = list_table(asked.question, figure, map(row_of, page), page.paginator.count)
    columns = tables.shown(table.columns)
    named = {name: request.GET[name] for name in ("a", "b", "what") if request.GET.get(name)}
    context = context_of(asked.form, asked.question) | {
        "table": table, "columns": columns, "lines": [tables.cells(columns, row) for row in table.rows],
        "total": page.paginator.count, "count": table.total(), "page": page, "rules": table.rules,
        "back_url": addresses.page(), "all_url": addresses.listed(figure.page, **named, rows="all"),
        "narrowed": asked.narrowed() if figure.page != "branches" else asked.narrowed()[: not asked.part.whole],
        "exports": {suffix: addresses.listed(figure.page, **named, export=suffix) for suffix in FORMATS},
    }  # fmt: skip
    return render(request, "reports/network_list.html", context)


def _figure(asked, page):
    """(the Figure that the address names, its number); 404 where it names none."""
    if page == "branches":
        coverage = coverage_of(asked.question, asked.user, asked.part)
        what = asked.request.GET.get("what", "never")
        if what not in COVERED:
            raise Http404
        rows, n = getattr(coverage, what)(), getattr(coverage, f"{what}_count")
        return _of_network(page, str(COVERED[what]), rows), n
    nodes = [_node(asked, name) for name in ("a", "b") if asked.request.GET.get(name)]
    ends = [asked.part.index_of(node) if node else -1 for node in nodes]
    names = [asked.part.nodes[end].name if end >= 0 else _("Elsewhere in the programme") for end in ends]
    asked_for = {"year": asked.year, "ends": ends, "category": asked.category}
    ids = agreement_ids(asked.part, asked.signed, asked.question, **asked_for)
    pairs, solved = total(asked.part, asked.signed, asked.question, **asked_for)
    between = pgettext("between two bodies", " – ").join(names)
    if page == "agreements":
        rows = asked.signed.filter(pk__in=ids)
        title = _("Pairs: %(between)s") % {"between": between} if names else _("Pairs")
        return _of_network(page, title, rows), pairs
    rows = solved_problems(ids, asked.question, asked.category)
    title = _("Problems solved: %(between)s") % {"between": between} if names else _("Problems solved")
    return _of_network(page, title, rows), solved


COVERED = {
    "never": _l("Party branches never paired"),
    "taking_part": _l("Party branches taking part"),
    "existing": _l("All party branches"),
}


def _node(asked, name):
    """The key of an end; "" for all that is outside the part."""
    key = asked.request.GET[name]
    if key == "0":
        return ""
    if asked.part.index_of(key) is None:
        raise Http404
    return key


def _of_network(page, title, rows):
    escaped = title.replace("%", "%%")
    return Figure(what="network", page=page, label=escaped, title=escaped, rows=lambda _question, _user: rows)
