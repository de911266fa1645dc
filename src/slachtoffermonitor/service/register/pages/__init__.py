"""The pages of the reporting point."""
