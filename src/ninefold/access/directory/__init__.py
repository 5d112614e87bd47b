"""Signing in through the operator's own directory (OpenID Connect).

In come the operator's file and what his provider signed; out go a subject, its groups and how it was proven. It asks
nobody but the provider that the file names, keeps no token, and decides nothing about accounts.
"""
