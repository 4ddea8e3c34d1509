"""Addresses of the tests of the frame: pages built from the base and the partials, beside the real ones."""

from django import forms
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import HttpResponse, JsonResponse
from django.template import engines
from django.urls import path

from accounts.models import Event
from config.urls import handler400, handler500, urlpatterns
from pairing.models import Agreement, Problem

__all__ = ["handler400", "handler500", "urlpatterns"]

LIST = """{% extends "base.html" %}{% load pairing_words %}{% block title %}协议{% endblock %}
{% block page_class %}page-wide landscape{% endblock %}{% block heading %}<h1>协议</h1>{% endblock %}
{% block content %}<div class="register-box"><table class="register"><thead><tr><th scope="col">协议</th>
<th scope="col">待谁办理</th><th scope="col">期限</th><th scope="col">状态</th></tr></thead><tbody data-rows>
{% for row in rows %}<tr><th scope="row"><a class="title" href="?row={{ row.pk }}">{{ row.aim }}</a>
<span class="number">{{ row.number }}</span></th><td data-label="待谁办理">{{ row|whose_turn }}</td>
<td data-label="期限">{{ row|due }}</td><td data-label="状态">{{ row|state_badge }}</td></tr>{% endfor %}
</tbody></table></div>{% include "partials/pager.html" with next="?after=9" text="1–30" %}{% endblock %}"""

DETAIL = """{% extends "base.html" %}{% block title %}{{ obj.number }}{% endblock %}
{% block heading %}<h1>{{ obj.aim }}</h1>{% include "partials/state_line.html" %}
{% include "partials/steps_bar.html" %}{% endblock %}{% block content %}
{% include "partials/step_button.html" with label="填报进展" url="/s/act/" kind="primary" post=True %}
{% include "partials/timeline.html" %}{% endblock %}"""

FORM = """{% extends "base.html" %}{% block title %}提出问题{% endblock %}
{% block page_class %}page-narrow{% endblock %}{% block content %}<h1>提出问题</h1>
{% include "partials/error_summary.html" %}
<form method="post" id="filing" data-autosave="/s/autosave/" data-long novalidate>{% csrf_token %}
{% include "partials/restore.html" %}{% include "partials/field.html" with field=form.title example="焊缝返工多" %}
{% include "partials/field.html" with field=form.urgency %}{% include "partials/field.html" with field=form.day %}
<input type="hidden" name="version" value="1"><div class="form-actions"><button class="btn btn-primary">提交</button>
{% include "partials/saved.html" %}</div></form>{% endblock %}"""


class FilingForm(forms.Form):
    title = forms.CharField(label="标题", help_text="一句话说清楚。")
    urgency = forms.ChoiceField(label="紧急程度", choices=[("a", "一般"), ("b", "紧急")], widget=forms.RadioSelect)
    day = forms.DateField(label="日期", required=False, widget=forms.TextInput({"data-date": ""}))


def page(source, request, **context):
    return HttpResponse(engines["django"].from_string(source).render(context, request))


def agreements(request):
    rows = Agreement.objects.for_list().filter(pk__in=request.GET.getlist("row"))
    return page(LIST, request, rows=rows if "row" in request.GET else Agreement.objects.all())


def agreement(request, pk):
    obj = Agreement.objects.get(pk=pk)
    return page(DETAIL, request, obj=obj, events=Event.objects.of(obj))


def problem(request, pk):
    obj = Problem.objects.get(pk=pk)
    return page(DETAIL, request, obj=obj, events=Event.objects.of(obj))


def filing(request):
    return page(FORM, request, form=FilingForm(request.POST or None))


def autosave(request):
    if request.POST["title"] == "冲突":
        return JsonResponse({"message": "对方刚刚改过，请比较后再存。"})
    return JsonResponse({"saved_at": "14:03", "fields": {"version": 2}})


def forbidden(request):
    raise PermissionDenied


def too_much(request):
    raise RequestDataTooBig


def broken(request):
    raise ZeroDivisionError


def unreachable(request):
    raise OperationalError("the database does not answer")


urlpatterns = [
    path("s/agreements/", agreements),
    path("s/agreements/<int:pk>/", agreement),
    path("s/problems/<int:pk>/", problem),
    path("s/filing/", filing),
    path("s/autosave/", autosave),
    path("s/act/", lambda request: HttpResponse(request.method)),
    path("s/forbidden/", forbidden),
    path("s/too-much/", too_much),
    path("s/broken/", broken),
    path("s/unreachable/", unreachable),
    *urlpatterns,
]
