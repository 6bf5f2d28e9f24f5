"""What must be true of runs, enrolments and attendance."""
