"""The first page of each seat: the leader's is a report, everybody else's is work (capabilities.md, home pages)."""

from django.views.decorators.http import require_safe

from accounts.models import Role
from pairing.views.home import home
from reports import leader


@require_safe
def start(request):
    if request.seat and request.seat.role == Role.LEADER:
        return leader.home(request)
    return home(request)
