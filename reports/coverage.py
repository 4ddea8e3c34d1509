"""How many of the party branches of a part take part, and which were never in a pair (domain.md §6)."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from pairing.models import Counted, Programme, branches_on, own_organisation_ids, taking_part_on
from reports.network.parts import child_of


@dataclass(frozen=True)
class Coverage:
    """Branches that exist on the day, and those of them that are party to a pair signed by then."""

    all: QuerySet[Organisation]
    taking: QuerySet[Organisation]
    existing_count: int
    taking_part_count: int

    def existing(self):
        return self.all

    def taking_part(self):
        return self.taking

    def never(self):
        """Those never in a pair, in the manual order."""
        return self.all.exclude(pk__in=self.taking.order_by().values("pk")).in_order()

    @property
    def never_count(self):
        return self.existing_count - self.taking_part_count


def coverage_of(question, user, part):
    """The Coverage of a Part (reports.network) on the day; in the own scope of the own branches. One query."""
    every = branches_on(question.programme, question.as_of)
    taking = taking_part_on(question.programme, question.as_of)
    here = _own(user) if question.own_scope else _within(part)
    found = {name: here(rows) for name, rows in (("existing", every), ("taking", taking))}
    numbers = Programme.objects.filter(pk=question.programme.pk).annotate(
        **{f"n_{name}": Counted(rows) for name, rows in found.items()}
    )
    row = numbers.values("n_existing", "n_taking").get()
    return Coverage(found["existing"], found["taking"], row["n_existing"], row["n_taking"])


def _own(user):
    return lambda rows: rows.filter(pk__in=own_organisation_ids(user))


def _within(part):
    """Narrows branches down to those of a part."""
    if part.whole:
        return lambda rows: rows
    if not part.run:
        return lambda rows: rows.below(part.body)
    here = Q(path__startswith=part.body.path, child__in=list(part.placed))
    return lambda rows: rows.annotate(child=child_of(part.body)).filter(here)
