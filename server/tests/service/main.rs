//! The sync service as devices use it: every test goes through packed and signed messages.

#[cfg(test)]
mod admin;
#[cfg(test)]
mod at_once;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod deal_moves;
#[cfg(test)]
mod device;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod hand_over;
#[cfg(test)]
mod histories;
#[cfg(test)]
mod http;
#[cfg(test)]
mod join;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod pull;
#[cfg(test)]
mod push;
#[cfg(test)]
mod tls;
