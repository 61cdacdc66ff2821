//! The check of a pack: all that would go wrong in the field is refused when the pack is built.

use std::collections::BTreeSet;
use std::fmt;

use fieldbook_model::{DealEnd, Kind, Money, schema};
use serde_json::Value;

use super::{PACK_BYTES_MAX, PROCESS_FORMAT, Process, Stage, from_hex};
use crate::account::HealthRules;
use crate::canonical::{self, CanonicalError};
use crate::expr::{Expr, ExprFault};
use crate::facts::{is_filled, is_slug};
use crate::rule::{RING_DEPTH_MAX, RULES_FORMAT, Subject};
use crate::stats::DiagnosisRules;
use crate::text::Texts;

/// One fault of a pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackFault {
    /// No JSON, or not of the format's members.
    #[error("{0}")]
    Json(String),
    /// A format of another program or a later version.
    #[error("format {found} is neither {PROCESS_FORMAT} nor {RULES_FORMAT}")]
    Format {
        /// The format that it names.
        found: String,
    },
    /// A number with a fraction.
    #[error(transparent)]
    Number(#[from] CanonicalError),
    /// Longer than [`PACK_BYTES_MAX`].
    #[error("{bytes} bytes, {PACK_BYTES_MAX} allowed")]
    TooLarge {
        /// Bytes of its canonical text.
        bytes: usize,
    },
    /// An id that is not of `a`-`z`, `0`-`9`, `_` and `-`.
    #[error("{at}: {id:?} is no id: 1 to 64 of a-z, 0-9, _ and -")]
    BadId {
        /// The place in the pack.
        at: String,
        /// The id.
        id: String,
    },
    /// An id that stands twice.
    #[error("{at}: {id} stands twice")]
    Twice {
        /// The place in the pack.
        at: String,
        /// The id.
        id: String,
    },
    /// A text without any letters.
    #[error("{at}: a text is missing")]
    NoText {
        /// The place in the pack.
        at: String,
    },
    /// A list or an end that a process cannot be without.
    #[error("{at}: {what}")]
    Incomplete {
        /// The place in the pack.
        at: String,
        /// What is needed.
        what: &'static str,
    },
    /// A field that deals do not have.
    #[error("{at}: deals have no field {field}")]
    NoSuchField {
        /// The place in the pack.
        at: String,
        /// The name of the field.
        field: String,
    },
    /// A criterion that is no condition.
    #[error("{at}: {fault}")]
    Criterion {
        /// The place in the pack.
        at: String,
        /// The fault of the expression.
        fault: ExprFault,
    },
    /// A rule that watches or writes a field that its records do not have, or a value that the field does not take.
    #[error("{at}: {field} is no field that a rule can use here")]
    RuleField {
        /// The place in the pack.
        at: String,
        /// The field with its value, if it was about that.
        field: String,
    },
    /// A condition that asks for what the records of the rule do not have.
    #[error("{at}: a rule about a {subject} has no fact {fact}")]
    FactElsewhere {
        /// The place in the pack.
        at: String,
        /// The records that the rule watches.
        subject: Subject,
        /// The fact.
        fact: String,
    },
    /// A condition in CEL that does not compile.
    #[error("{at}: {fault}")]
    Condition {
        /// The place in the pack.
        at: String,
        /// The fault, in words.
        fault: String,
    },
    /// A condition in CEL that was not compiled.
    #[error("{at}: the condition is not compiled; build the pack")]
    NotCompiled {
        /// The place in the pack.
        at: String,
    },
    /// Rules whose effects set off each other, or themselves.
    #[error("rules set off each other in a ring: {}", rules.join(" -> "))]
    Ring {
        /// The ids of the rules, the first one again at the end.
        rules: Vec<String>,
    },
    /// Rules that set off one another in too long a chain.
    #[error("more than {RING_DEPTH_MAX} rules set off one another: {}", rules.join(" -> "))]
    Chain {
        /// The ids of the rules.
        rules: Vec<String>,
    },
    /// A migration to a stage that this version lacks.
    #[error("{at}: there is no stage {stage}")]
    NoSuchStage {
        /// The place in the pack.
        at: String,
        /// The id of the stage.
        stage: String,
    },
}

/// All faults of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFaults(pub Vec<PackFault>);

impl fmt::Display for PackFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.0.iter().enumerate() {
            write!(f, "{}{fault}", if n == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl std::error::Error for PackFaults {}

impl From<PackFault> for PackFaults {
    fn from(fault: PackFault) -> PackFaults {
        PackFaults(vec![fault])
    }
}

/// Reads the JSON of a pack of this format, within the size and with whole numbers only.
pub(crate) fn parse_format(text: &str, wanted: &str) -> Result<Value, PackFaults> {
    let json: Value = serde_json::from_str(text).map_err(|e| PackFault::Json(e.to_string()))?;
    let format = json.get("format").and_then(Value::as_str).unwrap_or("(none)");
    if format != wanted {
        return Err(PackFault::Format {
            found: format.chars().take(80).collect(),
        }
        .into());
    }
    let bytes = canonical::to_text(&json).map_err(PackFault::from)?.len();
    if bytes > PACK_BYTES_MAX {
        return Err(PackFault::TooLarge { bytes }.into());
    }
    Ok(json)
}

pub(super) fn parse(text: &str) -> Result<Process, PackFaults> {
    let json = parse_format(text, PROCESS_FORMAT)?;
    let process: Process = serde_json::from_value(json).map_err(|e| PackFault::Json(e.to_string()))?;
    let mut faults = Faults::default();
    faults.check(&process);
    if faults.0.is_empty() {
        Ok(process)
    } else {
        Err(PackFaults(faults.0))
    }
}

/// The faults found so far.
#[derive(Default)]
pub(crate) struct Faults(pub(crate) Vec<PackFault>);

impl Faults {
    /// Checks what packs of every format have.
    pub(crate) fn head(&mut self, name: &str, version: u32, titles: &Texts, next_key: Option<&str>) {
        self.id("name", name);
        if version == 0 {
            self.incomplete("version", "versions begin at 1");
        }
        self.text("titles", titles);
        if next_key.is_some_and(|key| from_hex::<32>(key).is_none()) {
            self.incomplete("next_key", "a key has 64 hexadecimal digits");
        }
    }

    fn check(&mut self, process: &Process) {
        let next_key = process.next_key.as_deref();
        self.head(&process.name, process.version, &process.titles, next_key);
        self.stages(process);
        self.lists(process);
        if process.stall.warn_percent > 100 || process.zombie.won_cycle_percent > 100 {
            self.incomplete("stall", "a percentage is at most 100");
        }
        if let Some(migrate) = &process.migrate {
            if migrate.from >= process.version || migrate.from == 0 {
                self.incomplete("migrate/from", "a migration comes from an earlier version");
            }
            for to in migrate.map.values().filter(|to| process.stage(to).is_none()) {
                self.0.push(PackFault::NoSuchStage {
                    at: "migrate/map".to_owned(),
                    stage: to.clone(),
                });
            }
        }
    }

    fn stages(&mut self, process: &Process) {
        if process.stages.is_empty() {
            self.incomplete("stages", "a process has at least one open stage");
        }
        for (end, what) in [
            (DealEnd::Won, "a process has an end that is won"),
            (DealEnd::Lost, "a process has an end that is lost"),
        ] {
            if !process.ends.iter().any(|stage| stage.end == Some(end)) {
                self.incomplete("ends", what);
            }
        }
        let mut ids = BTreeSet::new();
        let mut criteria = BTreeSet::new();
        let mut rank = None;
        for (list, stages) in [("stages", &process.stages), ("ends", &process.ends)] {
            for stage in stages {
                let at = format!("{list}/{}", stage.id);
                self.id(&at, &stage.id);
                self.unique(&at, &stage.id, &mut ids);
                self.text(&format!("{at}/titles"), &stage.titles);
                if (list == "ends") != stage.end.is_some() {
                    self.incomplete(&at, "an end, and no other stage, says whether it is won or lost");
                }
                if list == "stages"
                    && rank
                        .replace(stage.rank)
                        .is_some_and(|before| before >= stage.rank)
                {
                    self.incomplete(&at, "each stage has a higher rank than the one before");
                }
                self.stage(&at, stage, &mut criteria);
            }
        }
    }

    fn stage<'a>(&mut self, at: &str, stage: &'a Stage, criteria: &mut BTreeSet<&'a str>) {
        for field in &stage.requires {
            let is_field = schema::spec(Kind::Opportunity, field).is_some_and(|spec| !spec.is_set())
                || field.strip_prefix("x/").is_some_and(|name| !name.is_empty());
            if !is_field {
                self.0.push(PackFault::NoSuchField {
                    at: at.to_owned(),
                    field: field.clone(),
                });
            }
        }
        for criterion in &stage.exit {
            let at = format!("{at}/exit/{}", criterion.id);
            self.id(&at, &criterion.id);
            self.unique(&at, &criterion.id, criteria);
            self.text(&format!("{at}/says"), &criterion.says);
            if let Err(fault) = Expr::parse(&criterion.test) {
                self.0.push(PackFault::Criterion { at, fault });
            }
        }
    }

    fn lists(&mut self, process: &Process) {
        for (at, names) in [
            ("chain", &process.chain),
            ("team", &process.team),
            ("moves/force", &process.moves.force),
        ] {
            let mut seen = BTreeSet::new();
            for name in names {
                self.id(at, name);
                self.unique(at, name, &mut seen);
            }
        }
        self.tiers(process);
        if let Some(rules) = &process.health {
            self.health(rules);
        }
        if let Some(rules) = &process.diagnosis {
            self.diagnosis(process, rules);
        }
    }

    fn diagnosis(&mut self, process: &Process, rules: &DiagnosisRules) {
        if rules.least == 0 || rules.window_days == 0 {
            self.incomplete("diagnosis", "least and window_days are 1 at least");
        }
        for (stage, percent) in &rules.benchmarks {
            let at = "diagnosis/benchmarks".to_owned();
            if process.stages.iter().all(|known| known.id != *stage) {
                self.0.push(PackFault::NoSuchStage {
                    at,
                    stage: stage.clone(),
                });
            } else if *percent > 100 {
                self.incomplete(&at, "a percentage is at most 100");
            }
        }
    }

    fn health(&mut self, rules: &HealthRules) {
        let points = [
            rules.visit_points,
            rules.deal_points,
            rules.task_points,
            rules.trend_points,
            rules.contact_points,
        ];
        if points.iter().all(|points| *points == 0) {
            self.incomplete("health", "one part at least has points");
        }
        if rules.good_from > 100 || rules.poor_below > rules.good_from {
            self.incomplete("health", "poor_below is at most good_from, and that at most 100");
        }
        if rules.trend_days == 0 || rules.contacts_wanted == 0 {
            self.incomplete("health", "trend_days and contacts_wanted are 1 at least");
        }
        if rules.churn_percent < 100 || rules.churn_events < 2 {
            self.incomplete("health", "churn_percent is 100 at least and churn_events 2");
        }
    }

    fn tiers(&mut self, process: &Process) {
        let names: Vec<String> = process
            .tiers
            .iter()
            .map(|tier| tier.id.trim().to_lowercase())
            .collect();
        let mut seen = BTreeSet::new();
        for (tier, name) in process.tiers.iter().zip(&names) {
            let at = format!("tiers/{}", tier.id);
            self.unique("tiers", name, &mut seen);
            if !is_filled(&tier.id) {
                self.0.push(PackFault::NoText { at: at.clone() });
            }
            if tier.visit_every_days == 0 {
                self.incomplete(&at, "a visit is due after one day at least");
            }
            let amounts: Vec<Money> = tier.thresholds().collect();
            let currencies: BTreeSet<&str> = amounts.iter().map(|money| money.currency.code()).collect();
            if amounts.len() != tier.won_in_year.len() || amounts.iter().any(|money| money.minor <= 0) {
                self.incomplete(&at, "won_in_year has amounts above zero, such as 50000.00 EUR");
            } else if currencies.len() != amounts.len() {
                self.incomplete(&at, "won_in_year has one amount for each currency");
            }
            match tier.test.as_ref().map(Expr::parse) {
                Some(Err(fault)) => self.0.push(PackFault::Criterion {
                    at: format!("{at}/test"),
                    fault,
                }),
                Some(Ok(test)) if !test.facts().iter().all(|fact| is_of_account(fact)) => {
                    self.incomplete(
                        &format!("{at}/test"),
                        "a tier has facts of the account and around it alone",
                    );
                }
                _ => {}
            }
        }
    }

    pub(crate) fn id(&mut self, at: &str, id: &str) {
        if !is_slug(id) {
            self.0.push(PackFault::BadId {
                at: at.to_owned(),
                id: id.chars().take(64).collect(),
            });
        }
    }

    pub(crate) fn unique<'a>(&mut self, at: &str, id: &'a str, seen: &mut BTreeSet<&'a str>) {
        if !seen.insert(id) {
            self.0.push(PackFault::Twice {
                at: at.to_owned(),
                id: id.to_owned(),
            });
        }
    }

    pub(crate) fn text(&mut self, at: &str, texts: &Texts) {
        if texts.0.is_empty() || texts.0.values().any(|text| text.trim().is_empty()) {
            self.0.push(PackFault::NoText { at: at.to_owned() });
        }
    }

    pub(crate) fn incomplete(&mut self, at: &str, what: &'static str) {
        self.0.push(PackFault::Incomplete {
            at: at.to_owned(),
            what,
        });
    }
}

/// True for a fact that an account has without a deal.
fn is_of_account(fact: &str) -> bool {
    ["account.", "visits.", "contacts.", "tasks."]
        .iter()
        .any(|of| fact.starts_with(of))
}
