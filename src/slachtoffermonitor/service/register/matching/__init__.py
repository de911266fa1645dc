"""Reports that may be about one person: looked for by `link`, decided by people."""
