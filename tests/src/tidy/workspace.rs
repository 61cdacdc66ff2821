//! The workspace on disk: its text files, manifests and Rust files.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::Violation;
use super::source::SourceFile;

/// Folders without files written by hand.
const SKIPPED_FOLDERS: &[&str] = &[
    "target",
    "generated",
    "node_modules",
    "__pycache__",
    "corpus",
    "artifacts",
];
/// Endings of the files that are read.
const TEXT_ENDINGS: &[&str] = &["rs", "toml", "sql", "sh", "py", "kt", "swift", "cddl"];

/// All files that a rule may read.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Path from the root (with `/`) and text of each text file, sorted by path.
    pub texts: Vec<(String, String)>,
    /// The Rust files among them, read.
    pub rust: Vec<SourceFile>,
}

impl Workspace {
    /// Reads the workspace that this package belongs to.
    ///
    /// # Panics
    ///
    /// If the sources cannot be read or are not Rust.
    pub fn read() -> Workspace {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut texts = Vec::new();
        walk(&root, &PathBuf::new(), &mut texts).expect("the sources can be read");
        texts.sort();
        let is_rust = |path: &str| Path::new(path).extension().is_some_and(|e| e == "rs");
        let rust = texts
            .iter()
            .filter(|(path, _)| is_rust(path))
            .map(|(path, text)| SourceFile::read(path, text).expect("the sources are Rust"))
            .collect();
        Workspace { texts, rust }
    }

    /// The violations of `rule` in the Rust files.
    pub fn violations(&self, rule: fn(&SourceFile) -> Vec<Violation>) -> Vec<Violation> {
        self.rust.iter().flat_map(rule).collect()
    }

    /// The manifests of the packages, path and text, without that of the workspace.
    pub fn manifests(&self) -> impl Iterator<Item = (&str, &str)> {
        let each = self
            .texts
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()));
        each.filter(|(path, _)| path.ends_with("/Cargo.toml"))
    }
}

fn walk(root: &Path, inside: &Path, into: &mut Vec<(String, String)>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(inside))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = inside.join(&name);
        if entry.file_type()?.is_dir() {
            if !name.starts_with('.') && !SKIPPED_FOLDERS.contains(&name.as_str()) {
                walk(root, &path, into)?;
            }
        } else if path
            .extension()
            .is_some_and(|end| TEXT_ENDINGS.iter().any(|text| end == *text))
        {
            let path = path.to_string_lossy().replace('\\', "/");
            into.push((path, fs::read_to_string(entry.path())?));
        }
    }
    Ok(())
}
