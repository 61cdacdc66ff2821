//! A phone that is lost, and a key that somebody may have copied.

use std::path::Path;

use fieldbook_core::book::{Book, Http, OpenOptions, SyncError};
use fieldbook_core::sync::{Post, Reply, Transport, TransportError};
use fieldbook_model::wire::ProtocolError;

use super::Options;
use super::office::{DrillError, Office, hold, shop, stuck, sync};
use super::stories::device_of;

/// The names of the files of a book that are left, its own and those beside it.
fn left(folder: &Path, name: &str) -> Result<Vec<String>, DrillError> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let file = entry?.file_name().to_string_lossy().into_owned();
        names.extend(file.starts_with(name).then_some(file));
    }
    Ok(names)
}

/// A lost phone is to be wiped: it sends what it has, leaves no file, and is revoked.
pub(super) fn wipe(options: &Options) -> Result<String, DrillError> {
    let office = Office::open(options)?;
    let (ada, ben) = (office.rep("Ada", "North")?, office.rep("Ben", "North")?);
    shop(&ada, "Known to all")?;
    sync(&ada)?;
    office.admin(&["wipe", &device_of(&office, "Ada")?])?;
    let unsent = shop(&ada, "Made after the order")?;
    let news = shop(&ben, "Not for the lost phone")?;
    sync(&ben)?;
    let file = ada.path().to_owned();
    let (folder, name) = (file.parent(), file.file_name());
    let (Some(folder), Some(name)) = (folder, name) else {
        return Err(DrillError::NotHeld("a book without a folder".to_owned()));
    };
    let ended = ada.sync_now(&Http::default(), None);
    hold(ended == Err(SyncError::Wiped), || {
        format!("the sync ended with {ended:?}")
    })?;
    let files = left(folder, &name.to_string_lossy())?;
    hold(files.is_empty(), || format!("left are {files:?}"))?;
    hold(ada.record(news).is_err(), || "the lost phone got news".to_owned())?;
    sync(&ben)?;
    hold(ben.record(unsent).is_ok(), || "an unsent edit is lost".to_owned())?;
    let listed = office.admin(&["device", "list"])?;
    hold(
        listed
            .lines()
            .any(|line| line.contains("Ada") && line.ends_with("wiped")),
        || listed.clone(),
    )?;
    let acts = office.admin(&["audit"])?;
    let told = ["wipe_ordered", "device_wiped"]
        .iter()
        .all(|act| acts.contains(act));
    hold(told, || "the audit log does not say so".to_owned())?;
    Ok(
        "1 unsent edit arrived, 0 files left, the device is revoked, both acts are in the audit log"
            .to_owned(),
    )
}

/// A line on which the answer to a request is lost.
struct AnswerLost(Http);

impl Transport for AnswerLost {
    fn post(&self, post: Post<'_>) -> Result<Reply, TransportError> {
        let lost = post.url.ends_with("/v1/sync");
        let reply = self.0.post(post)?;
        if lost {
            Err(TransportError::TimedOut)
        } else {
            Ok(reply)
        }
    }
}

/// A phone changes its key, and the answer is lost; a copy of the book as it was is worth nothing.
pub(super) fn key(options: &Options) -> Result<String, DrillError> {
    let office = Office::open(options)?;
    let ada = office.rep("Ada", "North")?;
    shop(&ada, "Corner shop")?;
    sync(&ada)?;
    let (original, copied) = (ada.path().to_owned(), office.path("copy.db"));
    drop(ada);
    std::fs::copy(&original, &copied)?;
    let ada = Book::open(OpenOptions::new(&original))?;
    let rotated = ada.rotate_key(&AnswerLost(Http::default()));
    hold(rotated == Err(SyncError::TimedOut), || {
        format!("the change ended with {rotated:?}")
    })?;
    shop(&ada, "After the change")?;
    sync(&ada)?;
    ada.rotate_key(&Http::default())?;
    sync(&ada)?;
    hold(stuck(&ada)? == 0, || "an edit is stuck".to_owned())?;
    let copy = Book::open(OpenOptions::new(&copied))?;
    let refused = copy.sync_now(&Http::default(), None);
    let unknown = SyncError::Refused(ProtocolError::UnknownDevice);
    hold(refused.as_ref() == Err(&unknown), || {
        format!("the old key is answered: {refused:?}")
    })?;
    Ok("changed twice, one answer lost: the phone syncs, a copy of the old key does not".to_owned())
}
