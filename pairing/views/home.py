from django.shortcuts import render


def home(request, pk=None, name=""):
    return render(request, "base.html")
