//! The points of a lead, learned from the leads of the book that came to an end.

use fieldbook_model::ids::RecordId;
use fieldbook_model::{Fields, Kind, Record};
use fieldbook_sales::facts::is_filled;
use fieldbook_sales::stats::{self, Answer, CalibrationBand, LEAST_OF_EACH, LeadPoints, Score};

use super::super::{Book, BookError, edit};

/// What is asked of a lead: where it came from and how it can be reached.
const COLUMNS: [&str; 6] = ["source", "campaign", "city", "budget_tier", "company", "reach"];

/// Bands of the calibration.
const BANDS: usize = 3;

/// The points of the open leads.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadScores {
    /// Leads that became an account.
    pub converted: usize,
    /// Leads that were closed with a reason.
    pub closed: usize,
    /// The open leads, the most promising first; none if too few came to an end to learn from.
    pub open: Vec<ScoredLead>,
    /// What the points expected of the ended leads, beside what became of them: they were learned from these.
    pub calibration: Vec<CalibrationBand>,
}

impl LeadScores {
    /// True if there is enough to learn from: [`LEAST_OF_EACH`] of both ends.
    pub fn is_enough(&self) -> bool {
        self.converted.min(self.closed) >= LEAST_OF_EACH
    }
}

/// An open lead with its points.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredLead {
    /// The lead.
    pub lead: Record,
    /// Its points, the odds of a conversion, and the reasons.
    pub score: Score,
}

impl Book {
    /// The points of the open leads, by what was known of each when it was captured: what is written after the first contact
    /// knows the outcome, and is not looked at. They are learned from the leads of this book that became an account or were
    /// closed.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn lead_scores(&self) -> Result<LeadScores, BookError> {
        let (mut open, mut ended) = (Vec::new(), Vec::new());
        self.each_record(Kind::Lead, |lead| {
            let is_converted = lead.fields.id("became_account").is_some();
            let is_closed = lead.fields.text("closed_reason").is_some_and(is_filled);
            if is_converted || is_closed {
                ended.push((lead.id, is_converted));
            } else {
                open.push(lead.clone());
            }
            Ok(())
        })?;
        let ended: Vec<(stats::Lead, bool)> = ended
            .into_iter()
            .map(|(id, is_converted)| Ok((self.first_answers(id)?, is_converted)))
            .collect::<Result<_, BookError>>()?;
        let converted = ended.iter().filter(|(_, yes)| *yes).count();
        let mut scores = LeadScores {
            converted,
            closed: ended.len() - converted,
            open: Vec::new(),
            calibration: Vec::new(),
        };
        let Ok(points) = LeadPoints::from_leads(&COLUMNS, &[], &ended) else {
            return Ok(scores);
        };
        for lead in open {
            let score = points.score(&self.first_answers(lead.id)?);
            scores.open.push(ScoredLead { lead, score });
        }
        scores
            .open
            .sort_by_key(|scored| (std::cmp::Reverse(scored.score.points), scored.lead.id));
        scores.calibration = points.calibration(&ended, BANDS);
        Ok(scores)
    }

    /// The answers of a lead by the change that captured it.
    fn first_answers(&self, id: RecordId) -> Result<stats::Lead, BookError> {
        let stored = self.store.stored(id)?.ok_or(BookError::NoSuchRecord { id })?;
        let first = edit::load(&stored.document)?.history().into_iter().next();
        Ok(answers(&first.map(|edit| edit.fields).unwrap_or_default()))
    }
}

fn answers(captured: &Fields) -> stats::Lead {
    let stated = |key: &str| captured.text(key).filter(|text| is_filled(text));
    let word =
        |key: &str| stated(key).map_or(Answer::Missing, |text| Answer::Text(text.trim().to_lowercase()));
    let reach = match (stated("phone"), stated("email")) {
        (Some(_), Some(_)) => "phone and email",
        (Some(_), None) => "phone",
        (None, Some(_)) => "email",
        (None, None) => "none",
    };
    let company = if stated("company").is_some() {
        "named"
    } else {
        "none"
    };
    stats::Lead {
        answers: vec![
            word("source"),
            word("campaign"),
            word("city"),
            word("budget_tier"),
            Answer::Text(company.to_owned()),
            Answer::Text(reach.to_owned()),
        ],
    }
}
