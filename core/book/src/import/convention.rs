//! The conventions of a column (order of day and month, decimal mark), as its lines show them.

/// The convention of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Convention<T> {
    /// No line tells.
    #[default]
    Unknown,
    /// At least one line can only be read this way, none another way.
    Known(T),
    /// Lines contradict each other, so what is ambiguous stays so.
    Mixed,
}

impl<T: Copy + PartialEq> Convention<T> {
    /// The convention after one more line, which tells `evidence` or nothing.
    #[must_use]
    pub(super) fn after(self, evidence: Option<T>) -> Convention<T> {
        match (self, evidence) {
            (convention, None) => convention,
            (Convention::Unknown, Some(seen)) => Convention::Known(seen),
            (Convention::Known(known), Some(seen)) if known == seen => self,
            _ => Convention::Mixed,
        }
    }

    /// The convention that `lines` tell.
    pub(super) fn from_lines(lines: impl Iterator<Item = Option<T>>) -> Convention<T> {
        lines.fold(Convention::Unknown, Convention::after)
    }

    /// The one way the column is written.
    pub(super) fn known(self) -> Option<T> {
        match self {
            Convention::Known(known) => Some(known),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_contradicts_itself_tells_nothing() {
        assert_eq!(
            Convention::from_lines([None, Some(1), None, Some(1)].into_iter()).known(),
            Some(1)
        );
        assert_eq!(
            Convention::from_lines([Some(1), Some(2), Some(1)].into_iter()).known(),
            None
        );
        assert_eq!(
            Convention::<u8>::from_lines([None].into_iter()),
            Convention::Unknown
        );
    }
}
