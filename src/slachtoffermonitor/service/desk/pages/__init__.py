"""The pages of the analyst's desk."""
