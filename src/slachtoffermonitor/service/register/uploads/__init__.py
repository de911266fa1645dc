"""Files with many reports: guarded, checked row by row, taken in, or given back with remarks."""
