"""Reports against a population register that does not fit in memory."""
