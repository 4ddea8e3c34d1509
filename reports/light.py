"""Long tables read as plain values: the rows of the same QuerySets as on the pages, without a model for each.

What is read has the attributes that reports.rows asks for, so that a row is made by one rule whoever reads it. Chunk
after chunk through a cursor of the server; parties of pairs are read once per chunk.
"""

from collections import defaultdict, namedtuple
from itertools import islice

from accounts.models import Kind
from pairing.enums import AgreementState
from pairing.models import Party, Signature

CHUNK = 2_000  # rows fetched at once

Named = namedtuple("Named", "name")
Goal = namedtuple("Goal", "text")
Body = namedtuple("Body", "pk name")
Merged = namedtuple("Merged", "successor_id")
PartyThen = namedtuple("PartyThen", "organisation_id organisation name_then unit_then post_then")
Pair = namedtuple("Pair", "pk number signed_on named_parties signers")
ProblemOfPair = namedtuple("ProblemOfPair", "pk number title raised_on owner category")
SolvedEpisode = namedtuple(
    "SolvedEpisode", "written_off_on relapsed_on effect late carried extended goal helper problem agreement"
)
ListedProblem = namedtuple("ListedProblem", "pk number title raised_on owner category state_then solved_then solved_by")
AGREEMENT = (
    "pk", "number", "aim", "signed_on", "due_then", "ended_on", "days_late", "stopped_then", "stopped_by", "state",
)  # fmt: skip
ListedAgreement = namedtuple("ListedAgreement", (*AGREEMENT, "named_parties", "get_state_display"))


def _chunks(rows, fields):
    """Lists of tuples of `fields`, CHUNK each, in the order of the QuerySet `rows`."""
    found = rows.select_related(None).prefetch_related(None).values_list(*fields).iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        yield chunk


def parties_of(agreements):
    """{agreement id: its parties as named in the signed text, in order} for some ids."""
    fields = (
        "agreement_id", "organisation_id", "organisation__successor_id", "name_then", "unit_then", "post_then",
    )  # fmt: skip
    found = Party.objects.filter(agreement__in=agreements).exclude(name_then="").order_by("order", "pk")
    parties = defaultdict(list)
    for agreement, body, successor, *names in found.values_list(*fields):
        parties[agreement].append(PartyThen(body, Merged(successor), *names))
    return parties


def signers_of_pairs(agreements):
    """{agreement id: ids of the party branches that signed it} for some ids."""
    found = Signature.objects.filter(
        party__agreement__in=agreements, voided_at__isnull=True, seat__organisation__kind=Kind.PARTY_BRANCH
    ).exclude(party__name_then="")
    signers = defaultdict(set)
    for agreement, branch in found.order_by().values_list("party__agreement_id", "seat__organisation_id"):
        signers[agreement].add(branch)
    return signers


EPISODE = (
    "agreement_id", "agreement__number", "agreement__signed_on", "written_off_on", "relapsed_on", "effect", "late",
    "carried", "extended", "goal__text", "helper_id", "helper__name", "problem_id", "problem__number", "problem__title",
    "problem__raised_on", "problem__owner_id", "problem__owner__name", "problem__category_id",
    "problem__category__name",
)  # fmt: skip


def solved(episodes):
    """`episodes` (selectors.solved_episodes) as rows.solved_row reads them, with the signers of their pairs."""
    for chunk in _chunks(episodes, EPISODE):
        ids = {values[0] for values in chunk}
        parties, signers = parties_of(ids), signers_of_pairs(ids)
        for values in chunk:
            pair = Pair(*values[:3], parties[values[0]], signers[values[0]])
            yield _episode(pair, *values[3:])


def _episode(
    pair, written_off, relapsed, effect, late, carried, extended, goal, helper, helper_name, problem, number, title,
    raised, owner, owner_name, category, category_name,
):  # fmt: skip
    """In the order of EPISODE, after the pair."""
    return SolvedEpisode(
        written_off, relapsed, effect, late, carried, extended, goal and Goal(goal),
        helper and Body(helper, helper_name),
        ProblemOfPair(
            problem, number, title, raised, Body(owner, owner_name), category and Body(category, category_name)
        ),
        pair,
    )  # fmt: skip


def problems(rows):
    """`rows` (selectors.problem_list) as rows.problem_row reads them."""
    fields = (
        "pk", "number", "title", "raised_on", "owner__name", "category__name", "state_then", "solved_then",
        "solved_by",
    )  # fmt: skip
    for chunk in _chunks(rows, fields):
        for pk, number, title, raised_on, owner, category, *then in chunk:
            yield ListedProblem(pk, number, title, raised_on, Named(owner), category and Named(category), *then)


def agreements(rows):
    """`rows` (selectors.agreement_list) as rows.agreement_row reads them."""
    labels = {state.value: (lambda label=state.label: label) for state in AgreementState}
    for chunk in _chunks(rows, AGREEMENT):
        parties = parties_of([values[0] for values in chunk])
        for values in chunk:
            yield ListedAgreement(*values, parties[values[0]], labels[values[-1]])
