from django.shortcuts import render


def add_to_problem(request, pk=None, name=""):
    return render(request, "base.html")


def add_to_agreement(request, pk=None, name=""):
    return render(request, "base.html")


def file(request, pk=None, name=""):
    return render(request, "base.html")


def remove(request, pk=None, name=""):
    return render(request, "base.html")
