"""What keeps the cost of figures flat: dated facts per object, their sums by day and month, and what changed since.

All of it follows from the dated rows of pairing and can be made again from nothing (reports.rollups.rebuild). It is
written by reports.rollups alone, and by triggers: they note what was touched, in the transaction that touched it.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

EVERYWHERE = 0  # in place of a body: the whole programme
# written by the million from rows that the database has checked
DERIVED = {"on_delete": models.DO_NOTHING, "related_name": "+", "db_constraint": False, "db_index": False}


class Touched(models.Model):
    """An object whose facts may have changed; it goes when they have been read again. Doubles are harmless."""

    kind = models.CharField(max_length=12)  # problem, agreement, organisation, programme
    object_id = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())


class Fact(models.Model):
    """What one object adds to the figures: on `days` the `measures` change by `changes` (three arrays of one length).

    `bodies`: the organisations it counts for, those above them included. `category`: of a problem, 0 where it has
    none, NULL for what has no category. `way`: "direction|level|initiator's side" of the pair, "" without one.
    """

    pk = models.CompositePrimaryKey("kind", "object_id", "programme")
    kind = models.CharField(max_length=12)
    object_id = models.BigIntegerField()
    programme = models.ForeignKey("pairing.Programme", **DERIVED)
    bodies = ArrayField(models.BigIntegerField())
    category = models.BigIntegerField(null=True)
    way = models.CharField(max_length=40, blank=True)
    measures = ArrayField(models.TextField())
    days = ArrayField(models.DateField())
    changes = ArrayField(models.SmallIntegerField())

    class Meta:
        indexes = [GinIndex(fields=["bodies"], name="fact_bodies")]


class Count(models.Model):
    """By how much a measure changes; `key`: "" in all, "category:5" or "way:hq_gr|unit|headquarters" of it."""

    programme = models.ForeignKey("pairing.Programme", **DERIVED)
    body = models.BigIntegerField(default=EVERYWHERE)
    key = models.CharField(max_length=48, blank=True)
    measure = models.CharField(max_length=20)
    n = models.IntegerField()

    class Meta:
        abstract = True


class DayCount(Count):
    pk = models.CompositePrimaryKey("programme", "body", "key", "measure", "day")
    day = models.DateField()


class MonthCount(Count):
    pk = models.CompositePrimaryKey("programme", "body", "key", "measure", "month")
    month = models.DateField()  # its first day


class SummedBody(models.Model):
    """A body so large that it has sums of its own; smaller ones are added up from their facts."""

    pk = models.CompositePrimaryKey("programme", "body")
    programme = models.ForeignKey("pairing.Programme", **DERIVED)
    body = models.BigIntegerField()


class PairFact(models.Model):
    """Who stands at the ends of a signed agreement from a day on, until the day before `to_on` (None: to this day).

    `ends`: ids of the bodies, one per party; `children`: for each the child of the programme's committee that it is or
    lies below, 0 for what lies elsewhere; `bodies`: all ends and all above them. `categories`: of the problems on its
    list when it was signed, or later. `solved`: the days on which problems were first written off under it, ascending;
    `solved_in`: the category of each of these, 0 where it has none. The other arrays are sorted each by itself.
    """

    pk = models.CompositePrimaryKey("agreement", "from_on")
    agreement = models.ForeignKey("pairing.Agreement", **DERIVED)
    programme = models.ForeignKey("pairing.Programme", **DERIVED)
    signed_on = models.DateField()
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    ends = ArrayField(models.BigIntegerField())
    children = ArrayField(models.BigIntegerField())
    bodies = ArrayField(models.BigIntegerField())
    categories = ArrayField(models.BigIntegerField())
    solved = ArrayField(models.DateField())
    solved_in = ArrayField(models.BigIntegerField())

    class Meta:
        indexes = [
            models.Index(fields=["programme", "signed_on"], name="pair_fact_signed"),
            GinIndex(fields=["bodies"], name="pair_fact_bodies"),
        ]
