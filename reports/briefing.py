"""The figures of a programme in three sentences, as one would report them at a meeting."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.tables import sentence

# The figures that the sentences need
FIGURES = (
    ("agreements", "solving"),
    ("branches", "solving"),
    ("problems", "solved"),
    ("branches", "taking_part"),
    ("branches", "existing"),
    ("problems", "raised"),
    ("agreements", "signed"),
    ("agreements", "overdue"),
)


def briefing(question, counts):
    """Sentences from {(page, what): number}; the first only where the whole programme is counted."""
    solved = sentence(counts["agreements", "solving"], counts["branches", "solving"], counts["problems", "solved"])
    sentences = [_("Solved: %(words)s.") % {"words": solved}, _signed(question, counts)]
    return sentences if question.own_scope else [_taking_part(counts), *sentences]


def _taking_part(counts):
    taking, existing = counts["branches", "taking_part"], counts["branches", "existing"]
    words = {"n": taking, "all": existing, "raised": counts["problems", "raised"]}
    if existing and taking == existing:
        return _("All %(all)s party branches take part; problems raised: %(raised)s.") % words
    return _("%(n)s of %(all)s party branches take part; problems raised: %(raised)s.") % words


def _signed(question, counts):
    n, overdue = counts["agreements", "signed"], counts["agreements", "overdue"]
    words = {"n": n, "year": question.as_of.year}
    text = ngettext("%(n)s pair newly signed in %(year)s", "%(n)s pairs newly signed in %(year)s", n) % words
    if not overdue:
        return _("%(signed)s; none is overdue.") % {"signed": text}
    late = ngettext("%(n)s pair is overdue", "%(n)s pairs are overdue", overdue) % {"n": overdue}
    return _("%(signed)s; %(late)s.") % {"signed": text, "late": late}
