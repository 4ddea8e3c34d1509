"""States, groups of states and kinds: each named once (domain.md §3, §4)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProblemState(TextChoices):
    DRAFT = "draft", _("Draft")
    TO_CONFIRM = "to_confirm", _("To be confirmed")
    OPEN = "open", _("Looking for a partner")
    MATCHED = "matched", _("Partner named")
    IN_PAIRING = "in_pairing", _("In pairing")
    DONE = "done", _("Done, to be accepted")
    CLOSED = "closed", _("Written off")
    REFUSED = "refused", _("Refused")
    PARKED = "parked", _("Parked")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPLAINED = "explained", _("Explained")
    DISCARDED = "discarded", _("Discarded")


class AgreementState(TextChoices):
    DRAFT = "draft", _("Draft")
    INVITED = "invited", _("To be answered")
    COUNTERED = "countered", _("Counter-proposal to be answered")
    DRAFTING = "drafting", _("Goals being written")
    SUBMITTED = "submitted", _("To be reviewed")
    RETURNED = "returned", _("Returned for changes")
    SIGNING = "signing", _("To be signed")
    ACTIVE = "active", _("Running")
    SUSPENDED = "suspended", _("Suspended")
    ACCEPTANCE = "acceptance", _("To be accepted")
    CLOSED = "closed", _("Closed")
    TERMINATED = "terminated", _("Terminated")
    DECLINED = "declined", _("Declined")
    LAPSED = "lapsed", _("Lapsed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DISCARDED = "discarded", _("Discarded")


P, A = ProblemState, AgreementState

# Problems
PRIVATE_PROBLEM = frozenset({P.DRAFT, P.DISCARDED})  # seen by the filer alone
UNRAISED = frozenset({P.DRAFT, P.TO_CONFIRM, P.DISCARDED})  # not yet counted as raised
LISTED = frozenset({P.MATCHED, P.IN_PAIRING})  # on the list of a pair, work not done
JOINABLE = frozenset({P.OPEN, P.MATCHED, P.IN_PAIRING, P.PARKED})
CORRECTABLE_PROBLEM = frozenset({P.IN_PAIRING, P.DONE, P.CLOSED})
PROBLEM_FINAL = frozenset({P.WITHDRAWN, P.EXPLAINED, P.DISCARDED})
PROBLEM_OPEN = frozenset(P) - PROBLEM_FINAL - {P.CLOSED, P.REFUSED}

# Agreements
INVITING = frozenset({A.INVITED, A.COUNTERED})
WRITING = frozenset({A.DRAFTING, A.RETURNED})  # all parties edit goals and list
BEFORE_SIGNING = frozenset({A.DRAFT, A.INVITED, A.COUNTERED, A.DRAFTING, A.SUBMITTED, A.RETURNED, A.SIGNING})
RUNNING = frozenset({A.ACTIVE, A.SUSPENDED, A.ACCEPTANCE})  # signed and not ended
AGREEMENT_FINAL = frozenset({A.CLOSED, A.TERMINATED, A.DECLINED, A.LAPSED, A.REFUSED, A.WITHDRAWN, A.DISCARDED})
SIGNED = RUNNING | {A.CLOSED, A.TERMINATED}
CORRECTABLE_AGREEMENT = SIGNED
AGREEMENT_OPEN = frozenset(A) - AGREEMENT_FINAL

# Clocks of states: the parameter of the rule version that says how many working days
LAPSE = {  # then the clock ends the state
    **dict.fromkeys(INVITING, "invitation_lapse"),
    **dict.fromkeys(WRITING, "drafting_lapse"),
    A.SIGNING: "signing_lapse",
}
SILENT = {**dict.fromkeys(INVITING, "invitation_notice"), P.TO_CONFIRM: "confirm_notice"}  # then the group hears
OWN = {  # by then the working group, or its lead, is to have acted
    A.SUBMITTED: "review",
    A.ACCEPTANCE: "acceptance",
    P.DONE: "acceptance",
    A.ACTIVE: "extension_decision",
}
# a state is waited in once; in these each turn is an occasion of its own
CLOCK_OF_TURN = frozenset({A.ACTIVE, P.IN_PAIRING})
# by which a state is to be left
STATE_CLOCKS = {state: name for state, name in (LAPSE | OWN).items() if state not in CLOCK_OF_TURN}


def clock_column(state):
    """The column of a matter that says since when the clock of `state` runs."""
    return "turn_since" if state in CLOCK_OF_TURN else "state_since"


class Urgency(TextChoices):
    NORMAL = "normal", _("Normal")
    SOON = "soon", _("Soon")
    URGENT = "urgent", _("Urgent")


class ProblemClass(TextChoices):
    BUSINESS = "business", _("Business")
    PARTY_WORK = "party_work", _("Party work")


class Level(TextChoices):
    UNIT = "unit", _("Unit to unit")
    POST = "post", _("Post to post")


class Direction(TextChoices):
    HQ_TO_GRASSROOTS = "hq_gr", _("Headquarters to grassroots")
    GRASSROOTS_TO_HQ = "gr_hq", _("Grassroots to headquarters")
    GRASSROOTS = "gr_gr", _("Between grassroots")
    HEADQUARTERS = "hq_hq", _("Between headquarters")


class PartyRole(TextChoices):
    INITIATOR = "initiator", _("Initiator")
    INVITEE = "invitee", _("Invited party")


class Answer(TextChoices):
    NONE = "", _("No answer yet")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    COUNTERED = "countered", _("Counter-proposal")


class Ground(TextChoices):
    """Grounds of refusal (domain.md §8)."""

    PERSONNEL = "personnel", _("Personnel matter")
    PAY = "pay", _("Pay matter")
    MANY_DEPARTMENTS = "many_departments", _("Needs more than two departments")
    MANY_YEARS = "many_years", _("Takes longer than two years")
    NO_MEASURE = "no_measure", _("No concrete measure")
    DUPLICATE = "duplicate", _("Duplicate")
    OTHER = "other", _("Other ground")


MACRO = frozenset({Ground.PERSONNEL, Ground.PAY, Ground.MANY_DEPARTMENTS, Ground.MANY_YEARS})


class Verdict(TextChoices):
    PASS = "pass", _("Pass")
    REVISE = "revise", _("Revise")
    REFUSE = "refuse", _("Refuse")


class ReviewOutcome(TextChoices):
    PENDING = "", _("Under review")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned")
    REFUSED = "refused", _("Refused")
    RECALLED = "recalled", _("Recalled")


class Result(TextChoices):
    """What became of a goal or a problem at completion."""

    DONE = "done", _("Done")
    PART = "part", _("Partly done")
    NOT = "not", _("Not done")


class EndCode(TextChoices):
    """Coded reasons of a termination (five, capability M1)."""

    REMATCH = "rematch", _("Pair again with another partner")
    NO_CAPACITY = "no_capacity", _("A party has no capacity")
    GONE = "gone", _("The problem no longer exists")
    OUT_OF_REACH = "out_of_reach", _("Cannot be solved by this pair")
    REORGANISED = "reorganised", _("A party was reorganised")


class IntervalKind(TextChoices):
    SUSPENDED = "suspended", _("Suspended")
    ACCEPTANCE = "acceptance", _("In acceptance")
    PARKED = "parked", _("Parked")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPLAINED = "explained", _("Explained")


class Turn(TextChoices):
    """On whose side the ball is."""

    NOBODY = "", _("Nobody")
    BRANCHES = "branches", _("Branches")
    GROUP = "group", _("Working group")
    LEAD = "lead", _("Working group lead")


class Decision(TextChoices):
    PENDING = "", _("Decision pending")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class VisitKind(TextChoices):
    VISIT = "visit", _("Visit")
    CALL = "call", _("Call")
    PAPER = "paper", _("On paper")


class LookBack(TextChoices):
    WORKS = "works", _("Still works")
    PARTLY = "partly", _("Works in part")
    RELAPSED = "relapsed", _("Relapsed")
