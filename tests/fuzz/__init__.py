"""Two fuzzers over every parser: one looks for errors that nobody declared, one for work that outgrows its input."""
