"""Between the request and the views: language, log-in, activity, the seat acted in, passwords to be changed."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone, translation
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts import carried
from accounts.forms import LogInForm

SEAT_KEY = "seat"  # session: id of the seat chosen
ACTIVE_KEY = "active_at"  # session: seconds since the epoch of the last thing a person did
ACTIVE_EVERY = 30  # seconds; the session's row is not written at every click
AUTOSAVE_HEADER = "X-Autosave"
IN_PLACE_HEADER = "X-In-Place"  # a log-in over an open page, answered with JSON


def is_autosave(request):
    """True for requests that a page sends by itself; they are no sign of a person (domain.md §9)."""
    return AUTOSAVE_HEADER in request.headers


def own_address(request, address, default="/"):
    """`address` if it is a page of this site, else `default`: where to go back to after a small step."""
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe else default


class LanguageMiddleware(MiddlewareMixin):
    """The user's language, else the cookie's, else Chinese; what the browser happens to prefer is not asked."""

    def process_request(self, request):
        wished = request.user.language if request.user.is_authenticated else ""
        wished = wished or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        translation.activate(wished if wished in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request, response):
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


class LogInMiddleware(LoginRequiredMiddleware):
    """Log-in is needed everywhere unless a view says login_not_required; parts of pages get a fitting answer."""

    def handle_no_permission(self, request, view_func):
        if is_autosave(request) or request.htmx:  # the page stays where it is and asks for the password (session.js)
            text = _("You have been logged out. Log in again; what you typed is still on the page.")
            return HttpResponse(text, status=401, content_type="text/plain; charset=utf-8")
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        if packed := carried.pack(request):  # the token was right: CsrfViewMiddleware comes before
            minutes = settings.SESSION_COOKIE_AGE // 60
            words = {"form": LogInForm(request), "carried": packed, "idle_minutes": minutes}
            return render(request, "accounts/login.html", words, status=401)
        back = own_address(request, request.headers.get("Referer"))
        back = urlsplit(back)._replace(scheme="", netloc="").geturl()
        return redirect_to_login(back, resolve_url(settings.LOGIN_URL))


class SeatMiddleware(MiddlewareMixin):
    """request.seats: all seats the person holds today; request.seat: the one acted in, chosen or the first, or None."""

    def process_request(self, request):
        request.seats = request.user.current_seats if request.user.is_authenticated else []
        first = request.seats[0] if request.seats else None
        chosen = request.session.get(SEAT_KEY) if len(request.seats) > 1 else None
        request.seat = next((seat for seat in request.seats if seat.pk == chosen), first)
        if request.user.is_authenticated and not is_autosave(request):
            self.note_activity(request.session)

    def note_activity(self, session):
        """Sessions end SESSION_COOKIE_AGE after they were last written, which is only done for a person's clicks."""
        now = int(timezone.now().timestamp())
        if now - session.get(ACTIVE_KEY, 0) >= ACTIVE_EVERY:
            session[ACTIVE_KEY] = now


class PasswordMiddleware(MiddlewareMixin):
    """An initial or outdated password is changed before anything else."""

    FREE = ("accounts:password", "accounts:logout", "accounts:language", "accounts:login", "accounts:session")

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not request.user.is_authenticated or request.resolver_match.view_name in self.FREE:
            return None
        return redirect("accounts:password") if must_change_password(request.user) else None


def must_change_password(user):
    """True for a password given by somebody else, or older than PASSWORD_MAX_AGE_DAYS (0: never too old)."""
    days, since = settings.PASSWORD_MAX_AGE_DAYS, user.password_changed_at
    outdated = bool(days and since) and timezone.now() - since > timedelta(days=days)
    return user.must_change_password or outdated
