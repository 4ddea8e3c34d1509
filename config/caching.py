"""What browsers and proxies may keep. Static files are WhiteNoise's matter: hashed names, kept for ever."""

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin


class PrivatePages(MiddlewareMixin):
    """Pages belong to one person and are asked for anew at each visit; a view that says otherwise is left alone.

    Not no-store: with it the back button of many browsers brings an empty form. Log-out clears what the browser kept.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
