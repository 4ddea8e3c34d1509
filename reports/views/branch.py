"""A branch's own page of a year: at its end nothing has to be written, it prints as it is."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from pairing.models import own_organisation_ids
from pairing.words import day_words
from reports import branch as of
from reports import counting_rules, tables
from reports.questions import ask
from reports.selectors import FIGURES, count_all, read_only
from reports.views.answers import context_of, without_answer

ALL = "all"


@require_safe
def branch(request, pk):
    """For its own people and for those who oversee the programme."""
    with read_only():
        form, question = ask(request)
        if question is None:
            return without_answer(request, form)
        body = get_object_or_404(of.with_facts(question.as_of), pk=pk)
        mine = body.pk in own_organisation_ids(request.user)
        if not body.lies_below(question.programme.committee) or (question.own_scope and not mine):
            raise Http404
        year = _year(request, question)
        asked = of.of_branch(question, body, year)
        return render(request, "reports/branch.html", _context(request, form, question, asked, body, year))


def _year(request, question):
    """The year asked for, None for all; without one that of the as-of day."""
    given = request.GET.get("year", "")
    if given == ALL:
        return None
    years = _years(question)
    if not given:
        return years[0]
    if not given.isascii() or not given.isdigit() or int(given) not in years:
        raise Http404
    return int(given)


def _years(question):
    """Years of the programme up to the as-of day, the latest first."""
    last = min(question.as_of, question.programme.ends_on or question.as_of).year
    return list(range(max(last, question.programme.starts_on.year), question.programme.starts_on.year - 1, -1))


def _context(request, form, question, asked, body, year):
    user = request.user
    counts = count_all(asked, user, of.FIGURES)
    pairs, more_pairs = of.pairs_of(asked, body, user)
    own, helped, more_solved = of.solved_by(asked, body, user)
    now = asked.day == timezone.localdate()
    waiting, more_waiting = of.open_matters(body, user) if now else ([], False)
    whole = _("since %(day)s") % {"day": day_words(question.programme.starts_on)}
    return context_of(form, question) | {
        "body": body, "year": year, "years": _year_links(question, year), "pairs": pairs, "more_pairs": more_pairs,
        "own": own, "helped": helped, "more_solved": more_solved, "now": now, "waiting": waiting,
        "more_waiting": more_waiting, "figures": [_figure(asked, key, counts[key]) for key in of.FIGURES],
        "briefing": list(_sentences(asked, year, counts, len(helped), more_solved)),
        "solved_url": asked.address("solved", without=()), "hidden": [("year", year or ALL)],
        "pairs_url": asked.address("agreements", without=(), what="new"),
        "second_line": tables.second_line(
            asked.day, "", question.programme.name, _("Year %(year)s") % {"year": year} if year else whole
        ),
        "rules": [*counting_rules.PROBLEMS[:2], *counting_rules.AGREEMENTS[:2], *_own_rules(), counting_rules.AS_OF],
    }  # fmt: skip


def _year_links(question, year):
    """(words, query, whether it is this one) of each year and of all."""
    kept = {name: value for name, value in question.given.items() if name in ("programme", "as_of")}
    links = [(str(one), kept | {"year": one}, one == year) for one in _years(question)]
    return [*links, (_("all years"), kept | {"year": ALL}, year is None)]


def _figure(asked, key, n):
    page, what = key
    label = _("pairs newly signed") if what == "new" else FIGURES[key].label
    return {"n": n, "label": label, "url": asked.address(page, without=(), what=what), "what": what}


def _sentences(asked, year, counts, helped, more):
    """What one would say about the branch at a meeting."""
    words = {
        "when": _("In %(year)s") % {"year": year} if year else _("Since the programme began"),
        "raised": counts["problems", "raised"], "solved": counts["problems", "solved"],
        "signed": counts["agreements", "new"], "running": counts["agreements", "running"],
        "overdue": counts["agreements", "overdue"], "day": day_words(asked.day),
    }  # fmt: skip
    yield _("%(when)s: problems raised by the branch: %(raised)s; written off: %(solved)s.") % words
    yield _("Pairs newly signed: %(signed)s; running on %(day)s: %(running)s.") % words
    if words["overdue"]:
        yield ngettext("%(n)s pair is overdue.", "%(n)s pairs are overdue.", words["overdue"]) % {"n": words["overdue"]}
    else:
        yield _("No pair is overdue.")
    if helped and not more:
        text = ngettext(
            "It helped others to solve %(n)s problem.", "It helped others to solve %(n)s problems.", helped
        )  # fmt: skip
        yield text % {"n": helped}


def _own_rules():
    return (
        _("Pairs of a year: those that ran on at least one day of it."),
        _(
            "Helped to solve: problems of others in which the branch is the helper named on the list, or, where none "
            "is named, a party of the pair."
        ),
    )
