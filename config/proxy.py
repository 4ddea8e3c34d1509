"""Who is behind the reverse proxy: for the lock after failed log-ins and for the record."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse


class ClientAddress:
    """Put the address that our own proxy has seen into REMOTE_ADDR.

    It is the last one of X-Forwarded-For, which the proxy appends; those before it may be invented by the client.
    Used only where setting TRUSTED_PROXY says that all requests come through the proxy.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        if not settings.TRUSTED_PROXY:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        try:
            request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(address))
        except ValueError:  # asked past the proxy, e.g. by the monitoring: the direct address stays
            request.META.setdefault("REMOTE_ADDR", "")
        return self.get_response(request)
