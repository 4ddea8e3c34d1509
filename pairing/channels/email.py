"""E-mail over the mail server of the settings (EMAIL_URL): one connection per batch."""

import smtplib
import socket

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pairing.channels.protocol import NotSent, Scope, Way

SHUTTING_DOWN = 421
BROKEN = (  # the most special first
    (smtplib.SMTPServerDisconnected, gettext_lazy("The mail server hung up.")),
    (socket.gaierror, gettext_lazy("The mail server's name is unknown on the network.")),
    (ConnectionRefusedError, gettext_lazy("Nobody listens at the mail server's address.")),
    (OSError, gettext_lazy("The connection to the mail server broke: %(answer)s")),
)


def mail_leaves():
    """Whether there is a mail server: without EMAIL_URL Django would print what nobody then gets."""
    return not settings.EMAIL_BACKEND.rpartition(".")[0].endswith(("console", "dummy"))


class EmailWay(Way):
    """The Message-ID is that of the digest, so a mail program shows a repeated message once."""

    def __init__(self, channel):
        super().__init__(channel)
        self.connection = get_connection()
        self.open = False

    def send(self, message, address):
        if not mail_leaves():
            raise NotSent(_("No mail server is set up; name it in EMAIL_URL."), Scope.GONE)
        try:
            if not self.open:
                self.connection.open()
                self.open = True
            self._mail(message, address).send()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise _sentence(error, address) from error

    def _mail(self, message, address):
        return EmailMessage(
            message.subject, text(message), to=[address], connection=self.connection,
            headers={"Message-ID": f"<{message.key}@jiedui>"},
        )  # fmt: skip

    def close(self):
        """Say good-bye where somebody listens; a server that hung is not waited for again."""
        smtp = getattr(self.connection, "connection", None)
        try:
            if smtp is not None and getattr(smtp, "sock", None) is not None:
                smtp.sock.settimeout(1)
            self.connection.close()
        except (smtplib.SMTPException, OSError):
            if smtp is not None:
                smtp.close()


def text(message):
    """The message as plain text: a paragraph per matter."""
    lines = [message.greeting, ""]
    for line in message.lines:
        lines += [f"· {line.title}", f"  {line.text}", f"  {line.url}", ""]
    return "\n".join([*lines, *([message.more, f"  {message.link}", ""] if message.more else []), message.closing])


def _sentence(error, address):
    """NotSent for what smtplib and the socket raise."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()), (0, b""))
        scope = Scope.ADDRESS if code >= 500 else Scope.CHANNEL
        return _not_sent(
            _("The mail server refuses this address: %(answer)s"), f"{address} {_answer(code, words)}", scope
        )
    if isinstance(error, smtplib.SMTPResponseException):
        answer = _answer(error.smtp_code, error.smtp_error)
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return _not_sent(_("The mail server refuses our name and password: %(answer)s"), answer, Scope.GONE)
        if isinstance(error, smtplib.SMTPConnectError):
            return _not_sent(_("The mail server does not let us in: %(answer)s"), answer, Scope.GONE)
        scope = Scope.GONE if error.smtp_code == SHUTTING_DOWN else Scope.CHANNEL
        return _not_sent(_("The mail server does not take the message: %(answer)s"), answer, scope)
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return NotSent(_("The mail server did not answer in time."), Scope.GONE)
    for kind, words in BROKEN:
        if isinstance(error, kind):
            return _not_sent(words, error, Scope.GONE)
    return _not_sent(_("The mail could not be written: %(answer)s"), f"{type(error).__name__}: {error}", Scope.ADDRESS)


def _not_sent(words, answer, scope):
    return NotSent(str(words) % {"answer": answer}, scope)


def _answer(code, words):
    """ "451 try again later", as the server said it."""
    return f"{code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"
