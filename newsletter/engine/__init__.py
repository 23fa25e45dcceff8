"""What runs the services' jobs: threads in this process."""
