//! The house's own tests: the [`mod@bench`] that measures Fieldbook against the baseline, days with their truth ([`field`]), the
//! house rules ([`tidy`]), a company in one thread ([`world`]), and the processes that are killed in the middle of their
//! work ([`kills`]), databases of earlier programs ([`old`]), records of later ones ([`later`]), and [`verdicts`] on check-ins that nobody here made.

pub mod bench;
pub mod field;
pub mod kills;
pub mod later;
pub mod old;
pub mod tidy;
pub mod verdicts;
pub mod world;
