"""The counting rules (口径) in words, printed under every table (domain.md §6)."""

from django.utils.translation import gettext_lazy as _

AS_OF = _(
    "As of a day means: what had happened before 0:00 of the next day, Beijing time, as known now. "
    "Late entries and corrections change this table; an issued one stays as it is."
)
NAMES = _("Pairs, party branches and units are three things: a branch in several pairs counts once.")
SOLVED = (
    NAMES,
    _("A discipline committee is a party of a pair, but not counted as a party branch."),
    _(
        "A problem stands once, under the pair that solved it, by its first write-off. "
        "A later relapse is noted beside it and changes no number. Done but not accepted is not written off."
    ),
    _(
        "Lateness is that of the pair, in calendar days, suspended days and days in acceptance left out; "
        "a problem written off ahead of its pair is measured by the day it was reported as done."
    ),
    _("Parties are named as in the signed agreement. An extension is no new pair; a new partner makes a new pair."),
    _(
        "Filters: the period is that of the write-off; an organisation stands for itself and all below it, "
        "as owner of the problem or as a party of the pair."
    ),
    AS_OF,
)
PROBLEMS = (
    _(
        "Raised counts by the day of the first filing; refused, withdrawn and explained problems are included "
        "and shown apart, drafts and problems still to be confirmed are not."
    ),
    _("Solved counts by the first write-off, each problem once. Done but not accepted is not written off."),
    AS_OF,
)
AGREEMENTS = (
    _("A pair counts by the day of its last signature. An extension is no new pair; a new partner makes a new pair."),
    _(
        "Overdue begins on the day after the due date. A pair that is suspended, in acceptance, or has asked in time "
        "for an extension not yet decided, is neither overdue nor due soon."
    ),
    _("Due soon: due within the largest number of days of the reminders in the rules that apply to the pair."),
    AS_OF,
)
WITHIN = _(
    "Raised, written off, relapsed, newly signed, ended and extended count what happened in the period; "
    "all other columns tell how things stood at its end. Without a period everything since the beginning counts."
)
SUMMARY = (
    WITHIN,
    _(
        "A relapsed problem stands once under written off, by its first write-off, and beside that in the state in "
        "which it stands at the end. So the columns of problems need not add up to the number raised."
    ),
    _(
        "A problem counts with the branch that owns it. A pair counts under each branch that signed it and under each "
        "category of its problems; the total counts every pair once and so may be smaller than the sum of the rows."
    ),
    _(
        "Direction, level and side of the initiator are those of the pair: for a problem, of the pair in which it "
        "stood last, or of the pair that solved it. A problem in no pair stands in a row of its own."
    ),
    _(
        "Carried over: signed before the period and running when it began. Carried over and newly signed, less those "
        "that ended, are those running at the end."
    ),
    _(
        "Ended: accepted on time, accepted late, or terminated. Days late are calendar days of all pairs accepted "
        "late, suspended days and days in acceptance left out. Extended: an extension was granted in the period."
    ),
    PROBLEMS[0],
    PROBLEMS[1],
    AGREEMENTS[0],
    AS_OF,
)
BRANCHES = (
    _("Taking part: party to an agreement signed by the day, of all party branches that exist on that day."),
    NAMES,
    AS_OF,
)
NETWORK = (
    _(
        "A pair belongs to the year of its last signature. Of three parties each two are joined by a line, "
        "but the pair is counted once wherever a number stands for more than one line."
    ),
    _(
        "The solved problems are those written off under these pairs by the day, whenever that was, each problem once. "
        "A category takes the pairs on whose list one of its problems stood, and counts its problems alone."
    ),
    _(
        "A branch that was merged or closed stays where it signed; from then on its open pairs stand with its "
        "successor. A discipline committee is a party of a pair, but not counted as a party branch."
    ),
    BRANCHES[0],
    AS_OF,
)
INDEX = (AGREEMENTS[0], BRANCHES[0], PROBLEMS[0], SOLVED[2], AGREEMENTS[1], AGREEMENTS[2])
INDEX += (_("Problems raised and problems solved are different sets; no rate is made of them."), AS_OF)
YEAR_EARLIER = _("A year earlier: the same figure as of the same day of the year before, as known now.")
LEADER = (
    *INDEX[:6],
    _(
        "Working days are counted from the day after a step began to the day it ended. How long steps take is that of "
        "the pairs signed, for the acceptance of those accepted, in the 12 months up to the day; of a review in "
        "several rounds the last counts. What waits is that of now and is not shown for a past day."
    ),
    *INDEX[6:],
)
OF_LIST = {"problems": PROBLEMS, "agreements": AGREEMENTS, "branches": BRANCHES}
OWN_SCOPE = _(
    "Own branches only: counted are the pairs to which an own branch is a party, its own problems, and those of its "
    "partners that were taken into these pairs. The page of the branch counts the problems of the branch alone."
)


def asked_by(question, rules):
    """The rules as one who asks so has to read them: in the own scope what is counted there comes first."""
    return (OWN_SCOPE, *rules) if question.own_scope else tuple(rules)
