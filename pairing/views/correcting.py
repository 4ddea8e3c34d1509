"""To correct a date or a name: first what, then the right value beside the one on record."""

from pairing.views.questions import question


@question("problem", "correct", template="pairing/correction.html")
@question("agreement", "correct", template="pairing/correction.html")
def correcting(obj, seat, form):
    """What can be corrected, and which of it was chosen."""
    return {"recorded": form.recorded, "chosen": form.chosen} if form else {}
