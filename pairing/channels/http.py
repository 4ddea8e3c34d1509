"""Plain HTTP with manners: short waits, no redirects, no proxies from the environment, small answers only."""

import json
import time

import requests
from django.utils.translation import gettext as _

from pairing.channels.protocol import TIMEOUT, NotSent, Scope, Way

MOST_BYTES = 64 * 1024  # of an answer; providers answer in a few hundred
TOO_MANY, FIRST_FAULT = 429, 500


class HttpWay(Way):
    """A Way over HTTP. `default_url` is the provider's public address, used where the channel names none."""

    default_url = ""
    timeout = TIMEOUT  # seconds for the connection, for each read, and for the answer as a whole

    def __init__(self, channel):
        super().__init__(channel)
        self.session = requests.Session()
        self.session.trust_env = False

    @property
    def base(self):
        return (self.channel.url or self.default_url).rstrip("/")

    def setting(self, name):
        return str(self.channel.settings.get(name, ""))

    def close(self):
        self.session.close()

    def ask(self, method, url, **arguments):
        """(status, body as bytes) of a request; raises NotSent where there is no answer to be had."""
        try:
            with self.session.request(
                method, url, timeout=self.timeout, allow_redirects=False, stream=True, **arguments
            ) as answer:
                return answer.status_code, self._body(answer)
        except requests.Timeout as error:
            raise NotSent(_("The other side did not answer in time."), Scope.GONE) from error
        except requests.exceptions.SSLError as error:
            raise NotSent(_("The certificate of the other side is not trusted."), Scope.GONE) from error
        except requests.ConnectionError as error:
            raise NotSent(_connection_words(error), Scope.GONE) from error
        except requests.RequestException as error:
            words = _("The request could not be made: %(answer)s")
            raise NotSent(words % {"answer": type(error).__name__}, Scope.CHANNEL) from error

    def _body(self, answer):
        """The answer, bounded in size and time: one that drips for ever is no answer."""
        end, body = time.monotonic() + self.timeout, b""
        for piece in answer.iter_content(4096):
            body += piece
            if len(body) > MOST_BYTES or time.monotonic() > end:
                raise NotSent(_("The other side did not answer in time."), Scope.GONE)
        return body

    def ask_json(self, method, url, **arguments):
        """The answer as a dict; providers give their own code in it, also with HTTP 400. Raises NotSent."""
        status, body = self.ask(method, url, **arguments)
        refuse_status(status, but={400, 401, 403, TOO_MANY})
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            refuse_status(status)
            raise NotSent(_("The other side gave an answer that is not its own: is the address right?"))
        return answer


def refuse_status(status, but=frozenset()):
    """Raise NotSent for an HTTP status that is no success and not in `but`."""
    if status < 300 or status in but:
        return
    if status < 400:
        raise NotSent(_("The other side sends us to another address (HTTP %(status)s); that is not followed.") % {
            "status": status}, Scope.GONE)  # fmt: skip
    if status == TOO_MANY:
        raise NotSent(
            _("The other side asks us to send more slowly (HTTP %(status)s).") % {"status": status}, Scope.LATER
        )
    scope = Scope.GONE if status >= FIRST_FAULT else Scope.CHANNEL
    words = _("The other side has a fault of its own (HTTP %(status)s).")
    if status < FIRST_FAULT:
        words = _("The other side refuses the message (HTTP %(status)s).")
    raise NotSent(words % {"status": status}, scope)


def _connection_words(error):
    text = str(error)
    if "NameResolutionError" in text or "Name or service not known" in text or "getaddrinfo" in text:
        return _("The name of the other side is unknown on the network.")
    if "timed out" in text:
        return _("The other side did not answer in time.")
    if "refused" in text:
        return _("Nobody listens at the address of the other side.")
    return _("The connection to the other side broke.")
