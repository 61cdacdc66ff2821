//! Checks the licences, versions and sources of all dependencies against `deny.toml`.
//!
//! The list is in `deny.toml` alone. CI also runs `cargo deny` on it, which checks more (such as advisories)
//! but takes minutes to build; here `cargo tree` and the lock file suffice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::step::Stop;
use crate::{process, workspace};

/// The licences and registries that `deny.toml` allows.
struct Allowed {
    /// SPDX names, some `WITH` an exception.
    licences: Vec<String>,
    /// Addresses of registries.
    registries: Vec<String>,
}

/// A package of the dependency tree, a workspace member or not.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    /// The SPDX expression; empty if the package states none.
    licence: String,
    /// The folder of a workspace member; `None` for a dependency.
    folder: Option<PathBuf>,
}

/// Checks the whole tree, for all platforms and with all features, against the list.
pub(crate) fn check() -> Result<(), Stop> {
    let root = workspace::root();
    let allowed = Allowed::read(&read(&root.join("deny.toml"))?);
    let packages = packages()?;
    let several = in_several_versions(&packages);
    println!(
        "{} packages; in several versions: {}",
        packages.len(),
        several.join(", ")
    );
    let mut found = unlicensed(&packages, &allowed.licences);
    found.extend(unneeded(&packages, &allowed.licences));
    let lock = read(&root.join("Cargo.lock"))?;
    found.extend(foreign_sources(&lock, &allowed.registries));
    let members = packages.iter().filter_map(|package| package.folder.as_ref());
    for folder in members.chain([&root]) {
        let manifest = folder.join("Cargo.toml");
        found.extend(wildcards(&manifest.to_string_lossy(), &read(&manifest)?));
    }
    if found.is_empty() {
        return Ok(());
    }
    for line in &found {
        println!("{line}");
    }
    Err(Stop::Failed(format!("{} against deny.toml", found.len())))
}

fn read(path: &Path) -> Result<String, Stop> {
    fs::read_to_string(path).map_err(|e| Stop::Failed(format!("{}: {e}", path.display())))
}

impl Allowed {
    fn read(deny: &str) -> Allowed {
        Allowed {
            licences: list(deny, "[licenses]", "allow"),
            registries: list(deny, "[sources]", "allow-registry"),
        }
    }
}

/// The quoted words of the list `key` in `section` of a TOML file.
fn list(toml: &str, section: &str, key: &str) -> Vec<String> {
    let words = toml
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .skip_while(|line| *line != section)
        .skip_while(|line| line.split('=').next().map(str::trim) != Some(key));
    let mut found = Vec::new();
    for line in words {
        found.extend(line.split('"').skip(1).step_by(2).map(str::to_owned));
        if line.ends_with(']') {
            break;
        }
    }
    found
}

/// Every package that any platform, feature, build script or test requires.
fn packages() -> Result<BTreeSet<Package>, Stop> {
    if process::run(&mut process::cargo(["fetch"])).is_err() {
        return Err(Stop::Skipped(
            "cargo cannot fetch the packages of all platforms (no network?)".to_owned(),
        ));
    }
    let tree = process::output_of(&mut process::cargo([
        "tree",
        "--workspace",
        "--all-features",
        "--target=all",
        "--edges=normal,build,dev",
        "--prefix=none",
        "--format={p}|{l}",
    ]))?;
    Ok(parse_tree(&String::from_utf8_lossy(&tree)))
}

/// Parses lines such as `adler2 v2.0.1|0BSD OR MIT (*)`; the star marks a repeated package.
fn parse_tree(tree: &str) -> BTreeSet<Package> {
    let lines = tree.lines().filter_map(|line| line.split_once('|'));
    let each = lines.map(|(package, licence)| {
        let mut words = package.split_whitespace();
        let mut word = || words.next().unwrap_or_default().to_owned();
        Package {
            name: word(),
            version: word(),
            licence: licence.trim_end_matches(" (*)").to_owned(),
            folder: member_folder(package),
        }
    });
    each.collect()
}

/// The path in the line of a workspace member: `core v1.0.0 (/workspace/core)`.
fn member_folder(package: &str) -> Option<PathBuf> {
    let (_, remark) = package.split_once(" (")?;
    let folder = PathBuf::from(remark.strip_suffix(')')?);
    folder.is_absolute().then_some(folder)
}

fn in_several_versions(packages: &BTreeSet<Package>) -> Vec<&str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for package in packages {
        *counts.entry(&package.name).or_default() += 1;
    }
    counts.retain(|_, count| *count > 1);
    counts.into_keys().collect()
}

fn unlicensed(packages: &BTreeSet<Package>, allowed: &[String]) -> Vec<String> {
    let refused = packages
        .iter()
        .filter(|package| !is_met(&package.licence, allowed));
    let sentence = |package: &Package| match package.licence.as_str() {
        "" => format!("{} {} states no licence", package.name, package.version),
        licence => format!(
            "{} {} is under {licence}, which is not allowed",
            package.name, package.version
        ),
    };
    refused.map(sentence).collect()
}

/// The allowed licences that no package needs: every package stays satisfied without them.
fn unneeded(packages: &BTreeSet<Package>, allowed: &[String]) -> Vec<String> {
    let is_needed = |licence: &String| {
        let others: Vec<String> = allowed
            .iter()
            .filter(|other| *other != licence)
            .cloned()
            .collect();
        packages
            .iter()
            .any(|package| is_met(&package.licence, allowed) && !is_met(&package.licence, &others))
    };
    let idle = allowed.iter().filter(|licence| !is_needed(licence));
    idle.map(|licence| format!("{licence} is allowed, but no package needs it"))
        .collect()
}

/// The sources in the lock file that are not an allowed registry.
fn foreign_sources(lock: &str, registries: &[String]) -> BTreeSet<String> {
    let sources = lock.lines().filter_map(|line| line.strip_prefix("source = "));
    let foreign = sources.map(|source| source.trim_matches('"')).filter(|source| {
        let registry = source.strip_prefix("registry+");
        !registry.is_some_and(|registry| registries.iter().any(|allowed| allowed == registry))
    });
    foreign
        .map(|source| format!("{source} is no allowed source"))
        .collect()
}

/// The dependencies of a manifest that take any version.
fn wildcards(path: &str, manifest: &str) -> Vec<String> {
    let any = |line: &&str| line.replace(' ', "").contains("=\"*\"");
    manifest
        .lines()
        .filter(any)
        .map(|line| format!("{path}: a dependency of any version: {line}"))
        .collect()
}

/// `true` if the licences `allowed` satisfy the SPDX expression `expression`.
///
/// A malformed expression is not satisfied.
fn is_met(expression: &str, allowed: &[String]) -> bool {
    // Before SPDX, `OR` was written as a slash.
    let spread = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let mut expression = Expression {
        words: spread.split_whitespace().collect(),
        allowed,
    };
    expression.words.reverse();
    expression.any() == Some(true) && expression.words.is_empty()
}

/// The rest of an expression to parse, the next word last.
struct Expression<'a> {
    words: Vec<&'a str>,
    allowed: &'a [String],
}

impl Expression<'_> {
    /// Consumes the next word if it is `word`.
    fn takes(&mut self, word: &str) -> bool {
        let is_next = self.words.last() == Some(&word);
        if is_next {
            self.words.pop();
        }
        is_next
    }

    /// Terms with `OR` between them; `None` if the expression is malformed.
    fn any(&mut self) -> Option<bool> {
        let mut met = self.all()?;
        while self.takes("OR") {
            met |= self.all()?;
        }
        Some(met)
    }

    /// Licences with `AND` between them, which binds closer.
    fn all(&mut self) -> Option<bool> {
        let mut met = self.one()?;
        while self.takes("AND") {
            met &= self.one()?;
        }
        Some(met)
    }

    /// A licence, or an expression in brackets.
    fn one(&mut self) -> Option<bool> {
        if self.takes("(") {
            let met = self.any()?;
            return self.takes(")").then_some(met);
        }
        let mut licence = self.words.pop()?.to_owned();
        if self.takes("WITH") {
            licence = format!("{licence} WITH {}", self.words.pop()?);
        }
        Some(self.allowed.contains(&licence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn an_expression_is_met_by_either_side_of_or_and_by_both_of_and() {
        let allowed = names(&["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"]);
        for met in [
            "MIT",
            "GPL-3.0 OR MIT",
            "Unlicense/MIT",
            "MIT AND ISC",
            "(GPL-3.0 OR MIT) AND ISC",
            "GPL-3.0 AND GPL-2.0 OR MIT",
            "Apache-2.0 WITH LLVM-exception OR Apache-2.0",
        ] {
            assert!(is_met(met, &allowed), "{met}");
        }
        for unmet in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "MIT OR GPL-3.0 AND",
            "(MIT",
            "MIT ISC",
            "MIT)",
            "Apache-2.0",
            "MIT WITH LLVM-exception",
        ] {
            assert!(!is_met(unmet, &allowed), "{unmet}");
        }
    }

    #[test]
    fn packages_are_read_once_each_with_the_licence_they_state() {
        let tree = "ours v1.0.0 (/house/core)|MIT\nsyn v2.0.1 (proc-macro)|MIT OR Apache-2.0\n\nsyn v3.0.0|GPL-3.0\n\
                    ours v1.0.0 (/house/core)|MIT (*)\nbare v1.0.0|\n";
        let packages = parse_tree(tree);
        assert_eq!(packages.len(), 4);
        let folders: Vec<_> = packages.iter().filter_map(|p| p.folder.as_deref()).collect();
        assert_eq!(folders, [Path::new("/house/core")]);
        assert_eq!(in_several_versions(&packages), ["syn"]);
        assert_eq!(
            unlicensed(&packages, &names(&["MIT"])),
            [
                "bare v1.0.0 states no licence",
                "syn v3.0.0 is under GPL-3.0, which is not allowed"
            ]
        );
        assert_eq!(
            unneeded(&packages, &names(&["MIT", "Apache-2.0"])),
            ["Apache-2.0 is allowed, but no package needs it"]
        );
    }

    #[test]
    fn the_lists_are_those_of_deny_toml() {
        let allowed = Allowed::read(
            "[bans]\nallow = [\"no\"]\n[licenses]\nversion = 2\nallow = [\n  \"MIT\", # a remark\n  # \"GPL\"\n  \"ISC\",\n]\n\
             other = [\"no\"]\n[sources]\nallow-registry = [\"https://one\", \"https://two\"]\nallow-git = [\"no\"]\n",
        );
        assert_eq!(allowed.licences, ["MIT", "ISC"]);
        assert_eq!(allowed.registries, ["https://one", "https://two"]);
    }

    #[test]
    fn only_an_allowed_registry_is_a_source() {
        let lock = "[[package]]\nname = \"ours\"\n\n[[package]]\nsource = \"registry+https://one\"\n\
                    [[package]]\nsource = \"registry+https://two\"\n[[package]]\nsource = \"git+https://one\"\n";
        let foreign: Vec<_> = foreign_sources(lock, &names(&["https://one"]))
            .into_iter()
            .collect();
        assert_eq!(
            foreign,
            [
                "git+https://one is no allowed source",
                "registry+https://two is no allowed source"
            ]
        );
    }

    #[test]
    fn a_dependency_of_any_version_is_named() {
        let manifest = "[dependencies]\na = \"1\"\nb = { version = \"*\" }\n[profile.dev.package.\"*\"]\n";
        assert_eq!(
            wildcards("Cargo.toml", manifest),
            ["Cargo.toml: a dependency of any version: b = { version = \"*\" }"]
        );
    }
}
