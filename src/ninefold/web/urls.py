"""Every address of the house, room by room."""

from django.urls import include, path

from ninefold.web.api import mounted

urlpatterns = [
    path("ledger/", include("ninefold.web.ledger.urls")),
    path("tlog/", include("ninefold.ledger.urls_tlog")),
    path("access/", include("ninefold.access.urls")),
    path("sign-in/", include("ninefold.access.urls_sign_in")),
    path("tracks/", include("ninefold.tracks.urls")),
    path("decisions/", include("ninefold.decisions.urls")),
    path("warning/", include("ninefold.warning.urls")),
    path("keeping/", include("ninefold.keeping.urls")),
    path("api/v1/", mounted()),
    path("", include("ninefold.web.pages")),
]

handler400 = "ninefold.web.faults.bad_request"
handler403 = "ninefold.web.faults.forbidden"
handler404 = "ninefold.web.faults.not_there"
handler429 = "ninefold.web.faults.too_many"  # the sign-in library asks for it, not Django
handler500 = "ninefold.web.faults.broken"
