from django.shortcuts import render


def organisations(request, pk=None, name=""):
    return render(request, "base.html")


def options(request, pk=None, name=""):
    return render(request, "base.html")


def organisation(request, pk=None, name=""):
    return render(request, "base.html")
