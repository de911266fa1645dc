"""The commands, one module each; `cli` finds them by name and loads only the one asked for."""
