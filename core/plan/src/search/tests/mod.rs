//! Data for the tests of the search.

pub(super) mod days;
