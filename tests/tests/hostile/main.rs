//! Bad files, bad servers and bad devices, through the real command: what is said, by which exit code, and that nothing
//! is lost and nothing half written.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a helper of a test fails as the test does, and says what it skips"
)]

mod codes;
mod device;
mod files;
mod proxy;
mod servers;
mod test_device;
