"""One reader a file format. Each takes a path that exists and gives rows, or one error that names the place."""
