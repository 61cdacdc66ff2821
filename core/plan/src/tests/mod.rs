//! Properties that every plan must have, and checks of the checker.

mod breaking;
mod brute_force;
mod hostile;
mod laws;
mod periods;
mod replans;
mod wild;

use fieldbook_testdata::text as shared_data;
