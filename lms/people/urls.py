"""Routes that stand before allauth's, Django's and Wagtail's of the same name."""

from django.urls import path

from lms.people import views

urlpatterns = [
    path("accounts/login/", views.LoginView.as_view(), name="account_login"),
    path(
        "accounts/login/code/",
        views.RequestLoginCodeView.as_view(),
        name="account_request_login_code",
    ),
    path(
        "accounts/login/code/confirm/",
        views.ConfirmLoginCodeView.as_view(),
        name="account_confirm_login_code",
    ),
    path("admin/login/", views.admin_login, name="wagtailadmin_login"),
    path("i18n/setlang/", views.set_language, name="set_language"),
]
