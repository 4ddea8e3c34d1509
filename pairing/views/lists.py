"""Pages of a list, bounded: no page counts or skips more rows than a person would look at."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

PER_PAGE = 50
MOST_COUNTED = 10_000


class BoundedPaginator(Paginator):
    """Counts to MOST_COUNTED at most; `more` tells that there is more than that."""

    @cached_property
    def _counted(self):
        return self.object_list.order_by()[: MOST_COUNTED + 1].count()

    @cached_property
    def count(self):
        return min(self._counted, MOST_COUNTED)

    @property
    def more(self):
        return self._counted > MOST_COUNTED


def page_asked(request, rows, per_page=PER_PAGE):
    """The page of the QuerySet `rows` that ?page= asks for; the nearest one for nonsense."""
    return BoundedPaginator(rows, per_page).get_page(request.GET.get("page"))


def count_words(page):
    """The number of results in words."""
    if page.paginator.more:
        return _("more than %(n)s entries; narrow the filters") % {"n": f"{MOST_COUNTED:,}"}
    return _("%(n)s entries") % {"n": page.paginator.count}
