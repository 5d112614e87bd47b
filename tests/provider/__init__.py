"""A real OpenID provider (allauth's), as a process of its own on loopback, which can be told to lie."""
