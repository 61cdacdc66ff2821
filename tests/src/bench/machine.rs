//! On what machine, with what command.

use std::path::Path;

use super::options::Options;

/// The lines above the table.
pub(super) fn describe(arguments: &[String], options: &Options) -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let folder = options.folder();
    let build = if cfg!(debug_assertions) {
        " · **debug build**: build with --release"
    } else {
        ""
    };
    format!(
        "Machine: {} · {cores} cores · {} {} · files on {}{build}  \n\
         Command: `{}` · median of {} interleaved runs, each in a process of its own · bytes are HTTP bodies\n",
        cpu().unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
        std::env::consts::OS,
        read("/proc/sys/kernel/osrelease").unwrap_or_default(),
        file_system(&folder).unwrap_or_else(|| "an unknown file system".to_owned()),
        std::iter::once("bench")
            .chain(arguments.iter().map(String::as_str))
            .collect::<Vec<_>>()
            .join(" "),
        options.runs,
    )
}

/// The lines above a table that `command` prints.
pub(super) fn describe_of(command: &str) -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let build = if cfg!(debug_assertions) {
        " · **debug build**: build with --release"
    } else {
        ""
    };
    format!(
        "Machine: {} · {cores} cores{build}  \nCommand: `{command}`\n",
        cpu().unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
    )
}

fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(path)
        .ok()
        .map(|text| text.trim().to_owned())
}

fn cpu() -> Option<String> {
    let about = read("/proc/cpuinfo")?;
    let line = about.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// Kind of the file system that holds `folder`: a durable edit costs nothing on tmpfs.
fn file_system(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let mounts = read("/proc/mounts")?;
    let mount = |line: &str| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    };
    let holding = mounts
        .lines()
        .filter_map(mount)
        .filter(|(at, _)| folder.starts_with(at));
    holding.max_by_key(|(at, _)| at.len()).map(|(_, kind)| kind)
}
