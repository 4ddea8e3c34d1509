"""The address behind the proxy is the one that the proxy itself has seen."""

import pytest
from django.core.exceptions import MiddlewareNotUsed

from config.proxy import ClientAddress


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("6.6.6.6, 10.1.2.3", "10.1.2.3"),
        ("2001:db8::1", "2001:db8::1"),
        ("", "127.0.0.1"),
        ("invented", "127.0.0.1"),
    ],
)
def test_the_last_address_counts(rf, settings, forwarded, address):
    settings.TRUSTED_PROXY = True
    request = rf.get("/", headers={"X-Forwarded-For": forwarded})
    assert ClientAddress(lambda request: request.META["REMOTE_ADDR"])(request) == address


def test_without_a_proxy_the_header_is_not_believed(settings):
    settings.TRUSTED_PROXY = False
    with pytest.raises(MiddlewareNotUsed):
        ClientAddress(lambda request: None)
