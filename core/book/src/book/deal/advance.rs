//! The moves of a deal.

use fieldbook_model::ids::RecordId;
use fieldbook_model::{Fields, Kind, MOVE_PREFIX, MoveKind, Record, Scalar, StageMove, StageMoves};
use fieldbook_sales::facts::is_filled;
use fieldbook_sales::gate::{self, MoveRefusal, Outcome};
use fieldbook_sales::pack::Installed;

use super::refusal::{DealError, DealRefusal};
use super::standing::{Deal, DealView, default_process};
use crate::book::{Book, BookError, edit, set};

/// What is said with a move.
#[derive(Debug, Clone, Default)]
pub struct AdvanceRequest {
    /// The reading of the deal.
    pub view: DealView,
    /// Fields that are written with the move and count for its gate, such as `lost_reason`.
    pub fields: Fields,
    /// The reason of the move; a forced one needs it.
    pub why: Option<String>,
    /// True to pass a gate that is shut, or stages between, where the person's role may: a deal of another system is placed
    /// where it stands. The move stays marked, with what was missing.
    pub force: bool,
}

impl Book {
    /// Moves a deal to the stage `to` of its process, if the gate is open. The first move enters the process.
    ///
    /// The move names the moves that it was made on top of, the process and its version; a move made elsewhere at the same
    /// time is kept beside it, and the losing one is shown as a conflict of `stage`.
    ///
    /// # Errors
    /// [`DealError::Refused`] with the list of what is missing when the gate is shut, or with the reason why no gate leads
    /// there; [`DealError::Book`] when a field that goes with it is refused.
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    /// use fieldbook_book::{AdvanceRequest, Book, DealError, DealRefusal, OpenOptions};
    /// use fieldbook_model::clock::FixedClock;
    /// use fieldbook_model::{Fields, Kind};
    ///
    /// let folder = std::env::temp_dir().join("fieldbook-doc-advance");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// std::fs::create_dir_all(&folder)?;
    /// let book = Book::open(OpenOptions {
    ///     clock: Arc::new(FixedClock::at(1_795_510_800_000)),
    ///     ..OpenOptions::new(folder.join("book.db"))
    /// })?;
    /// let deal = book.add(Kind::Opportunity, &Fields::new().with("name", "Hospital"))?;
    /// let refused = book.advance(deal.id, "lead_validation", &AdvanceRequest::default());
    /// let Err(DealError::Refused(DealRefusal::Gate(verdict))) = refused else { panic!() };
    /// assert_eq!(verdict.missing_ids(), ["source"]);
    /// let request = AdvanceRequest {
    ///     fields: Fields::new().with("source", "Trade fair"),
    ///     ..AdvanceRequest::default()
    /// };
    /// let deal = book.advance(deal.id, "lead_validation", &request)?;
    /// assert_eq!(deal.fields.text("stage"), Some("lead_validation"));
    /// # drop(book); std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn advance(&self, id: RecordId, to: &str, request: &AdvanceRequest) -> Result<Record, DealError> {
        let mut fields = request.fields.clone();
        fields.0.remove("stage");
        self.check_patch(Kind::Opportunity, &fields)
            .map_err(DealError::Book)?;
        loop {
            let deal = self.deal(id)?;
            let patch = self.judged_move(&deal, to, request, &fields, None)?;
            if let Some(record) = self.write_move(&deal, &patch)? {
                return Ok(record);
            }
            // Another thread has edited the deal since its facts were read: judge again.
        }
    }

    /// Makes a move that lost the shown one again, or confirms the shown one: `to_move` is the id of any of the deal's last
    /// moves. The other last moves are settled by it.
    ///
    /// # Errors
    /// [`BookError`]: no such deal; [`BookError::BadRequest`] for a move that is not one of the last.
    pub fn settle_moves(&self, id: RecordId, to_move: &str) -> Result<Record, BookError> {
        loop {
            let deal = self.deal(id)?;
            let moves = deal.moves.as_ref();
            let chosen = moves.filter(|moves| moves.heads.iter().any(|head| head == to_move));
            let Some(moves) = chosen else {
                return Err(BookError::BadRequest {
                    what: "the id of one of the deal's last moves",
                });
            };
            let made = &moves.moves[to_move];
            let others = moves.heads.iter().filter(|head| *head != to_move).cloned();
            let settling = StageMove {
                at_ms: self.now_ms(),
                kind: MoveKind::Settle,
                from: Some(moves.current().stage.clone()),
                prev: [to_move.to_owned()].into_iter().chain(others).collect(),
                missing: Vec::new(),
                unknown: Vec::new(),
                why: None,
                map: std::collections::BTreeMap::new(),
                ..made.clone()
            };
            if let Some(record) = self.write_move(&deal, &self.move_patch(&settling))? {
                return Ok(record);
            }
        }
    }

    /// Moves a deal as an edit of its field `stage` says: through the same gate as a tap. Choosing the shown stage settles
    /// moves that lost.
    pub(in crate::book) fn set_stage(
        &self,
        id: RecordId,
        to: &str,
        beside: &Fields,
    ) -> Result<Record, BookError> {
        let deal = self.deal(id)?;
        if let Some(moves) = deal.moves.as_ref().filter(|moves| moves.current().stage == to) {
            if !moves.losing.is_empty() {
                let head = moves.heads[0].clone();
                self.settle_moves(id, &head)?;
            }
            return if beside.0.is_empty() {
                self.record(id)
            } else {
                self.set(id, beside)
            };
        }
        let request = AdvanceRequest {
            fields: beside.clone(),
            ..AdvanceRequest::default()
        };
        self.advance(id, to, &request).map_err(|error| match error {
            DealError::Refused(refusal) => BookError::Stage(refusal),
            DealError::Book(error) => error,
        })
    }

    /// What a line of a file writes to a deal. Where it names another stage than the deal in its process has, that is a
    /// move through the same gate as a tap; `Err` with the reason when the gate is shut.
    pub(in crate::book) fn imported_deal(
        &self,
        record: &Record,
        mut fields: Fields,
    ) -> Result<Result<Fields, DealRefusal>, BookError> {
        let moves = StageMoves::fold(&record.fields);
        let (Some(moves), Some(Scalar::Text(stage))) = (moves, fields.0.remove("stage")) else {
            return Ok(Ok(fields));
        };
        let library = self.packs()?;
        let view = DealView::default();
        let installed = match gate::process_of(&library, Some(&moves), &default_process(&library, &view)) {
            Ok(installed) => installed,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        let found = installed.process.find_stage(&stage);
        let to = found.map_or(stage.as_str(), |stage| stage.id.as_str()).to_owned();
        if moves.current().stage == to {
            return Ok(Ok(fields));
        }
        let deal = Deal {
            record: record.clone(),
            moves: Some(moves),
        };
        let request = AdvanceRequest::default();
        match self.judged_move(&deal, &to, &request, &fields, Some(MoveKind::Import)) {
            Ok(patch) => Ok(Ok(patch)),
            Err(DealError::Refused(refusal)) => Ok(Err(refusal)),
            Err(DealError::Book(error)) => Err(error),
        }
    }

    /// The move with the fields that go with it, if the gate lets it pass; of the kind `by` where another door than a tap
    /// made it.
    fn judged_move(
        &self,
        deal: &Deal,
        to: &str,
        request: &AdvanceRequest,
        fields: &Fields,
        by: Option<MoveKind>,
    ) -> Result<Fields, DealError> {
        let moves = deal.moves.as_ref();
        let library = self.packs()?;
        let installed = gate::process_of(&library, moves, &default_process(&library, &request.view))?;
        let mut then = deal.record.fields.clone();
        then.0.extend(fields.0.clone());
        let facts = self.deal_facts(&then, moves, &request.view.zone)?;
        let mut forced = false;
        let verdict = match gate::judge(installed, moves, to, &facts) {
            Err(MoveRefusal::Skips { .. }) if request.force => {
                forced = true;
                gate::judge_way(installed, moves, to, &facts)?
            }
            judged => judged?,
        };
        if verdict.outcome != Outcome::Met && !request.force {
            return Err(DealRefusal::Gate(Box::new(verdict)).into());
        }
        forced |= verdict.outcome != Outcome::Met;
        if forced {
            self.check_force(installed, request)?;
        }
        let kind = if forced {
            MoveKind::Forced
        } else {
            by.unwrap_or(verdict.kind)
        };
        let stage = installed.process.stage(to).expect("the gate has found it");
        let made = StageMove {
            at_ms: self.now_ms(),
            on: Some(facts.today.to_string()),
            kind,
            from: verdict.from.clone(),
            to: to.to_owned(),
            rank: stage.rank,
            end: stage.end,
            pack: verdict.pack.clone(),
            sha: verdict.sha.clone(),
            prev: moves.map(|moves| moves.heads.clone()).unwrap_or_default(),
            missing: verdict.missing_ids(),
            unknown: verdict
                .unknown
                .iter()
                .map(|unmet| unmet.criterion.clone())
                .collect(),
            why: request.why.clone().filter(|why| is_filled(why)),
            map: std::collections::BTreeMap::new(),
        };
        let mut patch = self.move_patch(&made);
        patch.0.extend(fields.0.clone());
        Ok(patch)
    }

    /// A gate is forced by a role that the process names, with a reason.
    fn check_force(&self, installed: &Installed, request: &AdvanceRequest) -> Result<(), DealRefusal> {
        if !request.why.as_deref().is_some_and(is_filled) {
            return Err(DealRefusal::NoReason);
        }
        if self.may_force(installed) {
            return Ok(());
        }
        Err(DealRefusal::MayNotForce {
            role: self.identity().role().name().to_owned(),
            pack: installed.process.id().to_string(),
        })
    }

    /// True if the role of this book's rep may pass a shut gate of the process.
    pub(super) fn may_force(&self, installed: &Installed) -> bool {
        let role = self.identity().role();
        installed.process.moves.force.iter().any(|may| may == role.name())
    }

    /// The fields of a move under a new id, with the stage for programs that do not read moves.
    pub(super) fn move_patch(&self, made: &StageMove) -> Fields {
        Fields::new()
            .with("stage", made.to.as_str())
            .with(&format!("{MOVE_PREFIX}{}", self.new_id()), made.to_text())
    }

    /// Writes a move if the deal is still as it was judged; `None` if it is not.
    pub(super) fn write_move(&self, judged: &Deal, patch: &Fields) -> Result<Option<Record>, BookError> {
        let id = judged.record.id;
        let context = self.write_context();
        self.transaction(|write| {
            let stored = write.stored(id)?.ok_or(BookError::NoSuchRecord { id })?;
            if stored.record.fields != judged.record.fields {
                return Ok(None);
            }
            edit::edit(write, context, stored, patch).map(Some)
        })
    }

    /// Checks fields that go with a move as [`set`](Book::set) does.
    fn check_patch(&self, kind: Kind, patch: &Fields) -> Result<(), BookError> {
        let fields = patch.0.iter();
        let mut checked = fields.map(|(key, value)| fieldbook_model::schema::check(kind, key, value));
        checked.try_for_each(|checked| checked)?;
        self.check_custom(kind, patch)?;
        self.check_references(kind, patch)?;
        set::refuse_reserved(patch)
    }
}

/// The id of the move that a change wrote, if it wrote one.
pub(in crate::book) fn move_in(fields: &Fields) -> Option<&str> {
    fields.0.keys().find_map(|key| key.strip_prefix(MOVE_PREFIX))
}

/// True if a move is one of the deal's last.
pub(in crate::book) fn is_last_move(record: &Record, made: &str) -> bool {
    let moves = StageMoves::fold(&record.fields);
    moves.is_some_and(|moves| moves.heads.iter().any(|head| head == made))
}

/// True if a patch moves a deal that is in a process.
pub(in crate::book) fn moves_stage(record: &Record, patch: &Fields) -> bool {
    record.kind == Kind::Opportunity
        && matches!(patch.0.get("stage"), Some(Scalar::Text(_) | Scalar::Cleared))
        && StageMoves::fold(&record.fields).is_some()
}
