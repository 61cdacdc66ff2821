//! The output for people.

use crate::device::{Ran, TestDevice};

fn sample() -> TestDevice {
    let device = TestDevice::new();
    let file = device.file(
        "shops.csv",
        "external_id,name,tier,city,phone\ns1,北京烤鸭店,A,北京,010 1\ns2,The Fat Cat and Canary,B,Norwich,01603 1\n",
    );
    device.json(&["import", "accounts", &file]);
    device
}

/// The output with every id made the same.
fn steady(text: &str) -> String {
    let is_id = |word: &str| word.len() == 36 && word.matches('-').count() == 4;
    let lines = text.lines().map(|line| {
        let word = line.split(' ').find(|word| is_id(word));
        word.map_or(line.to_owned(), |word| line.replace(word, "0123...cdef"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_table_stands_in_line() {
    let ran = sample().run(&["list", "accounts"]);
    insta::assert_snapshot!(steady(&ran.out), @r"
    NAME                    TIER  CITY     PHONE    !  ID
    The Fat Cat and Canary  B     Norwich  01603 1  *  0123...cdef
    北京烤鸭店              A     北京     010 1    *  0123...cdef
    ");
}

#[test]
fn a_narrow_terminal_is_respected() {
    let device = sample();
    let ran: Ran = device
        .command(&["list", "accounts"])
        .env("COLUMNS", "80")
        .output()
        .unwrap()
        .into();
    insta::assert_snapshot!(steady(&ran.out), @r"
    NAME             TIER  CITY     PHONE    !  ID
    The Fat Cat an…  B     Norwich  01603 1  *  0123...cdef
    北京烤鸭店       A     北京     010 1    *  0123...cdef
    ");
}

#[test]
fn nothing_is_coloured_where_no_terminal_is() {
    let device = sample();
    assert!(!device.run(&["list", "accounts"]).out.contains('\u{1b}'));
}

#[test]
fn a_record_is_shown_with_its_sites() {
    let device = TestDevice::new();
    let id = device.shop("Corner Shop");
    device.json(&["set", &id, "tag/vip=yes", "tier=A"]);
    insta::assert_snapshot!(steady(&device.run(&["show", &id]).out), @r"
    Corner Shop (account)
      id       0123...cdef
      name     Corner Shop
      tier     A
      tag/vip  yes
      unsent   the server has not heard of all of this yet

    NAME  ACCOUNT      POSITION              FENCE            !  ID
    site  Corner Shop  52.6309000,1.2974000  circle of 100 m  *  0123...cdef
    ");
}

#[test]
fn a_check_in_is_a_sentence() {
    let device = TestDevice::new();
    let id = device.shop("Corner Shop");
    let fix = r#"{"at":"2026-11-24T08:29:55Z","lat":52.6310,"lon":1.2975,"accuracy_m":12}"#;
    insta::assert_snapshot!(steady(&device.run(&["check-in", &id, "--fix", fix]).out), @r"
    At Corner Shop since 09:30 — verified: inside the fence with 75 m to spare.
    visit 0123...cdef
    ");
    insta::assert_snapshot!(steady(&device.run(&["visits"]).out), @r"
    TIME   STATE  VERDICT   ACCOUNT      !  ID
    09:30  open   verified  Corner Shop  *  0123...cdef
    ");
}

#[test]
fn history_tells_each_change_with_what_it_wrote() {
    let device = TestDevice::new();
    device.json(&["new", "--rep", "Ada"]);
    let id = device.add(&["contact", "name=Grace", "phone=1"]);
    device.json(&["set", &id, "phone="]);
    let ran = device.run(&["history", &id]);
    let hashless = ran.out.lines().map(|line| {
        if line.starts_with("  change ") {
            "  change ..."
        } else {
            line
        }
    });
    insta::assert_snapshot!(hashless.collect::<Vec<_>>().join("\n"), @r"
    2026-11-24 09:30 Ada
      name = Grace
      phone = 1
      change ...
    2026-11-24 09:30 Ada
      phone = (cleared)
      change ...
    ");
}

#[test]
fn an_import_tells_what_it_matched_and_refused() {
    let device = TestDevice::new();
    let file = device.file(
        "shops.csv",
        "ACCOUNTID,Account Name,Colour\n1,Shop,red\n2,,blue\n",
    );
    insta::assert_snapshot!(device.run(&["import", "accounts", &file]).out, @r"
    Columns: ACCOUNTID -> external_id, Account Name -> name
    Not used: Colour (name a field for them with --map)
    Imported 1, updated 0, unchanged 0, refused 1.
      line 3: name: is required
    ");
}

#[test]
fn help_is_short_and_has_an_example() {
    let device = TestDevice::new();
    insta::assert_snapshot!(device.run(&["-h"]).out);
    insta::assert_snapshot!(device.run(&["check-in", "-h"]).out);
    let listed = device.run(&["-h"]).out;
    let commands = listed
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    let names: Vec<&str> = commands
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        let help = device.run(&[name, "--help"]);
        assert_eq!(help.code, 0);
        assert!(help.out.contains("Example"), "{name}");
    }
}

#[test]
fn the_version_is_told() {
    let ran = TestDevice::new().run(&["--version"]);
    assert_eq!(ran.out, concat!("fieldbook ", env!("CARGO_PKG_VERSION"), "\n"));
}
