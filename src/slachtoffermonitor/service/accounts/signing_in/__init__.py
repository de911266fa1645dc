"""Signing in: where it differs from the library's way, its second factor, its trail."""
