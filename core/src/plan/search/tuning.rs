//! The numbers of the search. Set on the given families of instances by `cargo xtask bench plan`.

/// What can be turned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tuning {
    /// The longest string taken out.
    pub(crate) longest_string: usize,
    /// The most strings taken out at once.
    pub(crate) most_strings: usize,
    /// Of 1,024 strings, how many spare some of their middle.
    pub(crate) split_strings: u64,
    /// One feasible place in about this many is passed over.
    pub(crate) blinks: usize,
    /// How often the absent are tried by value for time, by value, far first, near first, narrow first, at random.
    pub(crate) order_weights: [usize; 6],
    /// What the drive between neighbours weighs against an average value, in 1/1,024.
    pub(crate) travel_share: i64,
    /// Temperatures at the beginning and end of an epoch, in 1/1,024 of an average value.
    pub(crate) hot: i64,
    /// The end of an epoch.
    pub(crate) cold: i64,
    /// Iterations of the first epoch.
    pub(crate) first_epoch: u64,
    /// The next epoch is this many quarters as long.
    pub(crate) growth_quarters: u64,
}

impl Default for Tuning {
    fn default() -> Tuning {
        Tuning {
            longest_string: 8,
            most_strings: 2,
            split_strings: 512,
            blinks: 64,
            order_weights: [2, 4, 1, 1, 1, 4],
            travel_share: 100,
            hot: 300,
            cold: 10,
            first_epoch: 1000,
            growth_quarters: 8,
        }
    }
}
