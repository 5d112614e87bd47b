"""Addresses of signing in, under allauth's own names. Only what this house offers has an address: no sign-up."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path, re_path
from django.views.generic import RedirectView

from ninefold.access.guards import open_to_all, signed_in
from ninefold.access.views import directory, openid, saml
from ninefold.access.views.doors import once
from ninefold.access.views.factors import app_after_password, at_one_pace, noted, set_password

_my_page = signed_in(RedirectView.as_view(pattern_name="access:home"))

urlpatterns = [
    path("", open_to_all(account.login), name="account_login"),
    path("out/", open_to_all(account.logout), name="account_logout"),
    path("once/<str:secret>/", once, name="sign_in_once"),
    path("invited-only/", open_to_all(account.signup), name="account_signup"),
    path("closed/", open_to_all(account.account_inactive), name="account_inactive"),
    path("again/", signed_in(account.reauthenticate), name="account_reauthenticate"),
    path("directory/", directory.enter, name="directory_enter"),
    path("directory/back/", openid.back, name="directory_back"),
    path("directory/answer/", saml.answer, name="directory_answer"),
    path("directory/metadata/", saml.metadata, name="directory_metadata"),
    path("directory/tie/", directory.link, name="directory_link"),
    path("directory/untie/", directory.unlink, name="directory_unlink"),
    path("password/change/", signed_in(account.password_change), name="account_change_password"),
    path("password/set/", signed_in(set_password), name="account_set_password"),
    path("recovery/", open_to_all(at_one_pace(account.password_reset)), name="account_reset_password"),
    path("recovery/written/", open_to_all(account.password_reset_done), name="account_reset_password_done"),
    path(
        "recovery/changed/",
        open_to_all(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^recovery/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        open_to_all(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("factors/", _my_page, name="mfa_index"),
    path("second-step/", open_to_all(mfa.authenticate), name="mfa_authenticate"),
    path("again/code/", signed_in(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("again/passkey/", signed_in(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("app/", signed_in(noted(app_after_password)), name="mfa_activate_totp"),
    path("app/remove/", signed_in(noted(totp.deactivate_totp)), name="mfa_deactivate_totp"),
    path("codes/", signed_in(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("codes/new/", signed_in(noted(codes.generate_recovery_codes)), name="mfa_generate_recovery_codes"),
    path("passkeys/", _my_page, name="mfa_list_webauthn"),
    path("passkeys/add/", signed_in(noted(passkeys.add_webauthn)), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/remove/", signed_in(noted(passkeys.remove_webauthn)), name="mfa_remove_webauthn"),
    path("passkey/", open_to_all(passkeys.login_webauthn), name="mfa_login_webauthn"),
]
