"""The first page of each seat: the leader's is a report, the administrators' a page of checks, else it is work."""

from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.models.seat import ADMINISTRATORS
from config import administration
from pairing.views.home import home
from reports.views import leader


@require_safe
def start(request):
    role = request.seat.role if request.seat else ""
    if role == Role.LEADER:
        return leader.home(request)
    if role in ADMINISTRATORS:
        return administration.home(request)
    return home(request)
