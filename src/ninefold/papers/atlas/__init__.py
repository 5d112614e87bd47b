"""The atlas: country shapes by ISO 3166-1 alpha-3 code, and maps of them."""
