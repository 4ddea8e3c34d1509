"""The mornings before the day: what the clock tells people, as it stands in their inboxes, older notices read."""

from accounts.models import User
from pairing.models import Notice
from pairing.notices import deliver, plan

MORNINGS = 12  # working days
READ_AFTER = 2  # working days until people have looked at a notice


def tell(stage):
    for days in range(MORNINGS, 0, -1):
        stage.on(days, 9, morning, "morning")


def morning(stage, at, key):
    """One round of notices. Nobody of the demo has an e-mail address; where somebody else has, nothing is sent."""
    plan(at)
    if not User.objects.exclude(email="").exists():
        deliver(at)
    seen = stage.at(stage.before(at.date(), READ_AFTER), 23)
    Notice.objects.unread().filter(planned_at__lte=seen).update(read_at=at)
