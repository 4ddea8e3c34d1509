"""Who of the working group is recused, for the rows of a list: a fixed number of queries, whatever their number.

What a person may really do is decided by pairing.rules; this only spares a button that would be refused.
"""

from collections import defaultdict

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.models import Role, Seat, UnitLink
from accounts.models.seat import GROUP
from pairing.enums import Turn
from pairing.models.programme import path_under


class Recusal:
    """For one member of the working group."""

    def __init__(self, user):
        self.user = user

    def why_not(self, obj, seat):
        """The sentence that says why somebody else decides about `obj`, or ""."""
        if obj.turn not in (Turn.GROUP, Turn.LEAD):
            return ""
        bodies = bodies_of(obj)
        if bodies & self._bodies[self.user.pk]:
            return _("Your own branch is concerned; another member decides.")
        if obj.turn == Turn.GROUP and not self._is_reviewer and self._reviewer_left(obj, bodies):
            return _("The members of the group decide; the lead only where none of them may.")
        return ""

    @cached_property
    def _is_reviewer(self):
        return any(seat.role == Role.REVIEWER for seat in self.user.current_seats)

    def _reviewer_left(self, obj, bodies):
        reviewers = self._reviewers[obj.programme.committee_id]
        return any(not (bodies & self._bodies[person]) for person in reviewers)

    @cached_property
    def _seats(self):
        """(person id, role, matter, id and path of the organisation) of the seats of today of the person.

        A lead has to know those of the reviewers of the committees too.
        """
        persons = Q(person=self.user.pk)
        if not self._is_reviewer:
            below = path_under(self._above, "organisation__path")
            persons |= Q(person__in=_reviewing().filter(below).values("person"))
        seats = Seat.objects.on(timezone.localdate()).filter(persons)
        return list(seats.values_list("person_id", "role", "matter", "organisation_id", "organisation__path"))

    @property
    def _above(self):
        return tuple(seat.organisation.path for seat in self.user.current_seats if seat.role in GROUP)

    @cached_property
    def _reviewers(self):
        """{committee id: ids of its standing reviewers}; only a lead has to know them."""
        found = defaultdict(set)
        for person, role, matter, committee, path in () if self._is_reviewer else self._seats:
            if role == Role.REVIEWER and not matter and path.startswith(self._above):
                found[committee].add(person)
        return found

    @cached_property
    def _bodies(self):
        """{person id: ids of the organisations whose matters he or she is recused from}."""
        today = timezone.localdate()
        found = defaultdict(set)
        for person, _role, _matter, _organisation, path in self._seats:
            found[person].update(int(part) for part in path.strip("/").split("/"))
        units = set().union(*found.values())
        links = UnitLink.objects.filter(Q(to_on__isnull=True) | Q(to_on__gt=today), unit__in=units, from_on__lte=today)
        branches = dict(links.values_list("unit_id", "branch_id"))
        for bodies in found.values():
            bodies.update(branches[unit] for unit in list(bodies) if unit in branches)
        return found


def _reviewing():
    return Seat.objects.on(timezone.localdate()).filter(role=Role.REVIEWER, matter="")


def bodies_of(obj):
    """Ids of the organisations concerned, from what the list has loaded."""
    if obj._meta.model_name == "agreement":
        return {party.organisation_id for party in obj.parties.all() if party.left_on is None}
    return set(obj.viewers)
