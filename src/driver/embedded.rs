//! The embedded driver: homes in an SQLite file of the folder.
