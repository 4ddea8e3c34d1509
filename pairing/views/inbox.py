from django.shortcuts import render


def inbox(request, pk=None, name=""):
    return render(request, "base.html")


def read_all(request, pk=None, name=""):
    return render(request, "base.html")


def notice(request, pk=None, name=""):
    return render(request, "base.html")
