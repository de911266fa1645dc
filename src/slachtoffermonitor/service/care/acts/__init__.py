"""What is done to a request for help, each act in one transaction with its entry in the trail."""
