//! Tuning parameters of the search, set on the given families of instances by `cargo xtask bench plan`.

/// Tuning parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tuning {
    /// The longest string removed, in visits.
    pub(crate) longest_string: usize,
    /// The most strings removed at once.
    pub(crate) most_strings: usize,
    /// Of 1,024 strings, the number that preserve a substring.
    pub(crate) split_strings: u64,
    /// The inverse of the share of places that are skipped.
    pub(crate) blinks: usize,
    /// Of 1,024 ruins, the number that are ejections for one unassigned stop.
    pub(crate) ejections: u64,
    /// The most visits removed by an ejection.
    pub(crate) longest_ejection: usize,
    /// Of 1,024 unassigned stops, the number skipped in a recreation.
    pub(crate) skips: u64,
    /// Weight of a mandatory visit, in average values.
    pub(crate) mandatory_weight: i64,
    /// Of 1,024 recreations, the number that insert greedily by gain per time.
    pub(crate) greedy_recreations: u64,
    /// Range of the random perturbation of gains, in 1/1,024.
    pub(crate) noise: usize,
    /// Weights of the orders in which unassigned stops are tried: by gain per time, by gain, farthest first,
    /// nearest first, narrowest window first, random.
    pub(crate) order_weights: [usize; 6],
    /// Weight of a typical drive against an average value, in 1/1,024.
    pub(crate) travel_share: i64,
    /// Temperature at the begin of an exploring phase, in 1/1,024 of an average value.
    pub(crate) hot: i64,
    /// Temperature at its end.
    pub(crate) cold: i64,
    /// Temperature at the end of a polishing phase, which continues from the best order of the exploring
    /// phase.
    pub(crate) cold_polish: i64,
    /// Length of a polishing phase, in quarters of the exploring phase.
    pub(crate) polish_quarters: u64,
    /// Iterations of the first exploring phase.
    pub(crate) first_epoch: u64,
    /// Interval of the rounds that start from a new order instead of the best, in rounds; 0 is never.
    pub(crate) restart_every: u64,
    /// Number of stops to which a construction extends a label; 0 restarts from random orders instead.
    pub(crate) dp_breadth: usize,
    /// Number of time buckets of a construction.
    pub(crate) dp_buckets: i32,
    /// Range of the random perturbation of gains in a construction, in 1/1,024.
    pub(crate) dp_noise: usize,
    /// Range of a random divisor, upper bound excluded: the longest wait in a construction is the shift
    /// divided by it.
    pub(crate) dp_waits: (usize, usize),
    /// Length of the next exploring phase, in quarters of the last.
    pub(crate) growth_quarters: u64,
}

/// Days with no more stops are small: random restarts find their regions, and a construction would take more
/// memory than everything else.
const FEW: usize = 64;
/// Days with more stops are large.
const MANY: usize = 150;

impl Default for Tuning {
    fn default() -> Tuning {
        Tuning {
            longest_string: 6,
            most_strings: 2,
            split_strings: 256,
            blinks: 12,
            ejections: 320,
            longest_ejection: 6,
            skips: 0,
            mandatory_weight: 24,
            greedy_recreations: 256,
            noise: 400,
            order_weights: [2, 4, 1, 1, 1, 6],
            travel_share: 60,
            hot: 1000,
            cold: 100,
            cold_polish: 2,
            polish_quarters: 4,
            first_epoch: 2000,
            restart_every: 2,
            dp_breadth: 16,
            dp_buckets: 64,
            dp_noise: 400,
            dp_waits: (4, 30),
            growth_quarters: 6,
        }
    }
}

impl Tuning {
    /// Parameters for a day with `stops` stops; `choice` says whether any stop may be left out for
    /// another. Without choice only the order counts: longer strings, higher temperature, always a new start.
    /// With very many stops a recreation is expensive, so smaller ruins pay; and so do many short rounds,
    /// each from a new construction, because the errors that remain are in the region and not in the order.
    pub(crate) fn for_day(stops: usize, choice: bool) -> Tuning {
        let default = Tuning::default();
        if choice {
            if stops <= MANY {
                let dp_breadth = if stops > FEW { default.dp_breadth } else { 0 };
                return Tuning {
                    dp_breadth,
                    ..default
                };
            }
            return Tuning {
                most_strings: 1,
                first_epoch: 1000,
                growth_quarters: 4,
                restart_every: 1,
                ..default
            };
        }
        Tuning {
            longest_string: 12,
            most_strings: 3,
            blinks: 24,
            ejections: 0,
            hot: 3000,
            first_epoch: 1000,
            restart_every: 1,
            dp_breadth: 0,
            ..default
        }
    }

    /// Parameters for a plan that is already good, and little time.
    pub(crate) fn for_replan() -> Tuning {
        Tuning {
            hot: 300,
            cold: 20,
            first_epoch: 500,
            restart_every: 0,
            ..Tuning::default()
        }
    }
}
