"""The bar of named steps: filed · partner · goals · reviewed · signed · running · accepted · looked back.

One bar for the problem and for the agreement, because the problem is the thread and the pair an episode of it.
Pure like pairing.words: only columns of the row are read.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pairing.enums import AGREEMENT_FINAL, AgreementState, ProblemState

A, P = AgreementState, ProblemState
FILED, PARTNER, GOALS, REVIEWED, SIGNED, RUNNING, ACCEPTED, LOOKED_BACK, ALL_DONE = range(9)
NAMES = (
    pgettext_lazy("step", "Filed"),
    pgettext_lazy("step", "Partner"),
    pgettext_lazy("step", "Goals"),
    pgettext_lazy("step", "Reviewed"),
    pgettext_lazy("step", "Signed"),
    pgettext_lazy("step", "Running"),
    pgettext_lazy("step", "Accepted"),
    pgettext_lazy("step", "Looked back"),
)
STATUS_WORDS = {"done": _("done"), "now": _("now"), "todo": _("still to come"), "stopped": _("ended here")}
OF_AGREEMENT = {
    A.DRAFT: PARTNER,
    A.INVITED: PARTNER,
    A.COUNTERED: PARTNER,
    A.DRAFTING: GOALS,
    A.RETURNED: GOALS,
    A.SUBMITTED: REVIEWED,
    A.SIGNING: SIGNED,
    A.ACTIVE: RUNNING,
    A.SUSPENDED: RUNNING,
    A.ACCEPTANCE: ACCEPTED,
    A.CLOSED: LOOKED_BACK,
}
OF_PROBLEM = {
    P.DRAFT: FILED,
    P.TO_CONFIRM: FILED,
    P.OPEN: PARTNER,
    P.MATCHED: GOALS,
    P.IN_PAIRING: RUNNING,
    P.DONE: ACCEPTED,
}
ENDED_PROBLEM = frozenset({P.REFUSED, P.PARKED, P.WITHDRAWN, P.EXPLAINED, P.DISCARDED})
ENDED_AGREEMENT = AGREEMENT_FINAL - {A.CLOSED}


@dataclass(frozen=True)
class Stage:
    """One named step; `status` is done, now, todo or stopped, `word` says it for those who do not see the mark."""

    name: str
    status: str

    @property
    def word(self):
        return STATUS_WORDS[self.status]


def stages_of(obj, agreement=None):
    """The eight Stages of a Problem or an Agreement.

    For a problem in a pair, `agreement` (that of its open episode) places it more exactly; without it the problem's
    own state does.
    """
    here, stopped = _place(obj, agreement)
    return [
        Stage(name, "done" if index < here else "todo" if index > here else "stopped" if stopped else "now")
        for index, name in enumerate(NAMES)
    ]


def _place(obj, agreement):
    """(index of the step it stands at, whether it ended there)."""
    if obj._meta.model_name == "agreement":
        return _place_of_agreement(obj)
    if obj.state == P.CLOSED:
        return (ALL_DONE if obj.last_look_back else LOOKED_BACK), False
    if obj.state in ENDED_PROBLEM:
        return (PARTNER if obj.raised_on else FILED), True
    if agreement is not None and obj.state in (P.MATCHED, P.IN_PAIRING):
        return _place_of_agreement(agreement)
    return OF_PROBLEM[obj.state], False


def _place_of_agreement(agreement):
    if agreement.state not in ENDED_AGREEMENT:
        return OF_AGREEMENT[agreement.state], False
    reached = (
        (agreement.signed_on, RUNNING),
        (agreement.approved_on, SIGNED),
        (agreement.submitted_on, REVIEWED),
    )
    return next((index for day, index in reached if day), PARTNER), True
