from functools import lru_cache

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import OuterRef
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models.seat import ADMINISTRATORS, Seat
from accounts.models.together import Together


class UserManager(BaseUserManager):
    def create_user(self, username, name, password=None, **fields):
        user = self.model(username=username, name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


@lru_cache
def _seats():
    """Every page asks for the seats of its person: those of former times are left out afterwards, so the text stays."""
    return Together(User, seats=Seat.objects.filter(person=OuterRef("pk")).for_header())


class User(AbstractBaseUser):
    """A person with one account. What somebody may do comes from the seats held on the day."""

    username = models.CharField(
        _("user name"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[\w.@+-]+$", _("Letters, digits and . @ + - _ only."))],
    )
    name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["username"]

    def __str__(self):
        return self.name

    def set_password(self, raw_password):
        super().set_password(raw_password)
        self.password_changed_at = timezone.now()

    @cached_property
    def current_seats(self):
        """Seats held today, one query per request, in the order of organisations."""
        today = timezone.localdate()
        found = [seat for seat in _seats().read(self)["seats"] if seat.held_on(today)]
        for seat in found:
            seat.person = self
        return found

    def has_role(self, *roles):
        return self.is_active and any(seat.role in roles for seat in self.current_seats)

    # What Django's admin asks; the model admins ask the seats themselves.
    @property
    def is_staff(self):
        return self.has_role(*ADMINISTRATORS)

    def has_perm(self, perm, obj=None):
        return False

    def has_module_perms(self, app_label):
        return app_label == "accounts" and self.is_staff
