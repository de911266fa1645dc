"""A change taken apart: what each group adds, and whether rates or the mix of groups moved."""
