"""The addresses of the public log, below `/tlog/`."""

from django.urls import path

from ninefold.ledger import tlog

app_name = "tlog"
urlpatterns = [
    path("checkpoint", tlog.checkpoint, name="checkpoint"),
    path("key", tlog.key, name="key"),
    path("keys", tlog.keys, name="keys"),
    path("tile/<path:path>", tlog.tile, name="tile"),
    path("clear/", tlog.clear_list, name="clear-list"),
    path("clear/<int:index>", tlog.clear, name="clear"),
]
