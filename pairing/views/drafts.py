"""Drafts that save themselves: one form in a browser makes one draft, however often it is sent."""

import uuid

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction

FORMS = "forms"  # session: {key of a form: [id of its draft, text_version it wrote last]}
MOST_FORMS = 20


class Stale(Exception):
    """Somebody else has saved the draft since the form was opened; `draft` is what is stored."""

    def __init__(self, draft):
        self.draft = draft
        super().__init__(str(draft))


def new_key():
    """A key for a form that is about to be shown; it comes back with every save."""
    return uuid.uuid4().hex


def draft_of(request, key):
    """The id of the draft that the form `key` has made, or None."""
    return request.session.get(FORMS, {}).get(key, (None, None))[0]


@transaction.atomic
def keep(request, key, draft, *, find, version, save):
    """Save a draft once and answer it, or raise Stale.

    A second click, or an autosave still under way, waits on the session's row and then finds the draft that the first
    one has made. `draft` is the one the form is about (perhaps unsaved); `find(pk)` reads one again, `save(draft)`
    stores it; `version` is the text_version that the form was filled from.
    """
    list(Session.objects.select_for_update().filter(session_key=request.session.session_key))
    known = SessionStore(request.session.session_key).get(FORMS, {})
    pk, written = known.get(key, (None, None))
    if draft.pk is None and pk is not None:
        draft = find(pk)
    if draft.pk is not None:
        draft.refresh_from_db(fields=["text_version"])
        if draft.text_version not in (version, written):
            raise Stale(draft)
    saved = save(draft)
    if key:
        known[key] = [saved.pk, saved.text_version]
        request.session[FORMS] = dict(list(known.items())[-MOST_FORMS:])
        request.session.save()
    return saved
