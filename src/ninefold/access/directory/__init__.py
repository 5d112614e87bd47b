"""Signing in through the operator's own directory (OpenID Connect, or SAML 2.0 with the extra `saml`).

In come the operator's file and what his directory signed; out go a subject, its groups and how it was proven. It asks
nobody but the provider that the file names, keeps no token, and decides nothing about accounts. The acts on accounts
take an issuer, a subject and groups, however proven.
"""
