//! What is wrong with a problem or a plan that somebody gave, and in which field.

/// A field that cannot be what it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {kind}")]
pub struct ProblemError {
    /// Its path: `stops[3].windows[0][1]`. `.` is the whole file.
    pub field: String,
    /// What is the matter with it.
    pub kind: ProblemErrorKind,
}

impl ProblemError {
    /// `field` is `wrong`.
    pub fn new(field: impl Into<String>, kind: ProblemErrorKind) -> ProblemError {
        ProblemError {
            field: field.into(),
            kind,
        }
    }
}

/// What can be the matter with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProblemErrorKind {
    /// Missing, of another type, no JSON at all, or a number beyond 64 bits.
    #[error("missing, or not what the format wants (line {line}, column {column})")]
    Form {
        /// Where in the text, from 1.
        line: usize,
        /// Where in the line, from 1.
        column: usize,
    },
    /// The file is of another format.
    #[error("must be {expected}")]
    Format {
        /// What was expected.
        expected: &'static str,
    },
    /// Below what is allowed.
    #[error("{value} is less than {least}")]
    TooSmall {
        /// What it is.
        value: i64,
        /// The least allowed.
        least: i64,
    },
    /// Above what is allowed, or what sums of it would be.
    #[error("{value} is more than {most}")]
    TooLarge {
        /// What it is.
        value: i64,
        /// The most allowed.
        most: i64,
    },
    /// No number, or none within these.
    #[error("must be a number above {least}, {most} at most")]
    OutOfRange {
        /// What it must exceed.
        least: i64,
        /// The most allowed.
        most: i64,
    },
    /// A sum of values beyond 64 bits.
    #[error("the values add up to more than 64 bits hold")]
    Overflow,
    /// A node that the travel times do not have.
    #[error("there is no node {node}, only {nodes} of them, counted from 0")]
    UnknownNode {
        /// Which.
        node: i64,
        /// How many there are.
        nodes: usize,
    },
    /// A row that is longer or shorter than the matrix is high.
    #[error("has {length} numbers in a matrix of {nodes} rows")]
    Ragged {
        /// Its length.
        length: usize,
        /// What it should be.
        nodes: usize,
    },
    /// A place that is not at itself.
    #[error("a place is {seconds} s away from itself")]
    AwayFromItself {
        /// The number on the diagonal.
        seconds: i64,
    },
    /// An id that came before.
    #[error("comes twice")]
    Twice,
    /// An id that the problem does not have.
    #[error("no stop has this id")]
    UnknownStop,
    /// An end that lies before its beginning.
    #[error("ends at {until}, before it begins at {from}")]
    Reversed {
        /// Its beginning.
        from: i64,
        /// Its end.
        until: i64,
    },
    /// More than anyone can handle.
    #[error("{count} of them; {most} are the most")]
    TooMany {
        /// How many.
        count: usize,
        /// The most allowed.
        most: usize,
    },
    /// It does not go with another field of the same object.
    #[error("does not go with {other}")]
    Excludes {
        /// The other field.
        other: &'static str,
    },
}
