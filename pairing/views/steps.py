from django.shortcuts import render


def problem_step(request, pk=None, name=""):
    return render(request, "base.html")


def agreement_step(request, pk=None, name=""):
    return render(request, "base.html")


DEDICATED = {}  # steps of agreements with a page of their own: {"accept_invitation": "agreement_invitation", …}
