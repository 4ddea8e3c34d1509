"""Who may do what: (seat, object, data) -> bool, with no state in it (architecture.md §2).

`data["at"]` is the moment of the act: rights are those of that day. A seat of None is the clock.
"""

from django.db.models import Q

from accounts.models import Kind, Organisation, Role, Seat, UnitLink
from accounts.models.seat import ACTING_FOR_A_BRANCH
from pairing.deadlines import day_of
from pairing.models.programme import path_under


# Small words the tables are written in
def clock(seat, obj, data):
    return seat is None


def cascade_only(seat, obj, data):
    """Happens only as a consequence of a step on another aggregate."""
    return False


def any_of(*rules):
    def either(seat, obj, data):
        return any(rule(seat, obj, data) for rule in rules)

    either.__name__ = " or ".join(rule.__name__ for rule in rules)
    return either


def _is(seat, *roles):
    return seat is not None and seat.role in roles


# Problems
def filer_side(seat, problem, data):
    """Secretary or liaison of the branch that wrote the draft."""
    return _is(seat, *ACTING_FOR_A_BRANCH) and seat.organisation_id == problem.filer_id


def finder(seat, problem, data):
    """The supervisor who came upon it while following up a pair: filed on behalf of one of its parties."""
    found = problem.found_in_id is not None and seat is not None and problem.filer_id == seat.organisation_id
    return found and supervisor(seat, problem, data)


def owner_side(seat, problem, data):
    return _is(seat, *ACTING_FOR_A_BRANCH) and seat.organisation_id == problem.owner_id


def owner_secretary(seat, problem, data):
    return _is(seat, Role.SECRETARY) and seat.organisation_id == problem.owner_id


def another_branch(seat, problem, data):
    """Secretary of a branch of the same programme that neither owns nor joined the problem."""
    if not _is(seat, Role.SECRETARY) or seat.organisation.kind != Kind.PARTY_BRANCH:
        return False
    same = seat.organisation.path.startswith(problem.programme.committee.path)
    return same and seat.organisation_id not in [owner.pk for owner in problem.owners()]


def helper_or_owner_secretary(seat, problem, data):
    """Secretary of the owner, or of a party of the pair that has or last had the problem: a helper (domain.md §3)."""
    if not _is(seat, Role.SECRETARY):
        return False
    episode = problem.latest_episode
    helps = episode is not None and episode.agreement.party_of(seat) is not None
    return helps or seat.organisation_id == problem.owner_id


# Agreements
def initiator_secretary(seat, agreement, data):
    return _is(seat, Role.SECRETARY) and seat.organisation_id == agreement.initiator.organisation_id


def initiator_side(seat, agreement, data):
    return _is(seat, *ACTING_FOR_A_BRANCH) and seat.organisation_id == agreement.initiator.organisation_id


def invitee_secretary(seat, agreement, data):
    party = agreement.party_of(seat)
    return _is(seat, Role.SECRETARY) and party is not None and party.pk != agreement.initiator.pk


def party_secretary(seat, agreement, data):
    return _is(seat, Role.SECRETARY) and agreement.party_of(seat) is not None


def party_side(seat, agreement, data):
    return _is(seat, *ACTING_FOR_A_BRANCH) and agreement.party_of(seat) is not None


# The rules themselves; a RuleVersion oversees like a matter, by its programme
def writes_rules(seat, version, data):
    """A member of the working group; who was appointed for one matter writes no rules."""
    return _is(seat, Role.REVIEWER, Role.LEAD) and not seat.matter and _oversees(seat, version)


def publishes_rules(seat, version, data):
    return _is(seat, Role.LEAD) and _oversees(seat, version)


def supervisor(seat, matter, data):
    return _is(seat, Role.SUPERVISOR) and _oversees(seat, matter)


# The working group, with recusal
def group(seat, matter, data):
    """A member of the working group who is not recused on that day, in the order of domain.md §4."""
    return _is(seat, Role.REVIEWER, Role.LEAD) and seat.pk in deciders(matter, day_of(data["at"]))


def lead(seat, matter, data):
    """The lead, or, recused or vacant, whoever decides instead."""
    return _is(seat, Role.REVIEWER, Role.LEAD) and seat.pk in deciders(matter, day_of(data["at"]), lead_only=True)


def extension_decider(seat, agreement, data):
    """The first extensions are decided by the group, the next only by the lead (domain.md §5)."""
    by_group = agreement.extensions_granted < agreement.rules(day_of(data["at"])).extensions_by_group
    return group(seat, agreement, data) if by_group else lead(seat, agreement, data)


def _oversees(seat, matter):
    return matter.programme.committee.path.startswith(seat.organisation.path)


def deciders(matter, day, *, lead_only=False):
    """Ids of the seats that may decide on `matter` on `day`.

    Reviewers with no seat in a party or below it; if fewer remain than opinions are needed, also the lead, then the
    parent committee's group, and so on upwards, at last a reviewer appointed for this matter. With `lead_only` the
    order starts at the lead.
    """
    return _once(matter, ("deciders", day, lead_only), lambda: _find_deciders(matter, day, lead_only))


def recused(matter, day):
    """Ids of the persons who hold a seat in a party of `matter`, or below one, on `day`."""
    return _once(matter, ("recused", day), lambda: _find_recused(matter, day))


def _once(matter, key, find):
    """What `find()` answers, kept on the object, which the engine fetches afresh under its lock."""
    known = matter.__dict__.setdefault("_deciding", {})
    if key not in known:
        known[key] = find()
    return known[key]


def _find_recused(matter, day):
    bodies = matter.bodies()
    paths = [body.path for body in bodies]
    units = UnitLink.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gt=day), branch__in=bodies, from_on__lte=day
    ).values_list("unit__path", flat=True)
    conflicted = Seat.objects.on(day).filter(path_under([*paths, *units], "organisation__path"))
    return set(conflicted.values_list("person_id", flat=True))


def _find_deciders(matter, day, lead_only):
    needed = 1 if lead_only else matter.rules(day).opinions_needed
    out = recused(matter, day)
    pool = {}
    for step in _order_of_deciders(matter, day, lead_only):
        pool |= {seat.pk: seat.person_id for seat in step if seat.person_id not in out}
        if len(set(pool.values())) >= needed:
            break
    return frozenset(pool)


def _order_of_deciders(matter, day, lead_only):
    here, *above = _once(matter, ("standing", day), lambda: _standing_groups(matter, day))
    if not lead_only:
        yield [seat for seat in here if seat.role == Role.REVIEWER]
    yield [seat for seat in here if seat.role == Role.LEAD]
    yield from above
    appointed = Seat.objects.on(day).filter(role__in=[Role.REVIEWER, Role.LEAD])
    yield appointed.filter(matter=f"{matter._meta.model_name} {matter.pk}")


def _standing_groups(matter, day):
    """The seats of the working groups, from the programme's committee upwards: a list for each committee."""
    committees = _committees_upward(matter.programme.committee)
    standing = {committee.pk: [] for committee in committees}
    seats = Seat.objects.on(day).filter(role__in=[Role.REVIEWER, Role.LEAD], organisation__in=committees, matter="")
    for seat in seats:
        standing[seat.organisation_id].append(seat)
    return list(standing.values())


def _committees_upward(committee):
    ids = [int(part) for part in committee.path.strip("/").split("/")]
    if ids == [committee.pk]:
        return [committee]
    found = Organisation.objects.filter(pk__in=ids, kind=Kind.COMMITTEE)
    return sorted(found, key=lambda organisation: -len(organisation.path))
