"""The list of agreements: the pair, whose turn it is, when it is due, the state."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models.seat import ACTING_FOR_A_BRANCH
from pairing.filters import AgreementFilter
from pairing.models import Agreement, own_organisation_ids
from pairing.views.list_exports import AGREEMENTS, chunked, export, export_urls, wants_export
from pairing.views.lists import count_words, page_asked


@require_safe
def agreement_list(request):
    """All that the person may open; the filters live in the address."""
    rows = Agreement.objects.visible_to(request.user).for_list()
    found = AgreementFilter(request.GET, rows, user=request.user)
    if wants_export(request):
        count = found.found.order_by().count()
        return export(
            request, name="agreements", title=_("Agreements"), columns=AGREEMENTS, rows=chunked(found.found),
            count=count, chips=found.chips(request),
        )  # fmt: skip
    page = page_asked(request, found.found.select_related("standing"))
    own = set(own_organisation_ids(request.user))
    for agreement in page:
        agreement.here = [party for party in agreement.parties.all() if party.left_on is None]
        agreement.mine = agreement.turn == "branches" and not own.isdisjoint(agreement.turn_of)
    words = {
        "filter": found, "page": page, "chips": found.chips(request), "count": count_words(page),
        "exports": export_urls(request),
        "clear": reverse("pairing:agreement_list"),
        "begins": bool(request.seat) and request.seat.role in ACTING_FOR_A_BRANCH,
    }  # fmt: skip
    return render(request, "pairing/agreement_list.html", words)
