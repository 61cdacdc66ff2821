//! Sizes of files and functions, and their limits.

use super::Violation;
use super::source::SourceFile;

/// Greatest number of lines of code in a file.
pub const FILE_LINES_MAX: usize = 500;
/// Greatest number of lines of code in a function, with its signature and braces.
pub const FUNCTION_LINES_MAX: usize = 70;

/// A file or functions over the limit, test code included.
pub fn too_long(file: &SourceFile) -> Vec<Violation> {
    let mut found = Vec::new();
    let lines = file.code_lines();
    if lines > FILE_LINES_MAX {
        found.push(file.violation(
            1,
            format!("{lines} lines of code; a file has {FILE_LINES_MAX} at most"),
        ));
    }
    let long = file
        .functions()
        .into_iter()
        .filter(|f| f.code_lines > FUNCTION_LINES_MAX);
    found.extend(long.map(|f| {
        let what = format!(
            "`{}` has {} lines of code; the limit is {FUNCTION_LINES_MAX}",
            f.name, f.code_lines
        );
        file.violation(f.line, what)
    }));
    found
}

/// The sizes of all shipped files and functions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    files: Vec<usize>,
    functions: Vec<usize>,
}

impl Figures {
    /// Measures the shipped code of `files`.
    pub fn measure(files: &[SourceFile]) -> Figures {
        let shipped = files.iter().filter(|file| !file.is_test());
        let mut figures = Figures::default();
        for file in shipped {
            figures.files.push(file.code_lines());
            figures
                .functions
                .extend(file.shipped_functions().iter().map(|f| f.code_lines));
        }
        figures.files.sort_unstable();
        figures.functions.sort_unstable();
        figures
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (files, functions) = (&self.files, &self.functions);
        writeln!(
            f,
            "{} files, {} lines of code: p50 {}, max {}",
            files.len(),
            files.iter().sum::<usize>(),
            percentile(files, 50),
            percentile(files, 100)
        )?;
        write!(
            f,
            "{} functions: p50 {}, p90 {}, p99 {}, max {}",
            functions.len(),
            percentile(functions, 50),
            percentile(functions, 90),
            percentile(functions, 99),
            percentile(functions, 100)
        )
    }
}

/// The nearest-rank percentile of `sorted`; 0 for an empty list.
fn percentile(sorted: &[usize], percent: usize) -> usize {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_with(functions: usize, lines_each: usize) -> SourceFile {
        let body = "    a();\n\n    // b\n".repeat(lines_each - 2);
        let text = format!("fn f() {{\n{body}}}\n").repeat(functions);
        SourceFile::read("core/location/src/units.rs", &text).unwrap()
    }

    #[test]
    fn a_function_over_the_limit_is_caught_and_one_at_it_is_not() {
        assert_eq!(too_long(&file_with(1, FUNCTION_LINES_MAX)), []);
        let found = too_long(&file_with(1, FUNCTION_LINES_MAX + 1));
        assert_eq!((found.len(), found[0].line), (1, 1));
    }

    #[test]
    fn a_file_over_the_limit_is_caught_and_one_at_it_is_not() {
        assert_eq!(too_long(&file_with(10, 50)), []);
        assert_eq!(too_long(&file_with(11, 50)).len(), 1);
    }

    #[test]
    fn the_figures_are_of_what_ships() {
        let test = SourceFile::read("core/tests/a.rs", "fn f() {\n a();\n}").unwrap();
        let figures = Figures::measure(&[file_with(3, 4), file_with(1, 9), test]);
        assert_eq!(
            figures.to_string(),
            "2 files, 21 lines of code: p50 9, max 12\n4 functions: p50 4, p90 9, p99 9, max 9"
        );
        assert_eq!(percentile(&[], 50), 0);
    }
}
