//! The command as a shell meets it: arguments in; output, complaints and an exit code back.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod bad_input;
mod deals;
#[cfg(test)]
mod device;
#[cfg(test)]
mod duplicates;
#[cfg(test)]
mod edits;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod files;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod looks;
#[cfg(test)]
mod plan_book;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod process;
#[cfg(test)]
mod stateless;
#[cfg(test)]
mod syncing;
#[cfg(test)]
mod tracks;
#[cfg(test)]
mod visits;
