"""What the filters of a question mean, for problems, pairs, branches and lines of the table: each said once.

Organisation: an organisation stands for itself and all below it; a problem lies with its owner, a pair with every body
that signed it. Direction, level and side of the initiator are those of the pair: for a problem, of the pair in which it
stood last on the day, or (`solving`) of the pair that solved it. Category, class and state are those of the problem: a
pair fits when one of the problems on its list does.
"""

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.models import Kind
from pairing.enums import PartyRole
from pairing.models import Episode, Party, Problem, Signature
from reports.question_form import NONE

OF_PROBLEM = ("category", "class", "state")
OF_PAIR = ("direction", "level", "side")


def narrow_problems(found, question, *, solving=False):
    """`found`: a QuerySet of Problem."""
    filters = question.filters
    if organisation := filters.get("organisation"):
        found = found.filter(_under(organisation, "owner__path", "unit__path"))
    for name in OF_PAIR:
        if value := filters.get(name):
            found = found.alias(**{f"pair_{name}": of_pair(name, question, solving=solving)})
            found = found.filter(**{f"pair_{name}": "" if value == NONE else value})
    return _with_problem_filters(found, question)


def narrow_pairs(found, question):
    """`found`: a QuerySet of Agreement, all of them signed."""
    filters = question.filters
    if organisation := filters.get("organisation"):
        under = _under(organisation, "body_path", "party__unit__path")
        signed = signatures(question.programme, question.day)
        found = found.filter(Exists(signed.filter(under, party__agreement=OuterRef("pk"))))
    for name in OF_PAIR:
        if value := filters.get(name):
            found = found.alias(**{f"of_{name}": column_of_pair(name, "")})
            found = found.filter(**{f"of_{name}": "" if value == NONE else value})
    if any(name in filters for name in OF_PROBLEM):
        found = found.filter(Exists(listed(question, fitting=True).filter(agreement=OuterRef("pk"))))
    return found


def narrow_episodes(found, question):
    """`found`: Episodes as lines of the table of solved problems, each with the pair that solved its problem.

    Here an organisation is concerned as owner of the problem or as a party of the pair, as the table shows both.
    """
    filters = question.filters
    if organisation := filters.get("organisation"):
        found = found.filter(_concerns(organisation))
    for name in OF_PAIR:
        if value := filters.get(name):
            found = found.alias(**{f"of_{name}": column_of_pair(name, "agreement__")})
            found = found.filter(**{f"of_{name}": "" if value == NONE else value})
    return _of_fitting_problems(found, question)


def _of_fitting_problems(episodes, question):
    if not any(name in question.filters for name in OF_PROBLEM):
        return episodes
    fitting = _with_problem_filters(Problem.objects.filter(pk=OuterRef("problem")), question)
    return episodes.filter(Exists(fitting))


def _with_problem_filters(found, question):
    filters = question.filters
    if category := filters.get("category"):
        nothing = Q(category__isnull=True)
        found = found.filter(nothing if category == NONE else Q(category=category) | Q(category__parent=category))
    if kind := filters.get("class"):
        found = found.filter(Q(category__isnull=True) if kind == NONE else Q(category__kind=kind))
    if state := filters.get("state"):
        found = found.as_of(question.day).filter(state_then=state)
    return found


def _under(organisation, path, unit_path):
    """A Q: at or below the organisation; a unit is no body of its own, it is named beside one."""
    here = Q(**{f"{path}__startswith": organisation.path})
    if organisation.kind == Kind.UNIT:
        here |= Q(**{f"{unit_path}__startswith": organisation.path})
    return here


def _concerns(organisation):
    path = organisation.path
    here = Q(organisation__path__startswith=path) | Q(unit__path__startswith=path)
    parties = Party.objects.filter(here, agreement=OuterRef("agreement")).exclude(name_then="")
    return Q(problem__owner__path__startswith=path) | Exists(parties)


# What links problems, pairs and bodies; groupings count over the same links
def listed(question, *, fitting=False):
    """Episodes by which a problem stands on the list of a signed pair, by the day: also those that ended with it.

    `fitting`: only those whose problem fits the filters.
    """
    kept = Q(released_on__isnull=True) | Q(released_on__gt=F("agreement__signed_on"))
    found = Episode.objects.filter(kept, taken_on__lte=question.day)
    return _of_fitting_problems(found, question) if fitting else found


def signatures(programme, day):
    """Valid signatures under the programme's pairs with `body` and `body_path`: who signed.

    Where that body was closed by the day, the one that took the pair over stands in for it.
    """
    closed = Q(seat__organisation__closed_on__lte=day)
    valid = Signature.objects.filter(voided_at__isnull=True, party__agreement__programme=programme)
    return valid.order_by().annotate(
        body=Case(When(closed, then=F("party__organisation")), default=F("seat__organisation")),
        body_path=Case(When(closed, then=F("party__organisation__path")), default=F("seat__organisation__path")),
    )


def signed_below(bodies):
    """Ids of the signatures that one of `bodies` (a QuerySet of ids) gave, or that stand at its place in the pair.

    Who of the two counts, `signatures` says; this finds both by index, where the rows of a page are few of many.
    """
    found = Signature.objects.order_by()
    return (
        found.filter(seat__organisation__in=bodies)
        .values("pk")
        .union(found.filter(party__organisation__in=bodies).values("pk"))
    )


def of_pair(name, question, *, solving):
    """Expression for a problem: what its pair says under `name` (of OF_PAIR), "" where it is in none."""
    day = question.day
    episodes = Episode.objects.filter(problem=OuterRef("pk"))
    if solving:
        episodes = episodes.solving_on(day).order_by("pk")
    else:
        kept = Q(released_on__isnull=True) | Q(released_on__gt=day)
        episodes = episodes.filter(kept, taken_on__lte=day).order_by("-taken_on", "-pk")
    value = episodes.annotate(of_pair=column_of_pair(name, "agreement__")).values("of_pair")[:1]
    return Coalesce(Subquery(value), Value(""), output_field=CharField())


def column_of_pair(name, prefix):
    """Expression for the rows of a pair, reached by `prefix`: its direction or level, or the side of its initiator."""
    if name != "side":
        return F(f"{prefix}{name}")
    pair = OuterRef(f"{prefix}pk" if prefix else "pk")
    initiators = Party.objects.filter(agreement=pair, role=PartyRole.INITIATOR)
    return Coalesce(Subquery(initiators.values("organisation__side")[:1]), Value(""), output_field=CharField())
