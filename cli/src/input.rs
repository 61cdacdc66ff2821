//! Files that a command reads completely.

use std::io::Read;
use std::path::Path;

use crate::error::CliError;

/// The text of a file; `-` is standard input.
pub(crate) fn read_text(file: &Path) -> Result<String, CliError> {
    let read = if file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    read.map_err(|error| CliError::unreadable(file, &error))
}
