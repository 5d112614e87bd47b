"""A directory that speaks SAML 2.0: the Web Browser SSO profile, with the redirect and the POST binding.

In come the operator's file and what the directory signed; out go a question to carry there and what was shown. The XML
and its signatures are read by a library of the extra `saml`, which `xml.py` alone calls.
"""
