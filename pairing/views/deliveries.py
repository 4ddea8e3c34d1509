"""The delivery log for the system administrator: every attempt in words, and the way to have it tried again.

It shows who, when, by which channel and how it ended, never what a message was about.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.middleware import own_address
from pairing.forms.deliveries import SENT, WAITING, DeliveryQuery
from pairing.models import Digest, Notice
from pairing.services import channels as services
from pairing.views.channels import let_sysadmin
from pairing.views.lists import count_words, page_asked


@dataclass(frozen=True)
class Row:
    """One line of the log. `state`: "sent", "failed" or "waiting"; `again` the moment of the next try, or None."""

    digest: int
    person: object
    state: str
    at: datetime | None
    channel: str
    address: str
    error: str
    notices: int
    again: datetime | None


@require_safe
def deliveries(request):
    """The attempts, newest first, filtered by state, channel, day and person."""
    let_sysadmin(request)
    query = DeliveryQuery(request.GET)
    page = page_asked(request, query.rows(timezone.now()))
    numbers = _numbers([row.pk if query.asked("state") == WAITING else row.digest_id for row in page])
    rows = [_row(row, numbers) for row in page]
    words = {
        "query": query, "page": page, "rows": rows, "count": count_words(page),
        "filtered": any(query.cleaned_data.values()),
    }  # fmt: skip
    return render(request, "pairing/deliveries.html", words)


def _numbers(digests):
    """{digest id: number of notices}: those it took along, of one that has not gone out those that wait."""
    taken = Notice.objects.filter(digest=OuterRef("pk")).order_by().values("digest").annotate(n=Count("pk")).values("n")
    unsent = Notice.objects.to_send(timezone.now()).filter(person=OuterRef("person")).order_by().values("person")
    waiting = unsent.annotate(n=Count("pk")).values("n")
    rows = Digest.objects.filter(pk__in=digests).annotate(n=Coalesce(Subquery(taken), Subquery(waiting), 0))
    return dict(rows.values_list("pk", "n"))


def _row(row, numbers):
    if isinstance(row, Digest):
        return Row(row.pk, row.person, WAITING, row.claimed_at, "", "", row.error, numbers[row.pk], row.next_try_at)
    name = row.channel.title if row.channel else row.get_kind_display()
    state, digest = SENT if row.ok else "failed", row.digest
    again = digest.next_try_at if not row.ok and digest.sent_at is None else None
    return Row(digest.pk, digest.person, state, row.at, name, row.address, row.error, numbers[digest.pk], again)


@require_POST
def resend(request, pk):
    """Make a digest claimable at once; its notices go out with today's message."""
    let_sysadmin(request)
    digest = get_object_or_404(Digest.objects.select_related("person"), pk=pk)
    if services.resend(digest, seat=request.seat):
        messages.success(request, _("The message to %(person)s goes out again within the message hours.") % {
            "person": digest.person.name})  # fmt: skip
    else:
        messages.info(request, _("Nothing waits for %(person)s: what this message said has gone out already.") % {
            "person": digest.person.name})  # fmt: skip
    return redirect(own_address(request, request.POST.get("next"), reverse("pairing:deliveries")))
