//! The laws that every plan keeps.

mod breaking;
mod brute_force;
mod hostile;
mod laws;
mod periods;
mod replans;
mod wild;

use fieldbook_testdata::text as shared_data;
