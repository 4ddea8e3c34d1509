"""The lists that the figures of the working group's dashboard open: exactly the rows they count."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reports import tables
from reports.group_lists import LISTINGS, among_words
from reports.light import CHUNK
from reports.selectors import read_only
from reports.views.answers import context_of, export, export_wanted, exports_of, without_answer
from reports.views.figures import AT_ONCE, PER_PAGE
from reports.views.group import ask_group, is_today


@require_safe
def group_list(request):
    """The list that a figure of the dashboard opens, exactly the rows it counts."""
    with read_only():
        form, question = ask_group(request)
        suffix = export_wanted(request, form)
        if question is None or form.errors:
            return without_answer(request, form)
        what, of, listing, named = _asked(request)
        if listing.now and not is_today(question):
            form.add_error("as_of", _("This list is of now. Leave the day empty."))
            return without_answer(request, form)
        rows = listing.rows(question, of)
        shape = listing.shape(question, request.user)
        title = str(listing.title) % {"of": named, "year": question.as_of.year}
        if not suffix:
            return _list_page(request, form, question, listing, rows, shape, title, what, of)
        count = rows.count()
        table = _table(question, listing, map(shape, rows.iterator(chunk_size=CHUNK)), count, title, what)
    return export(request, form, question, suffix, table, count)


def _asked(request):
    what, of = request.GET.get("what", "waiting"), request.GET.get("of", "")
    listing = LISTINGS.get(what)
    if listing is None:
        raise Http404
    try:
        return what, of, listing, among_words(listing, of)
    except KeyError:
        raise Http404 from None


def _list_page(request, form, question, listing, rows, shape, title, what, of):
    every = request.GET.get("rows") == "all"
    page = Paginator(rows, AT_ONCE if every else PER_PAGE).get_page(request.GET.get("page"))
    table = _table(question, listing, map(shape, page), page.paginator.count, title, what)
    columns = tables.shown(table.columns)
    address = {"what": what} | ({"of": of} if of else {})
    context = context_of(form, question) | {
        "table": table, "columns": columns, "lines": [tables.cells(columns, row) for row in table.rows],
        "total": page.paginator.count, "page": page, "rules": table.rules, "hidden": list(address.items()),
        "count": table.total(), "back_url": question.address("group"), "siblings": [],
        "all_url": question.address("group_list", **address, rows="all"),
        "exports": exports_of(question, "group_list", **address),
    }  # fmt: skip
    return render(request, "reports/list.html", context)


def _table(question, listing, rows, total, title, what):
    return tables.Table(
        name=f"group-{what}", as_of=question.as_of, title=title, columns=listing.columns, rows=rows,
        second_line=tables.second_line(question.as_of, "", question.programme.name),
        rules=[str(rule) for rule in listing.rules], total=lambda: listing.words(total),
    )  # fmt: skip
