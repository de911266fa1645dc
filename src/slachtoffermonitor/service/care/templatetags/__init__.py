"""What templates of care and residence can say."""
