"""What care asks its people, as forms that work without JavaScript."""
