"""What people read. It reads records only and never runs anything."""
