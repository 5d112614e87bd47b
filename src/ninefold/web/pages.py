"""Addresses of the front door itself."""

from django.urls import path

from ninefold.web import views

app_name = "web"
urlpatterns = [
    path("", views.front, name="front"),
    path("tour/", views.tour, name="tour"),
    path("never/", views.never, name="never"),
    path("sources/", views.sources, name="sources"),
    path("language/", views.choose_language, name="language"),
]
