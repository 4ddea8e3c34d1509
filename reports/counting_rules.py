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
        "Filters: the year is that of the write-off; an organisation stands for itself and all below it, "
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
OF_LIST = {"problems": PROBLEMS, "agreements": AGREEMENTS, "branches": BRANCHES}
