"""What templates may call of the front door: `{% load house %}`."""
