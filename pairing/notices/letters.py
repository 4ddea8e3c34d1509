"""The digest as a message: one line and one link per notice, in the language of the person."""

from uuid import uuid4

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pairing import links
from pairing.channels import Line, Message
from pairing.notices.wording import wording

MOST_LISTED = 30  # a message is read on a phone; the rest stands in the inbox


def letter(person, notices, digest):
    """The Message of `notices` (gravest first) to `person`; `digest` is the id that makes its key."""
    language = person.language or settings.LANGUAGE_CODE
    with translation.override(language):
        subject = ngettext("Pairing: %(n)s matter for you", "Pairing: %(n)s matters for you", len(notices))
        return Message(
            key=f"digest-{digest}",
            language=language,
            subject=subject % {"n": len(notices)},
            greeting=_("Dear %(name)s,") % {"name": person.name},
            lines=tuple(_line(notice) for notice in notices[:MOST_LISTED]),
            rest=max(len(notices) - MOST_LISTED, 0),
            closing=_("The inbox on the page is the record; this message only points to it."),
            link=settings.SITE_URL + reverse("pairing:inbox"),
        )


def _line(notice):
    words = wording(notice)
    return Line(words.title, words.text, links.address(notice, words.url))


def trial(person):
    """A Message with which a person or an administrator sees whether a channel works."""
    language = person.language or settings.LANGUAGE_CODE
    with translation.override(language):
        return Message(
            key=f"trial-{person.pk}-{uuid4().hex[:8]}",  # each is a new one, or a receiver would drop the second
            language=language,
            subject=_("Pairing: a test message"),
            greeting=_("Dear %(name)s,") % {"name": person.name},
            lines=(),
            closing=_("You asked for a test message. It has arrived, so messages reach you this way."),
            link=settings.SITE_URL + reverse("pairing:inbox"),
        )
