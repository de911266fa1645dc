"""How far the estimate may be off, the choice of the model included."""
