//! The rows of the table and how large they are.

/// A line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    Create,
    Edit,
    Start,
    Search,
    Near,
    FirstSync,
    FirstSyncLarge,
    Push,
    Pull,
    Nothing,
    FlatSmall,
    FlatLarge,
}

impl Row {
    /// Every row, in the table's order; the last two only with `--large`.
    pub(super) const ALL: [Row; 12] = [
        Row::Create,
        Row::Edit,
        Row::Start,
        Row::Search,
        Row::Near,
        Row::FirstSync,
        Row::FirstSyncLarge,
        Row::Push,
        Row::Pull,
        Row::Nothing,
        Row::FlatSmall,
        Row::FlatLarge,
    ];

    /// Its name in `--rows`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Row::Create => "create",
            Row::Edit => "edit",
            Row::Start => "start",
            Row::Search => "search",
            Row::Near => "near",
            Row::FirstSync => "first-sync",
            Row::FirstSyncLarge => "first-sync-large",
            Row::Push => "push",
            Row::Pull => "pull",
            Row::Nothing => "nothing",
            Row::FlatSmall => "flat-small",
            Row::FlatLarge => "flat-large",
        }
    }

    /// True if it is run only on demand, because it takes minutes.
    pub(super) fn is_large(self) -> bool {
        matches!(self, Row::FlatSmall | Row::FlatLarge)
    }

    /// Its first column.
    pub(super) fn title(self, sizes: &Sizes) -> String {
        let (small, large) = (thousands(sizes.small), thousands(sizes.large));
        let edits = thousands(sizes.edits);
        match self {
            Row::Create => format!("create {small} accounts"),
            Row::Edit => format!("one durable edit, median of {} (of {large})", sizes.durable),
            Row::Start => format!("cold start and first page of {PAGE} (of {large})"),
            Row::Search => format!("search, mean of {LOOKUPS} (of {large})"),
            Row::Near => format!("near, {RADIUS_M} m, mean of {LOOKUPS} (of {large})"),
            Row::FirstSync => format!("first sync of {small}"),
            Row::FirstSyncLarge => format!("first sync of {large}"),
            Row::Push => format!("push {edits} edits (of {small})"),
            Row::Pull => "pull them".to_owned(),
            Row::Nothing => "nothing new".to_owned(),
            Row::FlatSmall => format!("flat start: {} accounts", thousands(sizes.flat_small)),
            Row::FlatLarge => format!("flat start: {} accounts", thousands(sizes.flat_large)),
        }
    }
}

/// Accounts in a page, a search, a look around.
pub(super) const PAGE: usize = 50;

/// Searches and looks around in one measurement.
pub(super) const LOOKUPS: usize = 100;

/// Radius of a search around a position, in metres.
pub(super) const RADIUS_M: u32 = 2_000;

/// Number of accounts, edits and calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sizes {
    /// Accounts created, and in the smaller server.
    pub(super) small: usize,
    /// Accounts in the book that is searched, and in the larger server.
    pub(super) large: usize,
    /// Edits pushed and pulled.
    pub(super) edits: usize,
    /// Durable edits that the median is taken of.
    pub(super) durable: usize,
    pub(super) flat_small: usize,
    pub(super) flat_large: usize,
}

impl Sizes {
    /// The sizes of the table in the documents.
    pub(super) const FULL: Sizes = Sizes {
        small: 10_000,
        large: 100_000,
        edits: 1_000,
        durable: 200,
        flat_small: 1_000,
        flat_large: 1_000_000,
    };

    /// A smoke test: all rows, in seconds.
    pub(super) const QUICK: Sizes = Sizes {
        small: 500,
        large: 1_500,
        edits: 50,
        durable: 10,
        flat_small: 100,
        flat_large: 2_000,
    };
}

/// `12345` as `12,345`.
pub(super) fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_get_commas() {
        assert_eq!(
            [7, 123, 1_234, 1_000_000].map(thousands),
            ["7", "123", "1,234", "1,000,000"]
        );
    }
}
