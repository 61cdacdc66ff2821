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
    /// One place in two to the power of this is passed over.
    pub(crate) blinks: usize,
    /// Of 1,024 ruins, how many make room for one absent candidate.
    pub(crate) ejections: u64,
    /// The most visits given up for it.
    pub(crate) longest_ejection: usize,
    /// Of 1,024 absent candidates, how many are not tried this time.
    pub(crate) skips: u64,
    /// The weight of a mandatory_weight, in average values.
    pub(crate) mandatory_weight: i64,
    /// Of 1,024 recreations, how many take the best offer first.
    pub(crate) greedy_recreations: u64,
    /// How far rng stretches an offer, in 1/1,024.
    pub(crate) noise: usize,
    /// How often the absent are tried by value for time, by value, far first, near first, narrow first, at random.
    pub(crate) order_weights: [usize; 6],
    /// What the drive between neighbours weighs against an average value, in 1/1,024.
    pub(crate) travel_share: i64,
    /// Temperatures at the beginning and end of an epoch, in 1/1,024 of an average value.
    pub(crate) hot: i64,
    /// The end of an epoch.
    pub(crate) cold: i64,
    /// The end of a quiet epoch, which goes on from the best where the loud one left off.
    pub(crate) cold_polish: i64,
    /// How many quarters of the loud one it is long.
    pub(crate) polish_quarters: u64,
    /// Iterations of the first epoch.
    pub(crate) first_epoch: u64,
    /// One round in so many starts from something new instead of the best; 0 is never.
    pub(crate) restart_every: u64,
    /// To how many stops a draft carries a label on; 0 where a new start is rng and not a draft.
    pub(crate) dp_breadth: usize,
    /// Into how many stretches it cuts the day.
    pub(crate) dp_buckets: i32,
    /// How far rng stretches what its stops are worth, in 1/1,024.
    pub(crate) dp_noise: usize,
    /// The longest wait in it is one part of the day in so many, from the first of these to before the second.
    pub(crate) dp_waits: (usize, usize),
    /// The next epoch is this many quarters as long.
    pub(crate) growth_quarters: u64,
}

/// So many candidates are few: rng finds their regions, and a draft would take more memory than all the rest.
const FEW: usize = 64;
/// More candidates than these are very many.
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
    /// For a day with so many candidates, `choice` among which says whether any may be left out for another. Where there
    /// is none only the order counts: larger strings, hotter, always from nothing. Where there are very many candidates
    /// a recreation is dear, and smaller ruins pay; and so do many short rounds, each from a draft of its own, because what
    /// is wrong in the end is the region and not the order in it.
    pub(crate) fn for_day(candidates: usize, choice: bool) -> Tuning {
        let house = Tuning::default();
        if choice {
            if candidates <= MANY {
                let dp_breadth = if candidates > FEW { house.dp_breadth } else { 0 };
                return Tuning { dp_breadth, ..house };
            }
            return Tuning {
                most_strings: 1,
                first_epoch: 1000,
                growth_quarters: 4,
                restart_every: 1,
                ..house
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
            ..house
        }
    }

    /// For a plan that is already good, and little time.
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
