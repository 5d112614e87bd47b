"""A real identity provider of SAML (pysaml2, xmlsec1), a process of its own on loopback, which can be told to lie."""
