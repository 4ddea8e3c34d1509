"""To correct a date or a name: first what, then the right value beside the one on record."""

from django.utils.translation import ngettext

from pairing.views.questions import question
from pairing.words import day_words


@question("problem", "correct", template="pairing/correction.html")
@question("agreement", "correct", template="pairing/correction.html")
def correcting(obj, seat, form):
    """What can be corrected, and which of it was chosen; `follows`: what moves with the day of signing."""
    if not form:
        return {}
    moves_term = form.chosen and form.chosen.field == "signed_on"
    return {"recorded": form.recorded, "chosen": form.chosen, "follows": _of_the_term(obj) if moves_term else ""}


def _of_the_term(agreement):
    words = {"due": day_words(agreement.due_on), "n": agreement.term_months}
    return ngettext(
        "The due date (now %(due)s) is counted anew: %(n)s month from the right day; days of suspension move along, "
        "a date set by an extension stays.",
        "The due date (now %(due)s) is counted anew: %(n)s months from the right day; days of suspension move along, "
        "a date set by an extension stays.",
        agreement.term_months,
    ) % words  # fmt: skip
