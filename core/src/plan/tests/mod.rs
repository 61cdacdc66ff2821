//! The laws that every plan keeps.

mod breaking;
mod brute_force;
mod hostile;
mod laws;
mod periods;
mod replans;
mod wild;

use crate::location::shared_data;
