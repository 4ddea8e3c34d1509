"""What the working group's figures say about whom to invite next, in sentences; branches in their manual order."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.rows import separator


@dataclass(frozen=True)
class Advice:
    """A sentence, the address of the list behind it, and the words of the link."""

    text: str
    url: str
    link: str


def advice(question, found):
    """The Advice that the figures give; one of praise where there is nothing to do. `found`: views.group.Found."""
    said = [*_branches(question, found), *_categories(question, found), *_unmatched(question, found)]
    return said or [Advice(_("Every branch has been in a pair, and every problem has a partner."), "", "")]


def _branches(question, found):
    if found.never:
        words = {"n": found.never, "names": _named(found.never_names, found.never)}
        text = ngettext(
            "%(n)s party branch was never in a pair: %(names)s. Invite it to name a weak point, or to help.",
            "%(n)s party branches were never in a pair: %(names)s. Invite them to name a weak point, or to help.",
            found.never,
        )
        yield Advice(text % words, question.address("group_list", what="never_paired"), _("Open the list"))
    paired_only = found.nothing - found.never
    if paired_only > 0:
        words = {"n": paired_only}
        text = ngettext(
            "%(n)s party branch has been in a pair, but has helped nobody yet.",
            "%(n)s party branches have been in a pair, but have helped nobody yet.", paired_only,
        )  # fmt: skip
        yield Advice(text % words, question.address("group_list", what="offered_nothing"), _("Open the list"))


def _categories(question, found):
    unsolved = [category for category in found.categories if not category["known"]]
    for category in unsolved[:2]:
        words = {"category": category["name"], "n": category["waiting"]}
        text = ngettext(
            "Nobody has solved a problem of “%(category)s” yet, and %(n)s problem waits there.",
            "Nobody has solved a problem of “%(category)s” yet, and %(n)s problems wait there.", category["waiting"],
        )  # fmt: skip
        address = question.address("group_list", what="unmatched_in", of=category["pk"])
        yield Advice(text % words, address, _("Open the problems"))
    for category in [category for category in found.categories if category["solvers"]][:2]:
        words = {"category": category["name"], "n": category["waiting"], "names": separator().join(category["solvers"])}
        text = ngettext(
            "%(n)s problem of “%(category)s” waits; these have solved such problems: %(names)s.",
            "%(n)s problems of “%(category)s” wait; these have solved such problems: %(names)s.", category["waiting"],
        )  # fmt: skip
        address = question.address("group_list", what="unmatched_in", of=category["pk"])
        yield Advice(text % words, address, _("Open the problems"))


def _unmatched(question, found):
    n = found.ages.get("more", 0)
    if n:
        text = ngettext(
            "%(n)s problem has looked for a partner for more than 20 working days.",
            "%(n)s problems have looked for a partner for more than 20 working days.", n,
        )  # fmt: skip
        address = question.address("group_list", what="unmatched_age", of="more")
        yield Advice(text % {"n": n}, address, _("Open the problems"))


def _named(names, n):
    text = separator().join(names)
    return _("%(names)s and others") % {"names": text} if n > len(names) else text
