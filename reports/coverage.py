"""How many of the party branches of a part take part, and which were never in a pair (domain.md §6)."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import Organisation
from pairing.models import Counted, Programme, branches_on, own_organisation_ids, taking_part_on
from pairing.models.programme import path_under
from reports import rollups


@dataclass(frozen=True)
class Coverage:
    """Branches that exist on the day, those of them that are party to a pair signed by then, and those never in one."""

    every: QuerySet[Organisation]
    taking: QuerySet[Organisation]
    alone: QuerySet[Organisation]
    existing_count: int
    taking_part_count: int

    def existing(self):
        return self.every

    def taking_part(self):
        return self.taking

    def never(self):
        """In the manual order."""
        return self.alone.in_order()

    @property
    def never_count(self):
        return self.existing_count - self.taking_part_count


def coverage_of(question, user, part):
    """The Coverage of a Part (reports.network) on the day; in the own scope of the own branches. At most two queries.

    Who takes part is read from the facts, unless they wait to be made; the numbers of a whole programme too large for
    one picture from the sums, whose cost does not grow.
    """
    here = _own(user) if question.own_scope else _within(part)
    every = here(branches_on(question.programme, question.as_of))
    if part.waits:
        taking = here(taking_part_on(question.programme, question.as_of))
        alone = every.exclude(pk__in=taking.order_by().values("pk"))
    else:
        takes = rollups.branches_that(question.programme, "taking_part", question.as_of)
        taking, alone = every.filter(takes), every.filter(~takes)
    return Coverage(every, taking, alone, *_numbers(question, part, every, taking))


def _numbers(question, part, every, taking):
    if part.whole and part.grouped and not question.own_scope and not part.waits:
        sums = rollups.totals(question.programme, question.as_of, ("existing", "taking_part"))
        return sums["existing"], sums["taking_part"]
    numbers = Programme.objects.filter(pk=question.programme.pk)
    row = numbers.annotate(n_every=Counted(every), n_taking=Counted(taking)).values("n_every", "n_taking").get()
    return row["n_every"], row["n_taking"]


def _own(user):
    return lambda rows: rows.filter(pk__in=own_organisation_ids(user))


def _within(part):
    """Narrows branches down to those of a part."""
    if part.whole:
        return lambda rows: rows
    here = path_under(part.paths, "path")
    return lambda rows: rows.filter(here)
