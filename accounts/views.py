"""Log-in, log-out, password, language and the seat acted in. Log-ins are recorded (domain.md §9)."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from accounts import carried, record
from accounts.forms import LogInForm, PasswordForm
from accounts.middleware import IN_PLACE_HEADER, SEAT_KEY, must_change_password, own_address
from accounts.models import Event, User


class LogIn(auth_views.LoginView):
    """The page; and with the header X-In-Place the log-in over an open page, which answers JSON: what `session` says,
    or {"message": what is wrong}. POST seat (optional): the seat to go on in."""

    template_name = "accounts/login.html"
    authentication_form = LogInForm
    extra_context = {"idle_minutes": settings.SESSION_COOKIE_AGE // 60}

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.in_place = IN_PLACE_HEADER in request.headers
        self.redirect_authenticated_user = not self.in_place

    def form_valid(self, form):
        answer = super().form_valid(form)
        user = form.get_user()
        seat = next(iter(user.current_seats), None)
        if chosen := seat_among(user.current_seats, self.request.POST.get("seat")):
            seat = chosen
            self.request.session[SEAT_KEY] = chosen.pk
        record.write("log_in", seat=seat, person=user, obj=user, details=where(self.request))
        if self.in_place:
            answer = JsonResponse(state_of(self.request))
        elif form_before := carried.unpack(self.request.POST.get(carried.NAME, ""), user):
            answer = render(self.request, "accounts/carried.html", {"carried": form_before})
        return carried.remember(answer, user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(carried=self.request.POST.get(carried.NAME, ""), **kwargs)

    def form_invalid(self, form):
        if "password" in form.cleaned_data and "username" in form.cleaned_data:
            username = form.cleaned_data["username"]
            record.write(
                "log_in_locked" if form.locked else "log_in_failed",
                obj=User.objects.filter(username=username).first(),
                details={"username": username} | where(self.request),
                result=Event.Result.REFUSED,
            )
        if self.in_place:
            sentences = [sentence for errors in form.errors.values() for sentence in errors]
            return JsonResponse({"message": " ".join(sentences)}, status=400)
        return super().form_invalid(form)


@login_not_required
@never_cache
@require_safe
def session(request):
    """JSON for the script of an open page: who is logged in now. Read by no other site: the same origin only."""
    return JsonResponse(state_of(request))


def state_of(request):
    """{"user": id or None, "csrf": a token for what is sent next, "must_change": whether the password comes first}."""
    user = request.user if request.user.is_authenticated else None
    must_change = bool(user) and must_change_password(user)
    return {"user": user and user.pk, "csrf": get_token(request), "must_change": must_change}


def locked_out(request, response, credentials):
    """What axes answers when an account is locked: the log-in page, which says so itself (AXES_LOCKOUT_CALLABLE)."""
    response.status_code = settings.AXES_HTTP_RESPONSE_CODE
    return response


@method_decorator(login_not_required, name="dispatch")
class LogOut(auth_views.LogoutView):
    """By POST alone: a link in a message or a prefetching browser must not log anybody out."""

    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            record.write("log_out", seat=request.seat, person=request.user, obj=request.user, details=where(request))
        answer = super().post(request, *args, **kwargs)
        answer.delete_cookie(carried.COOKIE)
        if request.is_secure():  # browsers take it over HTTPS only; without it, Back shows the pages to the next person
            answer.headers["Clear-Site-Data"] = '"cache"'
        return answer


class Password(auth_views.PasswordChangeView):
    """Change of the own password; other browsers in which the person is logged in are logged out by it."""

    template_name = "accounts/password.html"
    form_class = PasswordForm
    success_url = settings.LOGIN_REDIRECT_URL

    def get_context_data(self, **kwargs):
        return super().get_context_data(must_change=must_change_password(self.request.user), **kwargs)

    def form_valid(self, form):
        user = self.request.user
        with transaction.atomic():
            answer = super().form_valid(form)
            record.write("password_changed", seat=self.request.seat, person=user, obj=user, details=where(self.request))
        messages.success(self.request, _("Your password has been changed."))
        return answer


@require_POST
def choose_seat(request):
    """POST seat (id of one of the person's seats of today), next: act in that seat from now on."""
    seat = seat_among(request.seats, request.POST.get("seat"))
    if seat is None:
        raise PermissionDenied(_("This is none of your seats of today."))
    request.session[SEAT_KEY] = seat.pk
    return HttpResponseRedirect(own_address(request, request.POST.get("next")))


@login_not_required
@require_POST
def choose_language(request):
    """POST language (zh-hans or en), next: kept in the cookie, and with the account of who is logged in."""
    language = request.POST.get("language")
    if language not in dict(settings.LANGUAGES):
        return HttpResponseRedirect(own_address(request, request.POST.get("next")))
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=language)
    return set_language(request)


def seat_among(seats, wished):
    """The seat with the id `wished` (text of a request, or None), or None."""
    return next((seat for seat in seats if str(seat.pk) == wished), None)


def where(request):
    """The address a request came from, for the record's details."""
    return {"ip": request.META.get("REMOTE_ADDR", "")}
