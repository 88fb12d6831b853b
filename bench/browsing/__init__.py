"""What people see, measured from within a real Chromium."""
