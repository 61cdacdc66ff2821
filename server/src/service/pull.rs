//! Pull: builds the delta of each territory, as much of it as one answer carries.

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;

use fieldbook_model::ids::{DeviceId, RecordId};
use fieldbook_model::wire::{RecordNews, Scope, ScopeDelta, ScopeDirective};

use crate::store::{ChangedRecord, StoreError, Territory, Tx};

/// The most departures of one territory in one answer.
const DEPARTURES_MAX: u32 = 5_000;

/// The size of a departure in an answer, in bytes.
const DEPARTURE_BYTES: usize = 17;

/// The size of a record in an answer beyond its document and row, in bytes.
const RECORD_OVERHEAD_BYTES: usize = 40;

/// Builds the deltas of one answer within its byte budget.
#[derive(Debug)]
pub(super) struct DeltaBuilder<'t, 'a> {
    pub(super) tx: &'t Tx<'a>,
    pub(super) device: DeviceId,
    /// The number of the device's present actor. Changes by that actor are left out: the device has them.
    pub(super) actor: i64,
    /// The bytes of records and departures that the answer may still take.
    pub(super) budget: usize,
    /// True if the answer carries a record or a departure already. The first one is sent whatever its size.
    pub(super) has_record: bool,
}

/// The point from which a territory's delta is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DeltaStart {
    pub(super) order: ScopeDirective,
    /// Records and departures with a number above this one are sent.
    pub(super) cursor: u64,
    /// The device holds every record as it was at this number, so later changes suffice.
    settled: u64,
    /// The device was told to drop records up to this number, its own included.
    forgotten: u64,
}

/// The directive for a territory, by what the device says that it holds. A cursor of another epoch, or one above the
/// territory's counter, belongs to a database that no longer exists. One from before the tombstones that are gone says no
/// longer what has left.
pub(super) fn scope_directive(territory: &Territory, scope: Option<&Scope>) -> ScopeDirective {
    match scope {
        Some(s) if s.cursor > 0 && (s.epoch != territory.epoch || s.cursor > territory.counter) => {
            ScopeDirective::Restart
        }
        Some(s) if s.cursor > 0 && s.cursor < territory.compacted_seq => ScopeDirective::Drop,
        _ => ScopeDirective::Keep,
    }
}

impl DeltaBuilder<'_, '_> {
    fn start(&self, territory: &Territory, scope: Option<&Scope>) -> Result<DeltaStart, StoreError> {
        let order = scope_directive(territory, scope);
        let scope = scope.filter(|_| order == ScopeDirective::Keep);
        let cursor = scope.map_or(0, |s| s.cursor);
        // A device whose checksum differs does not know which records it holds, so all are sent in full, its own included.
        let consistent = scope.filter(|s| s.audit.is_none());
        Ok(DeltaStart {
            order,
            cursor,
            settled: consistent.map_or(0, |s| s.settled.min(cursor)),
            forgotten: match scope.filter(|s| s.audit.is_some()) {
                Some(_) => u64::MAX,
                None => self.tx.forgotten(self.device, territory.id)?,
            },
        })
    }

    /// The delta of one territory. Records in `refused` are sent in full, whatever the cursor.
    pub(super) fn scope_delta(
        &mut self,
        territory: &Territory,
        scope: Option<&Scope>,
        refused: &BTreeSet<RecordId>,
    ) -> Result<ScopeDelta, StoreError> {
        let start = self.start(territory, scope)?;
        let mut delta = empty_delta(territory, start);
        self.add_refused(&mut delta, refused)?;
        if start.cursor == territory.counter {
            delta.sum = territory.checksum;
        } else {
            self.add_changed(&mut delta, territory, start)?;
        }
        if let (Some(checksums), false, ScopeDirective::Keep) =
            (scope.and_then(|s| s.audit.as_deref()), delta.more, start.order)
        {
            self.add_bucket_repairs(&mut delta, checksums, start.cursor)?;
        }
        Ok(delta)
    }

    /// The records in `refused` alone, for a device that asks for verdicts only; `None` if the territory has none of them.
    pub(super) fn refused_only(
        &mut self,
        territory: &Territory,
        scope: &Scope,
        refused: &BTreeSet<RecordId>,
    ) -> Result<Option<ScopeDelta>, StoreError> {
        let start = self.start(territory, Some(scope))?;
        if start.order != ScopeDirective::Keep || (scope.cursor > 0 && scope.epoch != territory.epoch) {
            return Ok(None);
        }
        let mut delta = empty_delta(territory, start);
        delta.more = true;
        self.add_refused(&mut delta, refused)?;
        Ok((!delta.records.is_empty()).then_some(delta))
    }

    fn add_refused(
        &mut self,
        delta: &mut ScopeDelta,
        refused: &BTreeSet<RecordId>,
    ) -> Result<(), StoreError> {
        for id in refused {
            if self.is_full() {
                break;
            }
            if let Some(record) = self.tx.changed_record(delta.territory, *id, full_record)? {
                self.add(delta, record);
            }
        }
        Ok(())
    }

    fn add_changed(
        &mut self,
        delta: &mut ScopeDelta,
        territory: &Territory,
        start: DeltaStart,
    ) -> Result<(), StoreError> {
        let sent: BTreeSet<_> = delta.records.iter().map(|r| r.id).collect();
        let room = self.room_for_departures();
        if room == 0 {
            delta.more = true;
            return Ok(());
        }
        let departures = self.tx.departures_after(territory.id, start.cursor, room)?;
        let all = departures.len() < room as usize;
        let until = match departures.last() {
            Some(last) if !all => last.seq,
            _ => territory.counter,
        };
        let mut cut = None;
        let (tx, mut last) = (self.tx, start.cursor);
        tx.for_each_changed(territory.id, start.cursor, until, |found| {
            let record = if sent.contains(&found.id) {
                None
            } else {
                self.record_delta(found, start)?
            };
            if let Some(record) = record {
                if self.is_full() {
                    cut = Some(last);
                    return Ok(ControlFlow::Break(()));
                }
                self.add(delta, record);
            }
            last = found.seq;
            Ok(ControlFlow::Continue(()))
        })?;
        delta.cursor = cut.unwrap_or(until);
        delta.more = delta.cursor < territory.counter;
        delta.sum = if delta.more { 0 } else { territory.checksum };
        let gone = departures.iter().filter(|gone| gone.seq <= delta.cursor);
        delta.gone = gone.map(|gone| gone.id).collect();
        self.budget = self.budget.saturating_sub(delta.gone.len() * DEPARTURE_BYTES);
        self.has_record |= !delta.gone.is_empty();
        let erased = self.tx.erased_among(&delta.gone)?;
        delta.erased = (!erased.is_empty()).then_some(erased);
        Ok(())
    }

    /// The most departures for which the answer has room: at least one in an answer that is empty so far.
    fn room_for_departures(&self) -> u32 {
        let fitting = u32::try_from(self.budget / DEPARTURE_BYTES).unwrap_or(DEPARTURES_MAX);
        fitting.clamp(u32::from(!self.has_record), DEPARTURES_MAX)
    }

    /// The part of a record that this device lacks: `None` if it wrote all that is new, the new changes if it holds the
    /// rest, else the full record.
    fn record_delta(
        &self,
        found: &ChangedRecord<'_>,
        start: DeltaStart,
    ) -> Result<Option<RecordNews>, StoreError> {
        if start.settled < found.whole_seq {
            let own = found.writer == Some(self.actor) && found.whole_seq > start.forgotten;
            return if own {
                Ok(None)
            } else {
                full_record(found).map(Some)
            };
        }
        let changes = self.tx.changes_after(found.number, start.settled)?;
        if !changes.is_empty() && changes.iter().all(|change| change.actor == self.actor) {
            return Ok(None);
        }
        let foreign = changes.iter().filter(|change| change.actor != self.actor);
        // A record's first change is stored in the document alone. Where it is needed, the full record is sent.
        let chunks: Option<Vec<&[u8]>> = foreign.map(|change| change.bytes.as_deref()).collect();
        let chunks = chunks.unwrap_or_default().concat();
        if chunks.is_empty() || chunks.len() >= found.document()?.len() {
            return full_record(found).map(Some);
        }
        Ok(Some(RecordNews {
            kind: found.kind,
            id: found.id,
            seq: found.seq,
            document: chunks,
            whole: false,
            row: found.row()?.to_vec(),
        }))
    }

    /// True if the budget is spent.
    pub(super) fn is_full(&self) -> bool {
        self.has_record && self.budget == 0
    }

    fn add(&mut self, delta: &mut ScopeDelta, record: RecordNews) {
        self.charge(&record);
        delta.records.push(record);
    }

    /// Charges a record to the budget.
    pub(super) fn charge(&mut self, record: &RecordNews) {
        let size = record.document.len() + record.row.len() + RECORD_OVERHEAD_BYTES;
        self.budget = self.budget.saturating_sub(size);
        self.has_record = true;
    }
}

/// A record with its whole document, byte for byte as stored.
pub(super) fn full_record(found: &ChangedRecord<'_>) -> Result<RecordNews, StoreError> {
    Ok(RecordNews {
        kind: found.kind,
        id: found.id,
        seq: found.seq,
        document: found.document()?.to_vec(),
        whole: true,
        row: found.row()?.to_vec(),
    })
}

fn empty_delta(territory: &Territory, start: DeltaStart) -> ScopeDelta {
    ScopeDelta {
        erased: None,
        territory: territory.id,
        order: start.order,
        epoch: territory.epoch,
        cursor: start.cursor,
        sum: 0,
        more: false,
        records: Vec::new(),
        gone: Vec::new(),
        name: territory.name.clone(),
        present: None,
        audited: Vec::new(),
    }
}

/// The position of each record in the delta, by id.
pub(super) fn index_by_id(delta: &ScopeDelta) -> HashMap<RecordId, usize> {
    delta
        .records
        .iter()
        .enumerate()
        .map(|(at, record)| (record.id, at))
        .collect()
}
