"""By branch, or by what lies above many branches."""

from django.db.models import BigIntegerField, CharField, Count, F, Func, Q, Value, Window
from django.db.models.functions import Cast, NullIf
from django.utils.translation import gettext_lazy as _l

from accounts.models import Kind, Organisation
from pairing.models import own_organisation_ids
from pairing.models.programme import path_under
from reports.grouping.rows import Grouping, GroupRow, text_of
from reports.narrowing import signatures, signed_below

PER_PAGE = 40  # rows of organisations on a page; more branches than this are summed up by what lies above them


class ByOrganisation(Grouping):
    """By branch in the manual order; where there are many, by what lies below the organisation asked for.

    Who sees only the own branches gets those, and the partners that something is counted under.
    """

    label, head = _l("by branch"), _l("Branch")
    replaces = ("organisation",)

    def make_rows(self):
        question = self.question
        self.scope = question.filters.get("organisation") or question.programme.committee
        self.restricted = self.alone = False
        branches = Organisation.objects.branches().below(self.scope).filter(_opened_by(question.day))
        if question.own_scope:
            self.by_branch = True
            return []
        few = list(branches.in_order()[: PER_PAGE + 1])
        self.by_branch = len(few) <= PER_PAGE
        rows = [self._row(body) for body in (few if self.by_branch else self._children())]
        self.alone = not rows  # a unit or a discipline committee: it is its own only row
        return rows or [self._row(self.scope)]

    def slices(self):
        return [(self.question, self.rows[0].key if self.alone else None)]

    def _children(self):
        """A page of the organisations right below, those that are parties or have some below them."""
        found = self.scope.children.exclude(kind=Kind.UNIT).filter(_opened_by(self.question.day)).in_order()
        start = (max(self.number or 1, 1) - 1) * PER_PAGE
        page = list(found.annotate(of=Window(Count("*")))[start : start + PER_PAGE])
        if not page:  # beyond the last page, or nothing below
            return found[:PER_PAGE]
        pages = -(-page[0].of // PER_PAGE)
        if pages > 1:
            self.page, self.restricted = (start // PER_PAGE + 1, pages), True
        return page

    def _row(self, body):
        is_party = body.kind in (Kind.PARTY_BRANCH, Kind.DISCIPLINE_COMMITTEE)
        closed = body.closed_on is not None and body.closed_on <= self.question.day
        return GroupRow(
            key=str(body.pk), label=body.name, given={"organisation": body.pk}, deeper=not is_party,
            body=body.pk, fades=closed,
        )  # fmt: skip

    def problem_keys(self, solving, without=()):
        key = F("owner") if self.by_branch else self._child("owner__path")
        if without and not {row.key for row in self.rows} - without:
            return []
        return [(text_of(key), self._of_page("owner", "owner__path", without))]

    def bodies(self):
        question = self.question
        summable = not (question.own_scope or question.filters.keys() - {"organisation"})
        return [row.body for row in self.rows] if summable else []

    def pair_keys(self, pairs, without=()):
        if without and not {row.key for row in self.rows} - without:
            return []
        signed = signatures(self.question.programme, self.question.day)
        links = signed.filter(party__agreement__in=pairs.order_by().values("pk"))
        if self.restricted or without:
            links = links.filter(pk__in=signed_below(self._bodies_of_page(without)))
        key = F("body") if self.by_branch else self._child("body_path")
        return [(links, "party__agreement", text_of(key), self._of_page("body", "body_path", without))]

    def _child(self, path):
        """The id in the path that follows that of the organisation asked for; null for what does not lie below."""
        depth = len(self.scope.path.strip("/").split("/")) + 2
        part = Func(F(path), Value("/"), Value(depth), function="split_part", output_field=CharField())
        return Cast(NullIf(part, Value("")), BigIntegerField())

    def _of_page(self, body, path, without=()):
        """A Q: `body` lies at or below a row of this page, those `without` left out; found by the index of paths."""
        if not self.restricted and not without:
            return Q(**{f"{path}__startswith": self.scope.path})
        return Q(**{f"{body}__in": self._bodies_of_page(without)})

    def _bodies_of_page(self, without=()):
        rows = [f"{self.scope.path}{row.key}/" for row in self.rows if row.key not in without]
        return Organisation.objects.filter(path_under(rows, "path")).values("pk")

    def finish(self, counts):
        if self.question.own_scope:
            keys = [int(key) for key in counts if key]
            shown = Organisation.objects.branches().below(self.scope)
            mine = Q(pk__in=own_organisation_ids(self.user)) & _opened_by(self.question.day)
            self.rows = [self._row(body) for body in shown.filter(Q(pk__in=keys) | mine).in_order()]
        return super().finish(counts)


def _opened_by(day):
    return Q(opened_on__isnull=True) | Q(opened_on__lte=day)
