"""Pages of a running pair: progress with what the other side says, and the urging of the supervisor."""

from django.utils import timezone

from accounts.models import Event
from pairing.views.completion import latest_progress
from pairing.views.questions import question


@question("agreement", "report_progress", template="pairing/progress.html")
def reporting(agreement, seat, form):
    """What each side stated last, the own one first."""
    own = agreement.party_of(seat)
    rows = latest_progress(agreement)
    return {"progress": sorted(rows, key=lambda row: own is None or row[0].pk != own.pk), "own": own}


@question("agreement", "urge", template="pairing/progress.html")
def urging(agreement, seat, form):
    """Whom it reaches, who urged last, how often it is allowed, and what the parties have stated."""
    names = "、".join(party.organisation.short_name for party in agreement.present_parties)
    last = Event.objects.of(agreement).filter(action="urge").last()
    every = agreement.rules(timezone.localdate()).urge_every_days
    return {"progress": latest_progress(agreement), "reaches": names, "last_urge": last, "every": every}
