//! One scenario in three languages: each prints a transcript, and the transcripts are equal byte for byte.

use std::path::PathBuf;
use std::{fs, io};

use crate::bindings::{self, Profile};
use crate::server::Server;
use crate::step::{Step, Stop};
use crate::{kotlin, python, swift, workspace};

/// A language that the scenario is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// Python, on the generated module alone.
    Python,
    /// Kotlin on the JVM, through the hand-written layer.
    Kotlin,
    /// Swift on Linux, through the hand-written layer.
    Swift,
}

impl Language {
    /// All languages, the quickest first.
    pub(crate) const ALL: [Language; 3] = [Language::Python, Language::Kotlin, Language::Swift];

    /// The language with this name, if there is one.
    pub(crate) fn from_name(name: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.name() == name)
    }

    /// The name of the language.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Language::Python => "python",
            Language::Kotlin => "kotlin",
            Language::Swift => "swift",
        }
    }

    /// Builds what this language needs, runs the tests of its hand-written layer, runs the scenario with `args`, and
    /// returns its output.
    fn run_scenario(self, profile: Profile, args: &[&str]) -> Result<Vec<u8>, Stop> {
        match self {
            Language::Python => python::run_scenario(args),
            Language::Kotlin => kotlin::run_scenario(profile, args),
            Language::Swift => swift::run_scenario(profile, args),
        }
    }
}

/// The options of the verb `scenario`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The languages to run.
    pub(crate) languages: Vec<Language>,
    /// Measure the cost of the boundary instead of comparing transcripts.
    pub(crate) measure: bool,
    /// Overwrite the expected transcript.
    pub(crate) bless: bool,
}

impl Wanted {
    /// The options of CI: all languages, transcripts compared.
    pub(crate) fn default_run() -> Wanted {
        Wanted {
            languages: Language::ALL.to_vec(),
            ..Wanted::default()
        }
    }
}

/// The steps of the scenario.
pub(crate) fn steps(wanted: &Wanted) -> Vec<Step> {
    let profile = if wanted.measure {
        Profile::Release
    } else {
        Profile::Debug
    };
    let mut steps = bindings::steps(profile);
    for (at, language) in wanted.languages.iter().copied().enumerate() {
        let (measure, bless) = (wanted.measure, wanted.bless && at == 0);
        let name = if measure { "boundary" } else { "scenario" };
        steps.push(Step::new(format!("{name} in {}", language.name()), move || {
            if measure {
                measure_boundary(language, profile)
            } else {
                compare_transcript(language, profile, bless)
            }
        }));
    }
    steps
}

/// Creates an empty folder for the scenario's files, inside the tree, because Swift's root sees nothing else.
pub(crate) fn stage(language: Language) -> Result<PathBuf, Stop> {
    let folder = workspace::target().join("scenario").join(language.name());
    let recreated = match fs::remove_dir_all(&folder) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => fs::create_dir_all(&folder),
    };
    recreated.map_err(|e| Stop::Failed(format!("{} cannot be made anew: {e}", folder.display())))?;
    Ok(folder)
}

/// Measures the boundary in one language, with the library of `profile`.
pub(crate) fn measure_boundary(language: Language, profile: Profile) -> Result<(), Stop> {
    let folder = stage(language)?;
    let figures = language.run_scenario(profile, &["--measure", &folder.to_string_lossy()])?;
    print!("{}", String::from_utf8_lossy(&figures));
    Ok(())
}

/// Runs the scenario against a server with two reps of one territory, and returns its output.
fn run_against_server(language: Language, profile: Profile) -> Result<Vec<u8>, Stop> {
    let folder = stage(language)?;
    let server = Server::start(profile, &folder.join("server"))?;
    server.admin(&["territory", "add", "North"])?;
    let code = |name: &str| {
        server.admin(&["user", "add", name, "--role", "rep", "--territory", "North"])?;
        server.admin(&["user", "code", name])
    };
    let (ada, bo) = (code("Ada")?, code("Bo")?);
    language.run_scenario(profile, &[&folder.to_string_lossy(), server.url(), &ada, &bo])
}

fn compare_transcript(language: Language, profile: Profile, bless: bool) -> Result<(), Stop> {
    let printed = run_against_server(language, profile)?;
    let golden = workspace::root().join("bindings/tests/transcript.txt");
    if bless {
        return write(&golden, &printed);
    }
    let expected = fs::read(&golden).map_err(|e| Stop::Failed(format!("{}: {e}", golden.display())))?;
    if printed == expected {
        println!(
            "{} lines, equal byte for byte",
            printed.split(|byte| *byte == b'\n').count() - 1
        );
        return Ok(());
    }
    let kept = workspace::target().join(format!("transcript-{}.txt", language.name()));
    write(&kept, &printed)?;
    let (printed, expected) = (
        String::from_utf8_lossy(&printed),
        String::from_utf8_lossy(&expected),
    );
    Err(Stop::Failed(format!(
        "{} (the whole is in {})",
        first_difference(&expected, &printed),
        kept.display()
    )))
}

fn write(path: &PathBuf, bytes: &[u8]) -> Result<(), Stop> {
    fs::write(path, bytes).map_err(|e: io::Error| Stop::Failed(format!("{}: {e}", path.display())))
}

/// Describes the first line in which two texts differ.
fn first_difference(expected: &str, printed: &str) -> String {
    let (mut left, mut right) = (expected.split('\n'), printed.split('\n'));
    for line in 1.. {
        let (want, got) = (left.next(), right.next());
        if want != got {
            let show = |text: Option<&str>| text.map_or("nothing".to_owned(), |text| format!("{text:?}"));
            return format!(
                "line {line} of the transcript should be {}, is {}",
                show(want),
                show(got)
            );
        }
        if want.is_none() {
            break;
        }
    }
    "no difference".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_differing_line_is_named() {
        let name = |a, b| first_difference(a, b);
        assert_eq!(
            name("a\nb\n", "a\nc\n"),
            "line 2 of the transcript should be \"b\", is \"c\""
        );
        assert_eq!(
            name("a\n", "a"),
            "line 2 of the transcript should be \"\", is nothing"
        );
        assert_eq!(name("a", "a"), "no difference");
    }
}
