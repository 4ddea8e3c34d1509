from django.shortcuts import render


def problem_list(request, pk=None, name=""):
    return render(request, "base.html")


def problem_new(request, pk=None, name=""):
    return render(request, "base.html")


def problem_autosave(request, pk=None, name=""):
    return render(request, "base.html")


def problem(request, pk=None, name=""):
    return render(request, "base.html")


def problem_edit(request, pk=None, name=""):
    return render(request, "base.html")
