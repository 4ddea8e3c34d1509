"""Hints on vague goals while they are typed. Nothing is saved. Posted, for a draft has no place in an address."""

from django.shortcuts import render
from django.views.decorators.http import require_POST

from pairing.forms.goals import GoalGrid
from pairing.views.acting import opened


@require_POST
def goal_hints(request, pk):
    """The hint of each cell as htmx puts it beside the cell."""
    opened(request, pk)
    return render(request, "pairing/part_goal_hints.html", {"cells": GoalGrid.hinted(request.POST)})
