"""Which branches take part, or have helped: read from their facts, whose cost does not grow with the pairs."""

from django.db.models import DateField, Exists, F, Func, OuterRef, TextField, Value

from reports.models import Fact


def branches_that(programme, measure, day):
    """An Exists for a QuerySet of branches: by its facts, `measure` (of BRANCH_MEASURES) holds from `day` or before.

    It does not ask whether the branch exists on the day, nor whether the programme still waits for its first reading.
    """
    place = Func(F("measures"), Value(measure, TextField()), function="array_position")
    since = Func(
        F("days"), place, arg_joiner="[", template="(%(expressions)s])", output_field=DateField()
    )  # the day at that place
    facts = Fact.objects.filter(kind="branch", object_id=OuterRef("pk"), programme=programme)
    return Exists(facts.annotate(since=since).filter(since__lte=day))
