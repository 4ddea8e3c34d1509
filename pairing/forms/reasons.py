"""Reasons that are given often: chips on the page of a step. What is chosen stands before what is typed."""

from django.utils.translation import gettext_lazy as _

STANDS_STILL = _("The site stands still")
FROM_ABOVE = _("Waiting for a decision from above")
NO_DATA = _("The data that prove it are missing")
CAME_BACK = _("The problem has come back")

REASONS = {
    ("agreement", "ask_extension"): (
        _("Equipment or material arrived late"),
        _("People were needed elsewhere"),
        _("The plan of the project has changed"),
        STANDS_STILL,
        _("More checks are needed to prove the effect"),
    ),
    ("agreement", "grant_extension"): (_("The reason is well founded"), _("There is visible progress")),
    ("agreement", "refuse_extension"): (
        _("The reason is not well founded"),
        _("There is too little progress"),
        _("The goals can be reached in time"),
    ),
    ("agreement", "suspend"): (
        STANDS_STILL,
        _("A party is being reorganised"),
        FROM_ABOVE,
        _("An emergency has priority"),
    ),
    ("agreement", "mute"): (
        _("The working group and both sides have agreed on the further course"),
        _("The work is done, papers are missing"),
        STANDS_STILL,
    ),
    ("agreement", "object_termination"): (_("The problem still exists"), _("We can go on with the work")),
    ("agreement", "skip_follow_up"): (
        _("It fell on a day off"),
        _("There was a visit shortly before"),
        _("The people concerned were away"),
    ),
    ("agreement", "leave"): (_("We have no capacity at present"), _("Another partner fits better")),
    ("problem", "withdraw"): (_("We have solved it ourselves"), _("It was filed twice"), _("It no longer exists")),
    ("problem", "explain"): (_("A solution is arranged already"), _("Rules from above do not allow it")),
    ("problem", "not_ours"): (_("It belongs to another branch"), _("It lies outside our business")),
    ("problem", "park"): (FROM_ABOVE, _("Waiting for design or equipment"), STANDS_STILL),
    ("problem", "reject_claim"): (_("The target is not reached yet"), NO_DATA, CAME_BACK),
    ("problem", "send_back"): (NO_DATA, _("The criterion of completion is not met"), _("The effect is not clear")),
    ("problem", "reopen"): (CAME_BACK, _("The effect did not last")),
}
