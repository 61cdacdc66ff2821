//! Tables with aligned columns, in any script, fitted to a width. Printing them is left to `out`.

use unicode_width::UnicodeWidthStr;

use fieldbook_format::clean;

/// Least width of a column that shrinks.
const NARROWEST: usize = 8;
/// Spaces between two columns.
const GAP: usize = 2;

/// Behaviour of a column on a narrow terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// Cells are cut.
    Shrinks,
    /// The width is short: half an id is useless.
    Keeps,
}

/// A column of a table: title, behaviour when narrow, alignment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    title: &'static str,
    fit: Fit,
    right: bool,
}

impl Column {
    /// A column of text, which may be cut. A title is shown in capitals, with spaces for underscores.
    pub(crate) const fn text(title: &'static str) -> Column {
        Column {
            title,
            fit: Fit::Shrinks,
            right: false,
        }
    }

    /// A column that is never cut.
    pub(crate) const fn whole(title: &'static str) -> Column {
        Column {
            fit: Fit::Keeps,
            ..Column::text(title)
        }
    }

    /// A column of numbers, to the right, never cut.
    pub(crate) const fn number(title: &'static str) -> Column {
        Column {
            right: true,
            ..Column::whole(title)
        }
    }
}

/// A table: rows below column titles.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub(crate) fn new(columns: &[Column]) -> Table {
        Table {
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row, a cell for each column.
    pub(crate) fn row(&mut self, cells: &[String]) {
        self.rows.push(cells.iter().map(|cell| clean(cell)).collect());
    }

    /// Titles and rows as lines of at most `width` columns, if cutting suffices. Columns without content are left out.
    pub(crate) fn lines(&self, width: usize) -> Vec<String> {
        let shown: Vec<usize> = (0..self.columns.len())
            .filter(|&i| self.rows.iter().any(|row| !row[i].is_empty()))
            .collect();
        let mut widths: Vec<usize> = shown.iter().map(|&i| self.natural(i)).collect();
        self.shrink(&shown, &mut widths, width);
        let titles: Vec<String> = self
            .columns
            .iter()
            .map(|column| column.title.replace('_', " ").to_uppercase())
            .collect();
        std::iter::once(&titles)
            .chain(&self.rows)
            .map(|row| self.line(row, &shown, &widths))
            .collect()
    }

    fn natural(&self, column: usize) -> usize {
        let cells = self.rows.iter().map(|row| row[column].width());
        cells.max().unwrap_or(0).max(self.columns[column].title.width())
    }

    fn shrink(&self, shown: &[usize], widths: &mut [usize], width: usize) {
        let gaps = GAP * shown.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > width {
            let widest = (0..shown.len())
                .filter(|&at| self.columns[shown[at]].fit == Fit::Shrinks && widths[at] > NARROWEST)
                .max_by_key(|&at| widths[at]);
            let Some(widest) = widest else { return };
            widths[widest] -= 1;
        }
    }

    fn line(&self, row: &[String], shown: &[usize], widths: &[usize]) -> String {
        let mut line = String::new();
        for (&i, &width) in shown.iter().zip(widths) {
            let cell = cut(&row[i], width);
            let pad = " ".repeat(width.saturating_sub(cell.width()));
            let (before, behind) = if self.columns[i].right {
                (pad, String::new())
            } else {
                (String::new(), pad)
            };
            line.extend([before, cell, behind, " ".repeat(GAP)]);
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// `text` in at most `width` columns, with an ellipsis if it was cut.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        short.push(c);
        if short.width() + 1 > width {
            short.pop();
            break;
        }
    }
    short.truncate(short.trim_end().len());
    short + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Table {
        let mut table = Table::new(&[
            Column::text("NAME"),
            Column::text("CITY"),
            Column::number("KM"),
            Column::text("NEVER"),
            Column::whole("ID"),
        ]);
        let cells = |row: [&str; 5]| row.map(str::to_owned);
        table.row(&cells(["北京烤鸭店", "北京", "2.5", "", "a1"]));
        table.row(&cells(["The Fat Cat and Canary", "Norwich", "12.0", "", "b2"]));
        table
    }

    #[test]
    fn wide_characters_take_two_columns() {
        insta::assert_snapshot!(sample().lines(100).join("\n"), @r"
        NAME                    CITY       KM  ID
        北京烤鸭店              北京      2.5  a1
        The Fat Cat and Canary  Norwich  12.0  b2
        ");
    }

    #[test]
    fn a_narrow_terminal_cuts_text_but_never_ids() {
        let lines = sample().lines(30);
        assert!(lines.iter().all(|line| line.width() <= 30), "{lines:#?}");
        insta::assert_snapshot!(lines.join("\n"), @r"
        NAME         CITY       KM  ID
        北京烤鸭店   北京      2.5  a1
        The Fat Ca…  Norwich  12.0  b2
        ");
    }
}
