"""Who hears: persons by the seats they hold on a day, loaded once per round."""

from collections import defaultdict

from accounts.models import Role, Seat


class Audience:
    """The seats of one day, looked up without a query per matter."""

    def __init__(self, day):
        self._branch = defaultdict(list)
        self._committee = defaultdict(list)
        seats = Seat.objects.on(day).filter(person__is_active=True, matter="")
        for organisation, role, person in seats.values_list("organisation_id", "role", "person_id"):
            table = self._branch if role == Role.SECRETARY else self._committee
            table[organisation, role].append(person)
        self._appointed = defaultdict(list)
        for matter, person in Seat.objects.on(day).exclude(matter="").values_list("matter", "person_id"):
            self._appointed[matter].append(person)

    def secretaries(self, organisations):
        """Ids of the secretaries of `organisations` (ids)."""
        return {person for pk in organisations for person in self._branch[pk, Role.SECRETARY]}

    def committee(self, matter, *roles):
        """Ids of the persons in one of `roles` at the programme's committee, and of reviewers appointed for it."""
        committee = matter.programme.committee_id
        persons = {person for role in roles for person in self._committee[committee, role]}
        if Role.REVIEWER in roles:
            persons |= set(self._appointed[f"{matter._meta.model_name} {matter.pk}"])
        return persons
