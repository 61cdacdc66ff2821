//! What is new in a territory, as much of it as one answer carries.

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;

use fieldbook_model::ids::{DeviceId, RecordId};
use fieldbook_model::wire::{Order, RecordNews, Scope, ScopeNews};

use crate::store::{News, StoreError, Territory, Tx};

/// The most departures in one answer: 16 bytes each.
const DEPARTURES_MAX: u32 = 5_000;

/// What a record weighs beside its document and row.
const RECORD_OVERHEAD_BYTES: usize = 40;

/// Gathers the news of one answer.
#[derive(Debug)]
pub(super) struct Puller<'t, 'a> {
    pub(super) tx: &'t Tx<'a>,
    pub(super) device: DeviceId,
    /// The place of the device's present actor in the list of authors: what it wrote itself, it has.
    pub(super) actor: i64,
    /// How many bytes of records may still go into the answer.
    pub(super) budget: usize,
    /// Whether the answer carries a record yet: one always fits.
    pub(super) started: bool,
}

/// From where the news of a territory are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Since {
    pub(super) order: Order,
    /// The first number told comes after this.
    pub(super) cursor: u64,
    /// The device holds every record as it was at this number.
    settled: u64,
    /// Up to here the device was told to forget what it wrote.
    forgotten: u64,
}

/// From where to tell the news, by what the device says it holds. A cursor of another generation, or one that the
/// territory never reached, belongs to a territory that is no more.
pub(super) fn order_of(territory: &Territory, scope: Option<&Scope>) -> Order {
    match scope {
        Some(s) if s.cursor > 0 && (s.epoch != territory.epoch || s.cursor > territory.counter) => {
            Order::Restart
        }
        _ => Order::Keep,
    }
}

impl Puller<'_, '_> {
    fn since(&self, territory: &Territory, scope: Option<&Scope>) -> Result<Since, StoreError> {
        let order = order_of(territory, scope);
        let scope = scope.filter(|_| order == Order::Keep);
        let cursor = scope.map_or(0, |s| s.cursor);
        // A device whose sums differ does not know what it holds: all comes whole, its own writing too.
        let sure = scope.filter(|s| s.audit.is_none());
        Ok(Since {
            order,
            cursor,
            settled: sure.map_or(0, |s| s.settled.min(cursor)),
            forgotten: match scope.filter(|s| s.audit.is_some()) {
                Some(_) => u64::MAX,
                None => self.tx.forgotten(self.device, territory.id)?,
            },
        })
    }

    /// The news of one territory. Records of `refused` come whole, whatever the cursor says.
    pub(super) fn scope(
        &mut self,
        territory: &Territory,
        scope: Option<&Scope>,
        refused: &BTreeSet<RecordId>,
    ) -> Result<ScopeNews, StoreError> {
        let since = self.since(territory, scope)?;
        let mut news = no_news(territory, since);
        self.add_refused(&mut news, refused)?;
        if since.cursor == territory.counter {
            news.sum = territory.sum;
        } else {
            self.add_delta(&mut news, territory, since)?;
        }
        if let (Some(sums), false, Order::Keep) =
            (scope.and_then(|s| s.audit.as_deref()), news.more, since.order)
        {
            self.add_audit(&mut news, sums, since.cursor)?;
        }
        Ok(news)
    }

    /// Only the records of `refused`, for a device that asks for verdicts; `None` when there are none.
    pub(super) fn refused_only(
        &mut self,
        territory: &Territory,
        scope: &Scope,
        refused: &BTreeSet<RecordId>,
    ) -> Result<Option<ScopeNews>, StoreError> {
        let since = self.since(territory, Some(scope))?;
        if since.order != Order::Keep || (scope.cursor > 0 && scope.epoch != territory.epoch) {
            return Ok(None);
        }
        let mut news = no_news(territory, since);
        news.more = true;
        self.add_refused(&mut news, refused)?;
        Ok((!news.records.is_empty()).then_some(news))
    }

    fn add_refused(&mut self, news: &mut ScopeNews, refused: &BTreeSet<RecordId>) -> Result<(), StoreError> {
        for id in refused {
            if self.is_full() {
                break;
            }
            if let Some(record) = self.tx.one_news(news.territory, *id, whole)? {
                self.add(news, record);
            }
        }
        Ok(())
    }

    fn add_delta(
        &mut self,
        news: &mut ScopeNews,
        territory: &Territory,
        since: Since,
    ) -> Result<(), StoreError> {
        let sent: BTreeSet<_> = news.records.iter().map(|r| r.id).collect();
        let departures = self
            .tx
            .departures_after(territory.id, since.cursor, DEPARTURES_MAX)?;
        let all = departures.len() < DEPARTURES_MAX as usize;
        let until = match departures.last() {
            Some(last) if !all => last.seq,
            _ => territory.counter,
        };
        let mut cut = None;
        let (tx, mut last) = (self.tx, since.cursor);
        tx.each_news(territory.id, since.cursor, until, |found| {
            let record = if sent.contains(&found.id) {
                None
            } else {
                self.record(found, since)?
            };
            if let Some(record) = record {
                if self.is_full() {
                    cut = Some(last);
                    return Ok(ControlFlow::Break(()));
                }
                self.add(news, record);
            }
            last = found.seq;
            Ok(ControlFlow::Continue(()))
        })?;
        news.cursor = cut.unwrap_or(until);
        news.more = news.cursor < territory.counter;
        news.sum = if news.more { 0 } else { territory.sum };
        let gone = departures.iter().filter(|gone| gone.seq <= news.cursor);
        news.gone = gone.map(|gone| gone.id).collect();
        Ok(())
    }

    /// A record as this device needs it: nothing when it wrote all the news itself, the changes when it has the rest,
    /// else the whole.
    fn record(&self, found: &News<'_>, since: Since) -> Result<Option<RecordNews>, StoreError> {
        if since.settled < found.whole_seq {
            let own = found.writer == Some(self.actor) && found.whole_seq > since.forgotten;
            return if own { Ok(None) } else { whole(found).map(Some) };
        }
        let changes = self.tx.changes_after(found.number, since.settled)?;
        if !changes.is_empty() && changes.iter().all(|change| change.actor == self.actor) {
            return Ok(None);
        }
        let foreign = changes.iter().filter(|change| change.actor != self.actor);
        let chunks: Option<Vec<&[u8]>> = foreign.map(|change| change.bytes.as_deref()).collect();
        let chunks = chunks.unwrap_or_default().concat();
        if chunks.is_empty() || chunks.len() >= found.document()?.len() {
            return whole(found).map(Some);
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

    pub(super) fn is_full(&self) -> bool {
        self.started && self.budget == 0
    }

    pub(super) fn add(&mut self, news: &mut ScopeNews, record: RecordNews) {
        self.spend(&record);
        news.records.push(record);
    }

    pub(super) fn spend(&mut self, record: &RecordNews) {
        let weight = record.document.len() + record.row.len() + RECORD_OVERHEAD_BYTES;
        self.budget = self.budget.saturating_sub(weight);
        self.started = true;
    }
}

/// A record with its whole document, as it lies in the store.
pub(super) fn whole(found: &News<'_>) -> Result<RecordNews, StoreError> {
    Ok(RecordNews {
        kind: found.kind,
        id: found.id,
        seq: found.seq,
        document: found.document()?.to_vec(),
        whole: true,
        row: found.row()?.to_vec(),
    })
}

fn no_news(territory: &Territory, since: Since) -> ScopeNews {
    ScopeNews {
        territory: territory.id,
        order: since.order,
        epoch: territory.epoch,
        cursor: since.cursor,
        sum: 0,
        more: false,
        records: Vec::new(),
        gone: Vec::new(),
        name: territory.name.clone(),
        present: None,
        audited: Vec::new(),
    }
}

/// Where each record of the news stands, to replace it by the whole.
pub(super) fn positions(news: &ScopeNews) -> HashMap<RecordId, usize> {
    news.records
        .iter()
        .enumerate()
        .map(|(at, record)| (record.id, at))
        .collect()
}
