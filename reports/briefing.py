"""The figures of a programme in three sentences, as one would report them at a meeting."""

from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pairing.words import day_words
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
    if before := not_begun(question):
        return before
    solved = sentence(counts["agreements", "solving"], counts["branches", "solving"], counts["problems", "solved"])
    sentences = [_("Solved: %(words)s.") % {"words": solved}, _signed(question, counts)]
    return sentences if question.own_scope else [_taking_part(counts), *sentences]


def not_begun(question):
    """[the sentence in place of all others] for a day on which the programme had not begun; else []."""
    if question.as_of >= question.programme.starts_on:
        return []
    words = {"day": day_words(question.as_of), "start": day_words(question.programme.starts_on)}
    return [_("On %(day)s the programme had not begun; it began on %(start)s.") % words]


def _taking_part(counts):
    taking, existing = counts["branches", "taking_part"], counts["branches", "existing"]
    words = {"n": taking, "all": existing, "raised": counts["problems", "raised"]}
    if existing and taking == existing:
        return ngettext(
            "The one party branch takes part; problems raised: %(raised)s.",
            "All %(all)s party branches take part; problems raised: %(raised)s.", existing,
        ) % words  # fmt: skip
    return ngettext(
        "%(n)s of %(all)s party branch takes part; problems raised: %(raised)s.",
        "%(n)s of %(all)s party branches take part; problems raised: %(raised)s.", existing,
    ) % words  # fmt: skip


def _signed(question, counts):
    n, overdue = counts["agreements", "signed"], counts["agreements", "overdue"]
    words = {"n": n, "year": question.as_of.year}
    text = ngettext("%(n)s pair newly signed in %(year)s", "%(n)s pairs newly signed in %(year)s", n) % words
    if not overdue:
        return _("%(signed)s; none is overdue.") % {"signed": text}
    late = ngettext("%(n)s pair is overdue", "%(n)s pairs are overdue", overdue) % {"n": overdue}
    return _("%(signed)s; %(late)s.") % {"signed": text, "late": late}


# The leader's
def for_leader(counts, week, overdue_url, review):
    """Three sentences: what the week brought and what is late; who takes part; what is solved.

    `week`: (pairs newly signed this week, address of their list); `review`: working days of the longest wait for a
    review, None where nothing waits. Numbers that stand on no other place of the page open their lists.
    """
    problems = counts["problems", "solved"]
    solved = sentence(counts["agreements", "solving"], counts["branches", "solving"], problems)
    return [
        _of_the_week(week, (counts["agreements", "overdue"], overdue_url), review),
        _taking_part(counts),
        _("Solved: %(words)s.") % {"words": solved} if problems else _("Nothing is written off yet."),
    ]


def _of_the_week(signed, overdue, review):
    new = ngettext("%(n)s pair newly signed", "%(n)s pairs newly signed", signed[0])
    late = ngettext("%(n)s pair overdue", "%(n)s pairs overdue", overdue[0])
    parts = {
        "signed": _linked(new, *signed) if signed[0] else escape(_("no pair newly signed")),
        "late": _linked(late, *overdue) if overdue[0] else escape(_("nothing is late")),
        "wait": escape(_waiting(review)),
    }
    # the parts are escaped one by one, so that the links among them stay
    return mark_safe(escape(_("This week: %(signed)s, %(late)s, %(wait)s.")) % parts)  # noqa: S308


def _waiting(review):
    if review is None:
        return _("nothing waits for review")
    if not review:
        return _("no review has waited for a working day")
    text = ngettext(
        "the longest wait for review: %(n)s working day", "the longest wait for review: %(n)s working days", review
    )  # fmt: skip
    return text % {"n": review}


def _linked(words, n, url):
    """Words with the number as a link to its list."""
    return escape(words) % {"n": format_html('<a href="{}" data-figure="{}">{}</a>', url, n, n)}
