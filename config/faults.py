"""What a broken request is answered with; the pages are templates/400.html, 413.html, 500.html and 503.html."""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
NO_DATABASE = (OperationalError, InterfaceError)
LATER = 120  # seconds until a browser or proxy may ask again


def bad_request(request, exception):
    """handler400: 413 for what is larger than the settings allow, else 400."""
    status = 413 if isinstance(exception, TOO_MUCH) else 400
    return render(request, f"{status}.html", status=status)


def server_error(request):
    """handler500: 503 while the database does not answer, else 500. Neither page needs database or context."""
    if isinstance(sys.exc_info()[1], NO_DATABASE):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": str(LATER)})
    return HttpResponseServerError(render_to_string("500.html"))
