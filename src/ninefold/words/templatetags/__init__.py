"""What templates may call of this room: `{% load words %}`."""
