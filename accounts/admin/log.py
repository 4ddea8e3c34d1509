"""The record, read-only, for the audit administrator: one form of filters, and the log as CSV."""

import csv
from datetime import date, datetime, time, timedelta
from functools import cache

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import StreamingHttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts import record
from accounts.admin_site import AUDITOR, RecordedAdmin, site
from accounts.models import Event
from accounts.spreadsheet import harmless

COLUMNS = (
    gettext_lazy("number"),
    gettext_lazy("happened at"),
    gettext_lazy("recorded at"),
    gettext_lazy("name"),
    gettext_lazy("seat"),
    gettext_lazy("on behalf of"),
    gettext_lazy("action"),
    gettext_lazy("kind of object"),
    gettext_lazy("number of the object"),
    gettext_lazy("object"),
    gettext_lazy("from state"),
    gettext_lazy("to state"),
    gettext_lazy("result"),
    gettext_lazy("note"),
    gettext_lazy("details"),
)
FIELDS = (
    *("pk", "happened_at", "recorded_at", "action", "object_type", "object_id", "result", "details_text"),
    *("person_name", "seat_title", "on_behalf_of", "object_label", "source", "target", "note"),
)


class RecordFilter(admin.ListFilter):
    """Days, person, action and object in one small form; works without JavaScript."""

    title = gettext_lazy("filter")
    template = "admin/accounts/event/filter.html"
    LOOKUPS = {
        "from_day": ("happened_at__gte", gettext_lazy("From day")),
        "to_day": ("happened_at__lt", gettext_lazy("To day")),
        "who": ("person_name__icontains", gettext_lazy("Person")),
        "did": ("action__icontains", gettext_lazy("Action")),
        "what": ("object_label__icontains", gettext_lazy("Object")),
    }
    DAYS = ("from_day", "to_day")

    def __init__(self, request, params, model, model_admin):
        super().__init__(request, params, model, model_admin)
        for name in self.LOOKUPS:
            value = params.pop(name, [""])[-1].replace("\0", "").strip()
            if value and (name not in self.DAYS or day_from(value)):
                self.used_parameters[name] = value

    def expected_parameters(self):
        return list(self.LOOKUPS)

    def has_output(self):
        return True

    def choices(self, changelist):
        for name, (_lookup, label) in self.LOOKUPS.items():
            kind = "date" if name in self.DAYS else "search"
            yield {"name": name, "label": label, "kind": kind, "value": self.used_parameters.get(name, "")}

    def queryset(self, request, queryset):
        for name, value in self.used_parameters.items():
            if name in self.DAYS:
                value = start_of(day_from(value) + timedelta(days=name == "to_day"))
            queryset = queryset.filter(**{self.LOOKUPS[name][0]: value})
        return queryset


def day_from(text):
    """The date in an ISO text, or None when it is none of this or the last century."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year < 2200 else None


def start_of(day):
    """00:00 of `day` in the programme's time zone."""
    return timezone.make_aware(datetime.combine(day, time()))


@admin.register(Event, site=site)
class EventAdmin(RecordedAdmin):
    about = gettext_lazy(
        "Everything that happened, who did it and in which seat. It can be read and exported, never changed."
    )
    viewers = AUDITOR
    list_display = ("happened_at", "person_name", "seat_title", "action_name", "kind", "object_label", "result")
    list_display_links = ("happened_at",)
    list_filter = (RecordFilter,)
    list_per_page = 50
    change_list_template = "admin/accounts/event/change_list.html"
    sortable_by = ("happened_at",)
    fields = (
        "happened_at",
        "recorded_at",
        "person_name",
        "seat_title",
        "on_behalf_of",
        "action_name",
        "kind",
        "object_number",
        "object_label",
        "source",
        "target",
        "result",
        "note",
        "details",
        "cause",
    )

    @admin.display(description=gettext_lazy("action"), ordering="action")
    def action_name(self, event):
        return record.name_of(event.action, event.object_type)

    @admin.display(description=gettext_lazy("kind of object"), ordering="object_type")
    def kind(self, event):
        return kind_of(event.object_type)

    @admin.display(description=gettext_lazy("number of the object"))
    def object_number(self, event):
        return event.object_id

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return super().change_view(request, object_id, form_url, {"subtitle": ""} | (extra_context or {}))

    def get_urls(self):
        export = path("export/", self.admin_site.admin_view(self.export), name="accounts_event_export")
        return [export, *super().get_urls()]

    def export(self, request):
        """The chosen part of the log as CSV, from the first byte on; the export itself is recorded."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        events = self.get_changelist_instance(request).get_queryset(request).order_by("pk")
        self.write("exported", request, None, {"table": "record", "filter": request.GET.dict()})
        response = StreamingHttpResponse(csv_lines(events), content_type="text/csv; charset=utf-8")
        name = f"record-{timezone.localdate():%Y%m%d}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def kind_of(object_type):
    """The words for a kind of object: the name of its model."""
    names = {model._meta.model_name: model._meta.verbose_name for model in apps.get_models()}
    return str(names.get(object_type, object_type))


class Echo:
    """A file that hands back what is written to it: csv.writer then yields lines."""

    def write(self, text):
        return text


def csv_lines(events):
    """The lines of the log as CSV with UTF-8 BOM, in pieces, from a server-side cursor (it needs a transaction)."""
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    cells = cells_maker()
    rows = events.annotate(details_text=Cast("details", TextField())).values_list(*FIELDS)
    with transaction.atomic():
        for row in rows.iterator(chunk_size=2000):
            yield writer.writerow(cells(*row))


def cells_maker():
    """A function from a row of FIELDS to its cells; words are looked up once per export."""
    kind, action, result = cache(kind_of), cache(record.name_of), cache(lambda code: str(Event.Result(code).label))

    def cells(number, happened, recorded, did, object_type, object_id, outcome, details, *texts):
        person, seat, deputised, label, source, target, note = texts
        words = (person, seat, deputised, action(did, object_type), kind(object_type))
        more = (label, source, target, result(outcome), note, "" if details == "{}" else details)
        return [number, second(happened), second(recorded), *map(harmless, words), object_id, *map(harmless, more)]

    return cells


def second(moment):
    """A moment as 2021-06-03 14:03:05 in the programme's time zone."""
    return timezone.localtime(moment).isoformat(" ", "seconds")[:19]
