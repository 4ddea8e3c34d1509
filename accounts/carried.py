"""A form that arrives after its sender was logged out is carried over the log-in, so that nothing typed is lost.

The script of the page asks for the password before a form leaves (session.js); this is the way without script. The
fields travel signed inside the log-in page, never in an address, and come back on a page with one button: nothing is
sent without a press, and only the person who was logged in before sees it. Files cannot travel.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing

NAME = "carried"  # of the hidden field, and the salt of the signature
COOKIE = "last_person"  # signed: who logged in last in this browser; gone with it, and at log-out
LONGEST = 3600  # seconds
LEAST_SHOWN = 2  # characters of a value that is worth showing again


@dataclass(frozen=True)
class Carried:
    """`fields`: [(name, value)] of the form, `to`: its address (a path), `files`: whether files were lost."""

    to: str
    fields: list
    person: int
    files: bool

    @property
    def texts(self):
        """What was typed, to be recognised."""
        return [value for _name, value in self.fields if len(value.strip()) >= LEAST_SHOWN]


def pack(request):
    """The form of this POST as one signed text; "" where it is not known whose it is."""
    person = request.get_signed_cookie(COOKIE, default="", salt=NAME)
    if not person or request.method != "POST":
        return ""
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    kept = [(name, value) for name, value in fields if name != "csrfmiddlewaretoken"]
    content = {"to": request.get_full_path(), "fields": kept, "person": int(person), "files": bool(request.FILES)}
    return signing.dumps(content, salt=NAME, compress=True)


def unpack(packed, person):
    """The Carried of `person` (a User), or None: nothing carried, tampered with, too old, or of somebody else."""
    try:
        content = signing.loads(packed, salt=NAME, max_age=LONGEST)
    except signing.BadSignature:
        return None
    return Carried(**content) if content["person"] == person.pk else None


def remember(response, person):
    """Note in the browser who logged in."""
    response.set_signed_cookie(
        COOKIE, str(person.pk), salt=NAME, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response
