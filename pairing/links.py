"""Links of messages: each is for one person, shows on GET, acts on POST, once (domain.md §10, point 8).

A link needs no row before it is used. It carries, signed, whom it was made for, the matter, and as of which moment the
message spoke; what has happened to the matter since then stands in the record and decides whether the link still holds.
The link proves nothing by itself: only its person, logged in and in a seat that may, can act through it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pairing.models import Agreement, Notice, Problem, UsedLink
from pairing.workflow.engine import perform

MAX_AGE = timedelta(days=14)
MATTERS = {"agreement": Agreement, "problem": Problem}
# Steps that put a new question where the state stays: an answer meant for the earlier one must not reach it
ASK_ANEW = ("ask_extension", "propose_completion", "propose_termination", "claim")
_signer = signing.TimestampSigner(salt="pairing.links", sep=".")


class Used(Exception):
    """The link has been used: a second press, a second device, a copy of the message."""


@dataclass(frozen=True)
class Link:
    """What a token says. `as_of`: until when its message knew the matter; `sent_at`: when the message was written (the
    end of that second, for a token keeps no fractions)."""

    person_id: int
    object_type: str
    object_id: int
    as_of: datetime
    sent_at: datetime

    @property
    def is_old(self):
        return timezone.now() - self.sent_at > MAX_AGE

    @property
    def key(self):
        """The same for all copies of a message, whichever channel carried them: together they are used once."""
        text = f"{self.person_id} {self.object_type} {self.object_id} {self.as_of.isoformat()}"
        return sha256(text.encode()).hexdigest()

    def uses(self):
        """The row written when it was used, as a QuerySet."""
        return UsedLink.objects.filter(token_hash=self.key)

    def told(self):
        """The notices about its matter that its person has not read."""
        return Notice.objects.unread().filter(
            person=self.person_id, object_type=self.object_type, object_id=self.object_id
        )

    def later(self, events):
        """Those of `events` (of its matter) that the message did not know."""
        return [event for event in events if event.happened_at > self.as_of or event.recorded_at > self.sent_at]


def address(notice, path):
    """The full address that a message shows for a Notice; `path`: its page, for what has no life (a meeting)."""
    if notice.object_type in MATTERS:
        path = reverse("pairing:link", args=[token(notice)])
    return f"{settings.SITE_URL}{path}"


def token(notice):
    """The signed text for a Notice (saved or not); no query."""
    as_of = int(notice.planned_at.timestamp() * 1_000_000)
    return _signer.sign_object([notice.person_id, notice.object_type, notice.object_id, as_of])


def read(text):
    """The Link of a token, however old; signing.BadSignature for one that is not ours or was changed."""
    person, object_type, object_id, as_of = _signer.unsign_object(text)
    signed = signing.b62_decode(text.rsplit(".", 2)[1]) + 1
    return Link(
        person, object_type, object_id, datetime.fromtimestamp(as_of / 1_000_000, UTC),
        datetime.fromtimestamp(signed, UTC),
    )  # fmt: skip


def asks(event):
    """Whether an Event closes the question before it and may put another one."""
    return event.source != event.target or event.action in ASK_ANEW


@transaction.atomic
def use(link, name, matter, *, seat, **data):
    """Take a step through a link. Raises Used, or as `perform`, and leaves the link unused then."""
    _row, fresh = UsedLink.objects.get_or_create(token_hash=link.key, defaults={"person": seat.person})
    if not fresh:
        raise Used
    return perform(name, matter, seat=seat, **data)
