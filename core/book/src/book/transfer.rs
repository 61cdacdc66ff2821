//! The transfer of what one person owns to another, as one act.

use fieldbook_model::ids::RecordId;
use fieldbook_model::{DealEnd, Fields, Kind, Record, Role, StageMoves};
use fieldbook_sales::facts::is_filled;

use super::{Book, BookError, edit};

/// Why nothing was transferred.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TransferError {
    /// A rep hands over what is his own; managers and administrators that of others.
    #[error("a {role} hands over his own records, not those of {from}")]
    MayNot {
        /// The role of the person of this book.
        role: Role,
        /// The person whose records were to be handed over.
        from: String,
    },
    /// The same person, or a name that says nothing.
    #[error("a transfer names two people")]
    BadPerson,
    /// The book refused, or its file failed.
    #[error(transparent)]
    Book(#[from] BookError),
}

/// Who hands over to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferRequest {
    /// The name of the person who leaves, as `owner`, `rep` and the team of deals have it.
    pub from: String,
    /// The name of the heir.
    pub to: String,
    /// The account with all that hangs on it; `None` for everything.
    pub account: Option<RecordId>,
}

/// A record that goes to the heir.
#[derive(Debug, Clone, PartialEq)]
pub struct Transferred {
    /// The record as it stood before.
    pub record: Record,
    /// The fields that name the heir from then on.
    pub fields: Vec<String>,
}

impl Book {
    /// What a transfer would hand over: accounts, open deals, open tasks and planned visits that name the person, in this
    /// order. Moves, visits that were held, notes and deals that ended keep their author: history belongs to the account.
    ///
    /// # Errors
    /// [`TransferError`].
    pub fn preview_transfer(&self, request: &TransferRequest) -> Result<Vec<Transferred>, TransferError> {
        let TransferRequest { from, to, account } = request;
        if !is_filled(from) || !is_filled(to) || from == to {
            return Err(TransferError::BadPerson);
        }
        let identity = self.identity();
        let role = identity.role();
        if role < Role::Manager && identity.rep.as_deref() != Some(from) {
            return Err(TransferError::MayNot {
                role,
                from: from.clone(),
            });
        }
        drop(identity);
        let mut handed = Vec::new();
        for kind in [Kind::Account, Kind::Opportunity, Kind::Task, Kind::Visit] {
            self.each_record(kind, |record| {
                if account.is_some() && record.account() != *account {
                    return Ok(());
                }
                let fields = fields_of(record, from);
                if !fields.is_empty() {
                    handed.push(Transferred {
                        record: record.clone(),
                        fields,
                    });
                }
                Ok(())
            })?;
        }
        Ok(handed)
    }

    /// Hands over in one transaction what [`preview_transfer`](Book::preview_transfer) lists; what was handed over.
    ///
    /// # Errors
    /// [`TransferError`]; nothing was written then.
    pub fn transfer(&self, request: &TransferRequest) -> Result<Vec<Transferred>, TransferError> {
        let handed = self.preview_transfer(request)?;
        let context = self.write_context();
        self.transaction(|write| {
            for Transferred { record, fields } in &handed {
                let stored = write.stored(record.id)?;
                let stored = stored.ok_or(BookError::NoSuchRecord { id: record.id })?;
                let patch = fields
                    .iter()
                    .fold(Fields::new(), |patch, key| patch.with(key, request.to.as_str()));
                edit::edit(write, context, stored, &patch)?;
            }
            Ok::<_, BookError>(())
        })?;
        Ok(handed)
    }
}

/// The fields of a record that name the person and go to the heir; none of what is over.
fn fields_of(record: &Record, person: &str) -> Vec<String> {
    let fields = &record.fields;
    let is_open = match record.kind {
        Kind::Opportunity => DealEnd::of_deal(fields, StageMoves::fold(fields).as_ref()).is_none(),
        Kind::Task => fields.time("done_at").is_none(),
        Kind::Visit => fields.text("check_in").is_none() && fields.text("skipped").is_none(),
        _ => true,
    };
    if !is_open {
        return Vec::new();
    }
    let own = match record.kind {
        Kind::Visit => "rep",
        _ => "owner",
    };
    let mut keys = Vec::new();
    if fields.text(own) == Some(person) {
        keys.push(own.to_owned());
    }
    if record.kind == Kind::Opportunity {
        let team = fields
            .members("team/")
            .filter(|(_, name)| name.text() == Some(person));
        keys.extend(team.map(|(role, _)| format!("team/{role}")));
    }
    keys
}
