"""Pages of a list, bounded: no page counts or skips more rows than a person would look at."""

from django.utils.translation import gettext as _

from accounts.paging import MOST_COUNTED, KeysetPaginator

PER_PAGE = 50


def page_asked(request, rows, per_page=PER_PAGE):
    """The page of the QuerySet `rows` that the address asks for; the nearest one for nonsense."""
    return KeysetPaginator(rows, per_page).page_of(request.GET)


def count_words(page):
    """The number of results in words."""
    if page.paginator.more:
        return _("more than %(n)s entries; narrow the filters") % {"n": f"{MOST_COUNTED:,}"}
    return _("%(n)s entries") % {"n": page.paginator.count}
