"""Delivery: at most one message per person and working day, inside the hours, claimed before it is sent.

A claim is a conditional UPDATE on the Digest row, which is unique per person and day: two workers never send twice.
A worker that dies leaves a stale claim, which is free again after CLAIM. What failed stays visible on the Digest and
is tried again; nothing is lost, for the notices stay unsent.
"""

import logging
from datetime import time, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from pairing.deadlines import SHANGHAI, day_of
from pairing.models import Digest, Notice, working_days
from pairing.notices.wording import wording

logger = logging.getLogger(__name__)
CLAIM = timedelta(minutes=15)


def open_hours(now):
    """Messages go out on working days inside the hours of the settings (domain.md §5: 08:30–18:00)."""
    first, last = (time.fromisoformat(value) for value in settings.MESSAGE_HOURS)
    return first <= now.astimezone(SHANGHAI).time() <= last and working_days().works(day_of(now))


def deliver(now=None):
    """Send each person with unsent notices one digest; answers how many messages went out."""
    now = now or timezone.now()
    if not open_hours(now):
        return 0
    _settle_without_address(now)
    waiting = Notice.objects.unsent().filter(planned_at__lte=now).values("person")
    return sum(_deliver_to(person, now) for person in User.objects.filter(pk__in=waiting, is_active=True))


def _settle_without_address(now):
    """Who has no address reads the inbox, which is the record: there is nothing to send."""
    Notice.objects.unsent().filter(Q(person__email="") | Q(person__is_active=False)).update(sent_at=now)


def _deliver_to(person, now):
    """Claim, send, stamp; answers 1 when a message went out, else 0."""
    digest = claim(person, now)
    notices = list(Notice.objects.unsent().filter(person=person, planned_at__lte=now).order_by("planned_at", "pk"))
    if digest is None or not notices:
        return 0
    try:
        message(person, notices, digest).send()
    except Exception as error:  # whatever it is, the others still get theirs; it stays visible and is tried again
        logger.exception("digest %s was not sent", digest.pk)
        Digest.objects.filter(pk=digest.pk).update(error=f"{type(error).__name__}: {error}"[:500])
        return 0
    with transaction.atomic():
        Digest.objects.filter(pk=digest.pk).update(sent_at=now, error="")
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(sent_at=now, digest=digest)
    return 1


def claim(person, now):
    """The Digest of `person` for the day of `now`, claimed for the caller alone; None when sent or in other hands."""
    digest, _created = Digest.objects.get_or_create(person=person, day=day_of(now))
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lte=now - CLAIM)
    won = Digest.objects.filter(free, pk=digest.pk, sent_at__isnull=True).update(claimed_at=now, tries=F("tries") + 1)
    return digest if won else None


def message(person, notices, digest):
    """The digest as an e-mail: one line and one link per notice, in the language of the person."""
    with translation.override(person.language or settings.LANGUAGE_CODE):
        lines = [_("Dear %(name)s,") % {"name": person.name}, ""]
        for notice in notices:
            words = wording(notice)
            lines += [f"· {words.title}", f"  {words.text}", f"  {settings.SITE_URL}{words.url}", ""]
        lines.append(_("The inbox on the page is the record; this message only points to it."))
        subject = ngettext("Pairing: %(n)s matter for you", "Pairing: %(n)s matters for you", len(notices))
        return EmailMessage(
            subject % {"n": len(notices)}, "\n".join(lines), to=[person.email],
            headers={"Message-ID": f"<digest-{digest.pk}@jiedui>"},
        )  # fmt: skip
