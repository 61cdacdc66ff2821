//! Errors in a problem or a plan that was read, with the path of the field.

/// An invalid field of a problem or a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {kind}")]
pub struct ProblemError {
    /// Path of the field, such as `stops[3].windows[0][1]`; `.` is the whole file.
    pub field: String,
    /// The rule that the field breaks.
    pub kind: ProblemErrorKind,
}

impl ProblemError {
    /// An error in `field`.
    pub fn new(field: impl Into<String>, kind: ProblemErrorKind) -> ProblemError {
        ProblemError {
            field: field.into(),
            kind,
        }
    }
}

/// The rules that a field can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProblemErrorKind {
    /// Missing, of another type, no JSON at all, or a number beyond 64 bits.
    #[error("missing, or not what the format wants (line {line}, column {column})")]
    Form {
        /// Line of the text, from 1.
        line: usize,
        /// Column of the line, from 1.
        column: usize,
    },
    /// The file is of another format.
    #[error("must be {expected}")]
    Format {
        /// The format that was expected.
        expected: &'static str,
    },
    /// Below the least value allowed.
    #[error("{value} is less than {least}")]
    TooSmall {
        /// The value found.
        value: i64,
        /// The least value allowed.
        least: i64,
    },
    /// Above the greatest value allowed, or sums of it would be.
    #[error("{value} is more than {most}")]
    TooLarge {
        /// The value found.
        value: i64,
        /// The greatest value allowed.
        most: i64,
    },
    /// Not a number, or outside the range.
    #[error("must be a number above {least}, {most} at most")]
    OutOfRange {
        /// Exclusive lower bound.
        least: i64,
        /// Inclusive upper bound.
        most: i64,
    },
    /// A sum of values beyond 64 bits.
    #[error("the values add up to more than 64 bits hold")]
    Overflow,
    /// A node that the travel-time matrix does not have.
    #[error("there is no node {node}, only {nodes} of them, counted from 0")]
    UnknownNode {
        /// The node found.
        node: i64,
        /// Number of nodes.
        nodes: usize,
    },
    /// A row whose length is not the number of rows.
    #[error("has {length} numbers in a matrix of {nodes} rows")]
    Ragged {
        /// Length of the row.
        length: usize,
        /// Number of rows.
        nodes: usize,
    },
    /// A nonzero travel time on the diagonal.
    #[error("a place is {seconds} s away from itself")]
    AwayFromItself {
        /// The number on the diagonal.
        seconds: i64,
    },
    /// An id that occurred before.
    #[error("comes twice")]
    Twice,
    /// An id that the problem does not have.
    #[error("no stop has this id")]
    UnknownStop,
    /// An end before its begin.
    #[error("ends at {until}, before it begins at {from}")]
    Reversed {
        /// The begin found.
        from: i64,
        /// The end found.
        until: i64,
    },
    /// More elements than supported.
    #[error("{count} of them; {most} are the most")]
    TooMany {
        /// The number found.
        count: usize,
        /// The most supported.
        most: usize,
    },
    /// Mutually exclusive with another field of the same object.
    #[error("does not go with {other}")]
    Excludes {
        /// Name of the other field.
        other: &'static str,
    },
}
