"""The administrator's pages, and the privacy officer's."""
