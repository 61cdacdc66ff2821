//! A server that can be restored and left: each promise of `docs/security.md`, in the simulated world and over real
//! sockets.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails as the test does, and says where"
)]

mod at_rest;
mod auditing;
mod backdating;
mod clocks;
mod compacting;
mod company;
mod deciding;
mod devices;
mod erasing;
mod folding;
mod judging;
mod keeping;
mod leaving;
mod limits;
mod rejoining;
mod requests;
mod restoring;
mod secure;
mod settling;
mod slow;
mod unreadable;
