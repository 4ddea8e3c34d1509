"""The look-back: one tap says whether the solution still works."""

from django.utils.translation import gettext_lazy as _

from pairing.enums import LookBack
from pairing.views.questions import question

CONSEQUENCES = {
    LookBack.WORKS: _("The problem stays written off; the check stands on record."),
    LookBack.PARTLY: _("The problem stays written off; write down what should be improved."),
    LookBack.RELAPSED: _(
        "The problem is opened again and looks for a partner. What was solved stays counted, the relapse is shown "
        "apart. Write in a sentence what has come back."
    ),
}


@question("problem", "look_back", title=_("Does it still work?"), template="pairing/look_back.html")
def looking_back(problem, seat, form):
    """The effect as it was written off, earlier look-backs, and the three verdicts with what follows from each."""
    solved = problem.episodes.filter(written_off_on__isnull=False).select_related("agreement").order_by("pk").last()
    looks = problem.look_backs.order_by("-looked_on", "-pk")
    return {
        "solved": solved,
        "earlier": [(LookBack(record.verdict).label, record) for record in looks],
        "chosen": form["verdict"].value() if form else "",
        "verdicts": [(value, label, CONSEQUENCES[value]) for value, label in LookBack.choices],
    }
