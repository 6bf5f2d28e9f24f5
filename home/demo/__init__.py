"""Demo data: a fictional bureau with its people, courses, classes and a year of training. Loaded by `load_demo`."""
