"""The interface for systems of organisations: OpenAPI, one key per organisation."""
