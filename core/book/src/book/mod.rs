//! The facade: one file for each thing a rep does.
//!
//! A [`Book`] owns the clock, the file and the borders of its transactions. Every call is short and blocking, may come
//! from any thread, and what it acknowledges is durable. Reads come from the rows; an edit loads one document, appends one
//! change, and writes document, row and outbox together.

mod account;
mod account_names;
mod add;
mod adopt;
mod apply_import;
mod changes_since;
mod check_in;
mod check_in_context;
mod check_in_error;
mod check_out;
mod conflicts;
#[cfg(feature = "coverage")]
mod coverage;
mod day;
mod deal;
mod delete;
mod duplicate_check_ins;
mod edit;
mod evidence;
mod export;
mod fault;
mod feed;
mod forgotten_check_outs;
mod history;
mod identity;
mod join;
mod lead;
mod learned_travel;
mod log;
mod make_up;
mod merge;
mod near;
mod open;
mod page;
mod plan_day;
mod plan_period;
mod plan_progress;
mod recover;
mod refused;
mod restore;
mod review;
mod rotate_key;
mod rules;
mod salesforce;
mod search;
mod server_time;
mod set;
mod sites_here;
mod status;
mod sync_now;
mod track;
mod transfer;

use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, Mutex, PoisonError};

use crate::store::Store;
use fieldbook_model::clock::{Clock, Random};
use fieldbook_model::ids::RecordId;

pub use account::{AccountHealth, AccountProfile, AccountTier, RecordQuality, WinBack};
pub use apply_import::{ImportFault, ImportOptions, ImportReport};
pub use changes_since::{ChangeEntry, Changes};
pub use check_in::CheckInRequest;
pub use check_in_error::CheckInError;
pub use conflicts::ConflictShown;
pub use deal::{
    AdvanceRequest, Board, BoardColumn, BoardDeal, BoardTask, BookDiagnosis, BookFunnel, DealError,
    DealRefusal, DealStanding, DealView, DealWarning, FUNNEL_HORIZON_DAYS, ForecastFault, MigrationReport,
    PackInstallError, QuotaAttainment,
};
pub use evidence::{SignatureError, TapClock, UnsignedLink};
pub use export::PlanFormat;
pub use fault::BookError;
pub use feed::Feed;
pub use forgotten_check_outs::LONGEST_STAY_MS;
pub use history::HistoryEntry;
pub use join::Joined;
pub use lead::{Captured, ConvertedLead, LeadError, LeadScores, LeadStanding, ScoredLead};
pub use log::LogEntry;
pub use make_up::{MAKE_UP_DAYS, MakeUp};
pub use merge::{DuplicateGroup, DuplicateReason, Merged};
pub use near::NearbySite;
pub use open::{OpenError, OpenOptions};
pub use page::{Page, Query};
pub use plan_day::{
    Candidate, Candidates, DayEnd, DayPlace, Disruption, Drive, GivenTravel, HoursKnown, Places,
    PlanDayError, PlanDayRequest, PlanEffort, PlannedDay, TravelSource, TravelUsed, WhatIf,
};
pub use plan_period::{PlanPeriodRequest, PlannedPeriod};
pub use plan_progress::PlanProgress;
pub use recover::Recovery;
pub use refused::{KeptEdit, WhyKept};
pub use review::{ReviewError, ReviewState};
pub use rules::{RuleEffect, RulesReport, Undecided};
pub use sites_here::SiteHere;
pub use status::{Checkup, Status};
pub use sync_now::{RefusedEdit, SyncError, SyncReport};
pub use track::{Privacy, SuggestedVisit, TrackEnds};
pub use transfer::{TransferError, TransferRequest, Transferred};

// What an app meets in the errors and reports of this room, so that it need look into no other.
pub use crate::export::{ExportFormat, ExportKind, UnknownExport};
pub use crate::store::{BookKey, Deleted, StoreError};
pub use crate::sync::Transport;
#[cfg(feature = "http")]
pub use crate::sync::http::{Http, Network};
pub use fieldbook_model::DEFAULT_FENCE;
pub use fieldbook_model::doc::gate::Refusal;
pub use fieldbook_model::wire::ProtocolError;

/// The most records that one page may have.
pub const PAGE_MAX: u32 = 100;

/// A rep's book: one open database file and every operation on it.
///
/// # Opening and identity
/// [`open`](Book::open) opens or creates the file, [`open_with_key`](Book::open_with_key) an encrypted one, whose key
/// [`rekey`](Book::rekey) changes, [`path`](Book::path) is where it lies, [`name_rep`](Book::name_rep)
/// names its rep, [`recovery`](Book::recovery) reports a repaired file, [`status`](Book::status) the state of file, outbox
/// and sync.
///
/// # Records
/// [`add`](Book::add), [`record`](Book::record), [`set`](Book::set), [`set_field`](Book::set_field),
/// [`delete`](Book::delete), [`undelete`](Book::undelete).
///
/// # Search and lists
/// [`page`](Book::page), [`search`](Book::search), [`sites_of`](Book::sites_of), [`near`](Book::near),
/// [`sites_here`](Book::sites_here), [`day`](Book::day), `coverage` (feature `coverage`).
///
/// # Visits and check-ins
/// [`check_in`](Book::check_in), [`check_out`](Book::check_out), [`check_out_by`](Book::check_out_by),
/// [`skip_visit`](Book::skip_visit), [`make_up`](Book::make_up) for a backdated check-in,
/// [`close_forgotten`](Book::close_forgotten), [`left_fence`](Book::left_fence).
///
/// # Tracks
/// [`record_fix`](Book::record_fix), [`track`](Book::track), [`export_track`](Book::export_track),
/// [`forget_track`](Book::forget_track), [`forget_old_track`](Book::forget_old_track),
/// [`suggested_visits`](Book::suggested_visits), [`dismiss_suggestion`](Book::dismiss_suggestion),
/// [`own_trips`](Book::own_trips), [`learned_travel`](Book::learned_travel) for travel times learned from the rep's own tracks.
///
/// # Planning
/// A day: [`plan_day`](Book::plan_day), [`plan_places`](Book::plan_places), [`replan_day`](Book::replan_day),
/// [`what_if`](Book::what_if), [`keep_plan`](Book::keep_plan). Several days: [`plan_period`](Book::plan_period),
/// [`keep_period`](Book::keep_period). While it runs: [`plan_progress`](Book::plan_progress),
/// [`interrupt_plan`](Book::interrupt_plan).
///
/// # Sync
/// [`join`](Book::join), [`move_server`](Book::move_server), [`sync_now`](Book::sync_now), [`interrupt_sync`](Book::interrupt_sync);
/// [`rotate_key`](Book::rotate_key) for another key of the device.
///
/// # Import and export
/// [`import`](Book::import), [`export`](Book::export).
///
/// # Deals in the sales process
/// [`deal_standing`](Book::deal_standing), [`may_advance`](Book::may_advance),
/// [`needs_until`](Book::needs_until), [`advance`](Book::advance),
/// [`settle_moves`](Book::settle_moves) for moves made at once; [`packs`](Book::packs),
/// [`install_pack`](Book::install_pack), [`migrate_deals`](Book::migrate_deals);
/// [`deal_warnings`](Book::deal_warnings), [`funnel`](Book::funnel), [`forecast`](Book::forecast), [`deal_logs`](Book::deal_logs) for other figures;
/// [`diagnose`](Book::diagnose), [`attainment`](Book::attainment), [`period_metrics`](Book::period_metrics).
///
/// # Accounts in the sales process
/// [`tiers`](Book::tiers), [`account_tier`](Book::account_tier), [`account_tiers`](Book::account_tiers);
/// [`account_health`](Book::account_health), [`account_healths`](Book::account_healths), [`win_back`](Book::win_back);
/// [`account_profile`](Book::account_profile); [`record_quality`](Book::record_quality),
/// [`record_qualities`](Book::record_qualities) for records of any kind.
///
/// # Evidence
/// [`attest_photo`](Book::attest_photo), [`sign_with`](Book::sign_with), [`unsigned_links`](Book::unsigned_links),
/// [`put_signature`](Book::put_signature), [`export_evidence`](Book::export_evidence),
/// [`forget_evidence`](Book::forget_evidence).
///
/// # Conflicts and history
/// [`conflicts`](Book::conflicts), [`history`](Book::history), [`restore`](Book::restore),
/// [`changes_since`](Book::changes_since), [`log`](Book::log). What is in the book twice:
/// [`duplicates`](Book::duplicates), [`merge`](Book::merge). What the server did not take: [`refused`](Book::refused),
/// [`take_up`](Book::take_up), [`drop_edit`](Book::drop_edit).
pub struct Book {
    store: Store,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    /// True if the clock was given on the command line; the evidence records it.
    time_given: bool,
    identity: Mutex<identity::Identity>,
    news: Arc<feed::News>,
    /// Asks a sync under way to end.
    interrupted: AtomicBool,
    /// True from a fix that the privacy rules dropped to the next one that is kept.
    recorder_off: AtomicBool,
    /// The plan that was last asked for.
    planning: plan_progress::Planning,
    /// The process packs, as they were last read.
    packs: Mutex<Option<deal::RememberedPacks>>,
    /// The travel model learned last from the rep's own tracks.
    learned_travel: Mutex<Option<learned_travel::Remembered>>,
    /// The time from which on the server's answers agreed when accepted edits were last judged by it; 0 if they were not.
    judged_since_ms: AtomicI64,
    /// One sync at a time.
    syncing: Mutex<()>,
    recovery: Option<Recovery>,
    /// Log line of the last sync, buffered so that a sync with nothing to do costs no disk write.
    last_line: Mutex<Option<LogEntry>>,
}

impl std::fmt::Debug for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Book")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

impl Book {
    /// A copy of the current identity.
    fn identity(&self) -> identity::Identity {
        self.identity
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn new_id(&self) -> RecordId {
        let mut random = [0; 10];
        self.random.fill(&mut random);
        RecordId::new(self.now_ms(), random)
    }
}

#[cfg(test)]
mod tests;
