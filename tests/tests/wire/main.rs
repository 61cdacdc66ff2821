//! The wire protocol against its golden files (`tests/data/wire`) and its description (`docs/wire.md`).
//!
//! A message that looks otherwise than its golden file fails. `FIELDBOOK_BLESS=1 cargo test -p fieldbook-tests --test wire`
//! writes the files and the generated parts of the description anew; the difference is then to be read and answered for.

#[cfg(test)]
mod annotated;
#[cfg(test)]
mod description;
#[cfg(test)]
mod exchange;
#[cfg(test)]
mod frame;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod hardy;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod versions;
