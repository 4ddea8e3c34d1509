"""The lines of the home page: what waits for me, for others, drafts; and what the button of each line is.

Everything is read from columns of the row; a page costs the same number of queries whatever the number of rows.
"""

from dataclasses import dataclass

from django.db.models import CharField, Count, Exists, OuterRef, Q, Value, Window
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from accounts.models.seat import ACTING_FOR_A_BRANCH, GROUP
from pairing.enums import AgreementState as A
from pairing.enums import PartyRole, Turn
from pairing.enums import ProblemState as P
from pairing.models import Counted, Episode, own_organisation_ids
from pairing.views.steps import page_of, step_url

LIMIT = 10  # lines of a section and kind; the rest is one click away
MINE, DRAFTS, OTHERS = "mine", "drafts", "others"


@dataclass
class Duty:
    """One line: the matter, what is asked in words, the button (label, address), since when.

    `seat`: the other seat of the person to which the duty belongs (the button changes it first); `barred`: why
    somebody else has to decide, then there is no button.
    """

    obj: object
    what: str
    label: str
    url: str
    seat: object = None
    barred: str = ""
    bodies: str = ""  # whom it is about, besides the own branch
    effect: str = ""  # of a look-back: what was written when it was solved

    @property
    def looks_back(self):
        """Whether the answer stands beside it: one press says that it still works."""
        return self.obj.state == P.CLOSED and not self.seat and not self.barred

    @property
    def since(self):
        return self.obj.turn_since

    @property
    def quiet(self):
        """Nobody waits for it: no filled button."""
        return self.obj.state in (P.OPEN, P.CLOSED)


def sections(queryset, mine, user):
    """{section: (rows, number of all)} for MINE (the Q `mine`), DRAFTS and OTHERS; one query, LIMIT rows each."""
    found = {MINE: ([], 0), DRAFTS: ([], 0), OTHERS: ([], 0)}
    if not own_organisation_ids(user) and not any(seat.role in GROUP for seat in user.current_seats):
        return found  # nothing can be theirs to do; the database need not be asked
    if not own_organisation_ids(user):
        return found | {MINE: _oldest(queryset.filter(mine))}
    own = Q(viewers__overlap=own_organisation_ids(user))
    drafts = Q(state=P.DRAFT) & own
    parts = {MINE: mine & ~drafts, DRAFTS: drafts, OTHERS: own & ~Q(turn=Turn.NOBODY) & ~drafts & ~mine}
    first, *further = (_part(queryset.filter(condition), section) for section, condition in parts.items())
    for row in first.union(*further, all=True):
        found[row.section][0].append(row)
        found[row.section] = (found[row.section][0], row.of_all)
    return found


def _part(rows, section):
    """The LIMIT rows of a section that wait longest; `of_all`: how many there are."""
    rows = rows.annotate(section=Value(section, CharField()), of_all=Window(Count("*")))
    return rows.order_by("turn_since", "pk")[:LIMIT]


def _oldest(waiting):
    """(rows, number of all) of what waits for somebody without a branch: only the rows shown are read."""
    rows = list(waiting.annotate(of_all=Counted(waiting)).order_by("turn_since", "pk")[:LIMIT])
    return rows, rows[0].of_all if rows else 0


def look_back_due(user, day_of_programme):
    """A Q: own problems, written off long enough ago, that nobody has looked back at.

    `day_of_programme`: {programme id: the latest write-off day whose look-back is due}.
    """
    own = [seat.organisation_id for seat in user.current_seats if seat.role in ACTING_FOR_A_BRANCH]
    if not own or not day_of_programme:
        return Q(pk__in=[])
    due = Episode.objects.to_look_back_at(day_of_programme).filter(problem=OuterRef("pk"))
    return Q(Exists(due), state=P.CLOSED, last_look_back="", owner__in=own)


# What is asked, and the button: by state, for whoever is asked
PROBLEM_WORDS = {
    P.TO_CONFIRM: (_("Filed on behalf of your branch: is it your problem?"), _("Answer")),
    P.OPEN: (_("Looking for a partner"), _("Invite a partner")),
    P.IN_PAIRING: (_("A helper reports it as done"), _("Confirm or reject")),
    P.DONE: (_("Done; its pair has ended without acceptance"), _("Check and accept")),
    P.CLOSED: (_("Solved a while ago: does it still work?"), _("Look back")),
}
AGREEMENT_WORDS = {
    A.INVITED: (_("You are invited to a pair"), _("Answer"), "agreement_invitation"),
    A.COUNTERED: (_("A counter-proposal to your invitation"), _("Answer"), "agreement_invitation"),
    A.DRAFTING: (_("Goals and list: write them together and confirm"), _("Write goals and list"), "agreement_goals"),
    A.RETURNED: (_("Returned by the working group"), _("Change the goals"), "agreement_goals"),
    A.SUBMITTED: (_("Goals submitted for review"), _("Review"), "agreement_review"),
    A.SIGNING: (_("Approved; the text waits for signatures"), _("Read and sign"), "agreement_sign"),
    A.ACCEPTANCE: (_("Completed; to be accepted"), _("Check and accept"), "agreement_acceptance"),
}


def words_of(obj):
    """(what is asked, label of the button, address) of a matter that waits."""
    if obj._meta.model_name == "problem":
        what, label = PROBLEM_WORDS[obj.state]
        return what, label, _problem_address(obj)
    if obj.state == A.ACTIVE:
        return _running_words(obj)
    what, label, name = AGREEMENT_WORDS[obj.state]
    if obj.state == A.INVITED and _initiator_of(obj) in obj.turn_of:
        return _("Everybody has answered, and not all accepted"), _("Decide how to go on"), page_of(obj)
    return what, label, reverse(f"pairing:{name}", args=[obj.pk])


def _initiator_of(agreement):
    """Id of the initiating organisation, from the parties loaded with the list."""
    return next(party.organisation_id for party in agreement.parties.all() if party.role == PartyRole.INITIATOR)


def _problem_address(problem):
    if problem.state == P.OPEN:
        return f"{reverse('pairing:agreement_new')}?problem={problem.pk}"
    return step_url(problem, "look_back") if problem.state == P.CLOSED else page_of(problem)


def _running_words(agreement):
    if agreement.completion_digest:
        url = reverse("pairing:agreement_completion", args=[agreement.pk])
        return _("A partner reports completion"), _("Confirm the results"), url
    if agreement.turn in (Turn.GROUP, Turn.LEAD):
        return _("A request for extension"), _("Decide on the extension"), page_of(agreement)
    return _("A party proposes to end the pair"), _("Answer"), page_of(agreement)


class Desk:
    """Turns waiting matters into Duties for a person acting in `seat`.

    `recusal`: the Recusal of the person, for the working group.
    """

    def __init__(self, user, seat, recusal):
        self.user, self.seat, self.recusal = user, seat, recusal

    def duty(self, obj):
        what, label, url = words_of(obj)
        seat = self._seat_for(obj)
        other = seat if seat and self.seat and seat.pk != self.seat.pk else None
        barred = self.recusal.why_not(obj, seat)
        return Duty(obj, what, label, url, seat=other, barred=barred, bodies=others_of(obj, self._own))

    @cached_property
    def _own(self):
        return set(own_organisation_ids(self.user))

    def _seat_for(self, obj):
        """The seat that has to act: the present one where it can be it, else another one."""
        fitting = [seat for seat in self.user.current_seats if _asks(obj, seat)]
        if self.seat and any(seat.pk == self.seat.pk for seat in fitting):
            return self.seat
        return fitting[0] if fitting else None


def give_effects(duties):
    """Give the duties of a look-back the effect as it was written off; one query, none where there is no such duty."""
    asked = {duty.obj.pk: duty for duty in duties if duty.obj.state == P.CLOSED}
    solved = Episode.objects.filter(problem__in=asked, written_off_on__isnull=False).order_by("pk") if asked else ()
    for episode in solved:
        asked[episode.problem_id].effect = episode.effect


def others_of(obj, own):
    """Names of the present parties, or of the owner, without the own organisations."""
    if obj._meta.model_name == "problem":
        return "" if obj.owner_id in own else obj.owner.short_name
    present = [party for party in obj.parties.all() if party.left_on is None]
    return " · ".join(party.organisation.short_name for party in present if party.organisation_id not in own)


def _asks(obj, seat):
    if obj.state == P.CLOSED:
        return seat.role in ACTING_FOR_A_BRANCH and seat.organisation_id == obj.owner_id
    if obj.turn in (Turn.GROUP, Turn.LEAD):
        return seat.role in GROUP and (obj.turn == Turn.GROUP or seat.role == Role.LEAD)
    return seat.role in ACTING_FOR_A_BRANCH and seat.organisation_id in obj.turn_of
