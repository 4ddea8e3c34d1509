"""What the goal page says when a text was saved while another one was being written."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pairing import versions


def words_of_meeting(seat, agreement, both):
    """The sentences on top of both texts, for `seat`; `both`: the number of places that both have changed."""
    last = versions.edits(agreement).select_related("seat").last()
    words = {
        "who": last.person_name,
        "seat": last.seat_title,
        "time": timezone.localtime(last.happened_at).strftime("%H:%M"),
    }
    first = _by_whom(seat, last.seat) % words
    if not both:
        return [first, _("Different places were changed: the text below holds both. Read it and save again.")]
    text = ngettext(
        "%(n)s place was changed in both texts; the present one stands beside yours. Choose, and save again.",
        "%(n)s places were changed in both texts; the present one stands beside yours. Choose, and save again.",
        both,
    )
    return [first, text % {"n": both}]


def _by_whom(seat, other):
    """The sentence on who saved meanwhile: the person in another window, a colleague, or somebody else."""
    if other and other.person_id == seat.person_id:
        return _("You saved changes in another window at %(time)s. What you have written here is not saved yet.")
    if other and other.organisation_id == seat.organisation_id:
        return _("%(who)s of your branch (%(seat)s) saved changes at %(time)s. What you have written is not saved yet.")
    return _("%(who)s (%(seat)s) saved changes at %(time)s, while you were writing. Nothing is saved yet.")
