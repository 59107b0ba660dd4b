//! Tests of the console: what persists, what is refused, and where errors point.
