"""Who: people, organisations, seats and the record of what happened."""

from accounts.models.event import Event
from accounts.models.failed_log_in import FailedLogIn
from accounts.models.heartbeat import Heartbeat
from accounts.models.job import JobRun
from accounts.models.organisation import Kind, Organisation, Post, Side, UnitLink
from accounts.models.seat import ADMINISTRATORS, GROUP, Role, Seat
from accounts.models.user import User

__all__ = [
    "ADMINISTRATORS",
    "GROUP",
    "Event",
    "FailedLogIn",
    "Heartbeat",
    "JobRun",
    "Kind",
    "Organisation",
    "Post",
    "Role",
    "Seat",
    "Side",
    "UnitLink",
    "User",
]
