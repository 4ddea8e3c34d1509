"""Addresses under /accounts/."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.LogIn.as_view(), name="login"),
    path("session/", views.session, name="session"),
    path("logout/", views.LogOut.as_view(), name="logout"),
    path("password/", views.Password.as_view(), name="password"),
    path("seat/", views.choose_seat, name="seat"),
    path("language/", views.choose_language, name="language"),
]
