//! What the lines of one column say about how the column is written.

/// How a column is written, as far as its lines tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Habit<T> {
    /// No line tells.
    #[default]
    Unknown,
    /// At least one line can only be read this way, none another way.
    Known(T),
    /// Lines contradict each other, so what is ambiguous stays so.
    Mixed,
}

impl<T: Copy + PartialEq> Habit<T> {
    /// The habit after one more line, which tells `evidence` or nothing.
    #[must_use]
    pub(super) fn after(self, evidence: Option<T>) -> Habit<T> {
        match (self, evidence) {
            (habit, None) => habit,
            (Habit::Unknown, Some(seen)) => Habit::Known(seen),
            (Habit::Known(known), Some(seen)) if known == seen => self,
            _ => Habit::Mixed,
        }
    }

    /// The habit that `lines` tell.
    pub(super) fn of(lines: impl Iterator<Item = Option<T>>) -> Habit<T> {
        lines.fold(Habit::Unknown, Habit::after)
    }

    /// The one way the column is written.
    pub(super) fn known(self) -> Option<T> {
        match self {
            Habit::Known(known) => Some(known),
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
            Habit::of([None, Some(1), None, Some(1)].into_iter()).known(),
            Some(1)
        );
        assert_eq!(Habit::of([Some(1), Some(2), Some(1)].into_iter()).known(), None);
        assert_eq!(Habit::<u8>::of([None].into_iter()), Habit::Unknown);
    }
}
