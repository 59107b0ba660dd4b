//! Operations on sets of users: samples, spreads, parts, closures. Sets are bitmaps over rows.
