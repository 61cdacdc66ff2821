//! Empty yet.

#[allow(dead_code, reason = "`fieldbook demo` fills and writes the page")]
mod page;

fn main() {}
