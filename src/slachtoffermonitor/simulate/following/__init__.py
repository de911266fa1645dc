"""What can be known of a nation's follow-up: true shares under each definition, and cases."""
