//! The command line: the verbs and their arguments.

use crate::android::ApkKind;
use crate::scenario::{Language, Wanted};

/// The help text.
pub(crate) const USAGE: &str = "\
usage: cargo xtask VERB

  test                  everything CI runs: format, spelling, licences, lints, tests, docs, the scenario
                        in three languages, peers that read our files, the Android app, the iOS app as far as that goes without a Mac
  scenario [LANGUAGE]... [--measure] [--bless]
                        the scenario in python, kotlin and swift (default: all three), each transcript
                        compared with bindings/tests/transcript.txt
                        --measure: instead, the cost of the boundary, on a release build
                        --bless: write the transcript anew from the first language
  android [--bless]     builds android-demo and runs its tests, which compare pictures of the screens
                        --bless: the new pictures become the golden ones
  ios [--bless]         builds the view models and views of ios-demo and runs its tests, which compare its previews
                        --bless: the new previews become the golden ones
  peers                 reads what the command writes with icalendar, ical.js, gpxpy, GeoJSON validators and opening_hours
  apk [debug|release]   a signed APK of android-demo (default: debug)
  bindings              builds the library and writes its Kotlin, Swift and Python sources
  bench [ARGS]          the bench table: ours beside the baseline; `bench field`: what is
                        promised of tracks; `bench plan`: how near to the best known plans we come;
                        `bench gpx [--points N]`: a GPX file of a million points, read by us and by gpxpy;
                        `bench bindings`: size of the library, cost of the boundary, first list, frame
  sealed                the tests of encrypted books, built with SQLCipher and OpenSSL in a folder of their own
  crash [ARGS]          crash tests: phone and server are killed 200 times, then checked (also: kills)
  drill [--seeds N] [STORY]...
                        the promises of docs/security.md as stories against a real server process: held or not
                        --seeds N: so many restores, each with five phones and a random day (default: 3)
  help                  this";

/// A verb with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verb {
    /// Print the help text.
    Help,
    /// Run everything that CI runs.
    Test,
    /// Run the scenario.
    Scenario(Wanted),
    /// Build the library and generate its sources.
    Bindings,
    /// Build and test the Android app.
    Android {
        /// Overwrite the golden pictures.
        bless: bool,
    },
    /// Build and test the iOS app, as far as that goes without Apple's SDK.
    Ios {
        /// Overwrite the golden previews.
        bless: bool,
    },
    /// Read what the command writes with the libraries of others.
    Peers,
    /// Package the Android app.
    Apk(ApkKind),
    /// Run the benchmark with these arguments.
    Bench(Vec<String>),
    /// Measure the reading of a large GPX file beside `gpxpy`, with these arguments.
    BenchGpx(Vec<String>),
    /// Measure the library that apps ship, and the boundary to each language.
    BenchBindings,
    /// Run the tests of encrypted books.
    Sealed,
    /// Run the crash tests with these arguments.
    Crash(Vec<String>),
    /// Run the drill with these arguments.
    Drill(Vec<String>),
}

impl Verb {
    /// Parses the arguments without the program's name, or returns a message for the user.
    pub(crate) fn parse(args: &[String]) -> Result<Verb, String> {
        let Some((verb, rest)) = args.split_first() else {
            return Err("no verb given".to_owned());
        };
        match verb.as_str() {
            "help" | "--help" | "-h" => Ok(Verb::Help),
            "test" => no_more(rest).map(|()| Verb::Test),
            "sealed" => no_more(rest).map(|()| Verb::Sealed),
            "peers" => no_more(rest).map(|()| Verb::Peers),
            "bindings" => no_more(rest).map(|()| Verb::Bindings),
            "android" => bless_alone(rest).map(|bless| Verb::Android { bless }),
            "ios" => bless_alone(rest).map(|bless| Verb::Ios { bless }),
            "apk" => apk_kind(rest).map(Verb::Apk),
            "scenario" => wanted(rest).map(Verb::Scenario),
            "bench" if rest.first().is_some_and(|what| what == "bindings") => {
                no_more(&rest[1..]).map(|()| Verb::BenchBindings)
            }
            "bench" if rest.first().is_some_and(|what| what == "gpx") => {
                Ok(Verb::BenchGpx(rest[1..].to_vec()))
            }
            "bench" => Ok(Verb::Bench(rest.to_vec())),
            "crash" | "kills" => Ok(Verb::Crash(rest.to_vec())),
            "drill" => Ok(Verb::Drill(rest.to_vec())),
            other => Err(format!("unknown verb `{other}`")),
        }
    }
}

fn no_more(rest: &[String]) -> Result<(), String> {
    match rest.first() {
        None => Ok(()),
        Some(extra) => Err(format!("`{extra}` makes no sense here")),
    }
}

/// `true` for `--bless` alone, `false` for nothing.
fn bless_alone(rest: &[String]) -> Result<bool, String> {
    match rest {
        [bless] if bless == "--bless" => Ok(true),
        _ => no_more(rest).map(|()| false),
    }
}

fn apk_kind(args: &[String]) -> Result<ApkKind, String> {
    match args {
        [] => Ok(ApkKind::Debug),
        [name, rest @ ..] => {
            let kind = ApkKind::from_name(name).ok_or_else(|| format!("unknown kind of APK `{name}`"))?;
            no_more(rest).map(|()| kind)
        }
    }
}

fn wanted(args: &[String]) -> Result<Wanted, String> {
    let mut wanted = Wanted::default();
    for arg in args {
        match arg.as_str() {
            "--measure" => wanted.measure = true,
            "--bless" => wanted.bless = true,
            name => {
                let language =
                    Language::from_name(name).ok_or_else(|| format!("unknown language `{name}`"))?;
                wanted.languages.push(language);
            }
        }
    }
    if wanted.languages.is_empty() {
        wanted.languages = Language::ALL.to_vec();
    }
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Verb, String> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Verb::parse(&args)
    }

    #[test]
    fn a_verb_takes_what_it_knows_and_refuses_the_rest() {
        assert_eq!(parse("test"), Ok(Verb::Test));
        assert_eq!(parse("peers"), Ok(Verb::Peers));
        assert_eq!(parse("test fast"), Err("`fast` makes no sense here".to_owned()));
        assert_eq!(parse("tset"), Err("unknown verb `tset`".to_owned()));
        assert_eq!(parse(""), Err("no verb given".to_owned()));
        assert_eq!(
            parse("scenario cobol"),
            Err("unknown language `cobol`".to_owned())
        );
    }

    #[test]
    fn the_scenario_is_in_three_languages_unless_named() {
        let Ok(Verb::Scenario(wanted)) = parse("scenario") else {
            panic!("no scenario")
        };
        assert_eq!(wanted.languages, Language::ALL);
        let Ok(Verb::Scenario(wanted)) = parse("scenario swift --measure") else {
            panic!("no scenario")
        };
        assert_eq!(wanted.languages, [Language::Swift]);
        assert!(wanted.measure && !wanted.bless);
    }

    #[test]
    fn the_apps_are_tested_blessed_and_packaged() {
        assert_eq!(parse("ios"), Ok(Verb::Ios { bless: false }));
        assert_eq!(parse("ios --bless"), Ok(Verb::Ios { bless: true }));
        assert_eq!(parse("ios fast"), Err("`fast` makes no sense here".to_owned()));
        assert_eq!(parse("android"), Ok(Verb::Android { bless: false }));
        assert_eq!(parse("android --bless"), Ok(Verb::Android { bless: true }));
        assert_eq!(
            parse("android fast"),
            Err("`fast` makes no sense here".to_owned())
        );
        assert_eq!(parse("apk"), Ok(Verb::Apk(ApkKind::Debug)));
        assert_eq!(parse("apk release"), Ok(Verb::Apk(ApkKind::Release)));
        assert_eq!(parse("apk tiny"), Err("unknown kind of APK `tiny`".to_owned()));
    }

    #[test]
    fn the_bench_and_the_crash_tests_get_their_arguments_untouched() {
        assert_eq!(
            parse("bench --rows 3"),
            Ok(Verb::Bench(vec!["--rows".to_owned(), "3".to_owned()]))
        );
        assert_eq!(parse("bench bindings"), Ok(Verb::BenchBindings));
        assert_eq!(parse("sealed"), Ok(Verb::Sealed));
        assert_eq!(parse("bench gpx"), Ok(Verb::BenchGpx(Vec::new())));
        assert_eq!(
            parse("bench bindings fast"),
            Err("`fast` makes no sense here".to_owned())
        );
        assert_eq!(
            parse("drill --seeds 200"),
            Ok(Verb::Drill(vec!["--seeds".to_owned(), "200".to_owned()]))
        );
        for line in ["crash --seed 3", "kills --seed 3"] {
            let arguments = vec!["--seed".to_owned(), "3".to_owned()];
            assert_eq!(parse(line), Ok(Verb::Crash(arguments)), "{line}");
        }
    }
}
