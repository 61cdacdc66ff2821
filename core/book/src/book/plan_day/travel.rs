//! Drive times of a day: given by the host, learned from the rep's own trips, or usual ones.

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::Candidate;
use fieldbook_location::{Position, distance};
use fieldbook_model::ids::RecordId;
use fieldbook_plan::{
    Day, FittedTravelModel, LONGEST_S, ProblemError, ProblemErrorKind, RawSpeedStep, SpeedProfile, Travel,
    TravelModel, Window, speed_profile,
};

/// Distance within which a reported position counts as a known place, metres: a phone indoors is no more accurate.
const AT_A_PLACE_M: f64 = 75.0;

/// A place of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DayPlace {
    /// The start of the day.
    Start,
    /// The end of the day; the start if the day ends where it began.
    End,
    /// A site of the book.
    Site(RecordId),
    /// A position of the rep in the middle of the day that is no other place of it.
    OnTheWay,
}

/// A drive time, as the host states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drive {
    /// The origin.
    pub from: DayPlace,
    /// The destination.
    pub to: DayPlace,
    /// Seconds, parking included.
    pub seconds: i64,
}

/// Drives that the host knows, each direction for itself, and how fast the roads are in the course of the day, if it knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GivenTravel {
    drives: Vec<(DayPlace, DayPlace, i32)>,
    speeds: Option<SpeedProfile>,
}

impl GivenTravel {
    /// Takes the drives of a host, any number and in any order, driven as given at any hour.
    ///
    /// # Errors
    /// Names the first that is no good, as `travel[3].seconds`: negative, longer than any plan, or the same way twice.
    pub fn new(drives: &[Drive]) -> Result<GivenTravel, ProblemError> {
        let mut seen = HashSet::with_capacity(drives.len());
        let mut given = Vec::with_capacity(drives.len());
        for (at, drive) in drives.iter().enumerate() {
            let wrong = |part: &str, wrong| ProblemError::new(format!("travel[{at}]{part}"), wrong);
            let (value, most) = (drive.seconds, i64::from(LONGEST_S));
            if value < 0 {
                return Err(wrong(".seconds", ProblemErrorKind::TooSmall { value, least: 0 }));
            }
            if value > most {
                return Err(wrong(".seconds", ProblemErrorKind::TooLarge { value, most }));
            }
            if drive.from == drive.to && value > 0 {
                return Err(wrong(
                    ".seconds",
                    ProblemErrorKind::AwayFromItself { seconds: value },
                ));
            }
            if !seen.insert((drive.from, drive.to)) {
                return Err(wrong("", ProblemErrorKind::Twice));
            }
            let seconds = i32::try_from(value).unwrap_or(LONGEST_S);
            given.push((drive.from, drive.to, seconds));
        }
        Ok(GivenTravel {
            drives: given,
            speeds: None,
        })
    }

    /// The same drives, being those on empty roads, and how fast the roads are in the course of the day: for all drives,
    /// also for those that the host does not know. No step at all says nothing.
    ///
    /// # Errors
    /// Names the first step that is no good, as `speeds[1].from`.
    pub fn with_speeds(self, steps: &[RawSpeedStep]) -> Result<GivenTravel, ProblemError> {
        let speeds = (!steps.is_empty()).then(|| speed_profile(steps)).transpose()?;
        Ok(GivenTravel { speeds, ..self })
    }
}

/// The source of drive times.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum TravelSource {
    /// From the rep's own trips, when there are enough of them; else as is usual.
    #[default]
    FittedTravelModel,
    /// From these roads.
    Estimated(Box<TravelModel>),
    /// From the host; drives that it does not know as in `Learned`.
    Given(GivenTravel),
}

/// The drive times that a day was planned with.
#[derive(Debug, Clone, PartialEq)]
pub struct TravelUsed {
    /// The roads of all drives that nobody gave.
    pub roads: TravelModel,
    /// The trips that the model was learned from; `None` for given or usual times.
    pub learned: Option<FittedTravelModel>,
    /// The drive times that the host gave.
    given: GivenTravel,
    /// Number of drives of the day that the host gave, and number of all drives.
    pub given_of: (usize, usize),
}

impl TravelUsed {
    /// By these roads, nothing given yet.
    pub(in crate::book) fn new(source: &TravelSource, learned: Option<FittedTravelModel>) -> TravelUsed {
        let given = match source {
            TravelSource::Given(given) => given.clone(),
            TravelSource::FittedTravelModel | TravelSource::Estimated(_) => GivenTravel::default(),
        };
        let roads = match (source, &learned) {
            (TravelSource::Estimated(roads), _) => TravelModel::clone(roads),
            (_, Some(learned)) => learned.model.clone(),
            (_, None) => TravelModel::default(),
        };
        TravelUsed {
            roads,
            learned,
            given,
            given_of: (0, 0),
        }
    }

    /// The travel times between the places of a day.
    pub(super) fn between(&mut self, places: &Places, shift: Window) -> Travel {
        let nodes = places.at.len();
        let by_name = places.by_name();
        let mut known = vec![None; nodes * nodes];
        for (from, to, given_s) in &self.given.drives {
            if let (Some(from), Some(to)) = (by_name.get(from), by_name.get(to))
                && from != to
            {
                known[from * nodes + to] = Some(*given_s);
            }
        }
        let given = known.iter().flatten().count();
        self.given_of = (given, nodes * nodes.saturating_sub(1));
        let estimated = match (&self.given.speeds, given) {
            (Some(speeds), _) => self.roads.travel(&places.at, shift).with_speeds(speeds.clone()),
            (None, 0) => return self.roads.travel(&places.at, shift),
            (None, _) => self.roads.mean_travel(&places.at, shift),
        };
        let estimates = (0..nodes).flat_map(|from| (0..nodes).map(move |to| (from, to)));
        let estimates = estimates.map(|(from, to)| estimated.between(from, to));
        let seconds = known
            .into_iter()
            .zip(estimates)
            .map(|(known, estimate)| known.unwrap_or(estimate));
        let travel =
            Travel::new(nodes, seconds.collect()).expect("a number for each two places, none negative");
        travel.with_speeds(estimated.speeds().clone())
    }
}

impl fmt::Display for TravelUsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (given @ 1.., of) = self.given_of {
            write!(f, "{given} of {of} drives given, the others ")?;
        }
        match &self.learned {
            Some(learned) => learned.fmt(f),
            None => write!(f, "estimated: detour {:.2}", self.roads.detour),
        }
    }
}

/// The places of a day, in the order of the problem's nodes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Places {
    /// Positions of the places.
    pub at: Vec<Position>,
    /// Kinds of the places.
    pub names: Vec<DayPlace>,
}

impl Places {
    /// One more place; its node.
    pub(super) fn add(&mut self, name: DayPlace, at: Position) -> usize {
        self.at.push(at);
        self.names.push(name);
        self.at.len() - 1
    }

    /// The node at which somebody at `position` stands: of the nearest place, if it is near, or a new one.
    pub(super) fn standing(&mut self, position: Position) -> usize {
        let away = |(node, at): (usize, &Position)| (node, distance(position, *at).0);
        let near = self.at.iter().enumerate().map(away);
        let nearest = near.min_by(|a, b| a.1.total_cmp(&b.1));
        match nearest.filter(|(_, away_m)| *away_m <= AT_A_PLACE_M) {
            Some((node, _)) => node,
            None => self.add(DayPlace::OnTheWay, position),
        }
    }

    /// The node of each place that a host can name.
    fn by_name(&self) -> HashMap<DayPlace, usize> {
        let named = self.names.iter().copied().zip(0..);
        let mut by_name: HashMap<DayPlace, usize> =
            named.filter(|(name, _)| *name != DayPlace::OnTheWay).collect();
        if let Some(start) = by_name.get(&DayPlace::Start).copied() {
            by_name.entry(DayPlace::End).or_insert(start);
        }
        by_name
    }
}

/// The facts of a day before it is planned.
#[derive(Debug, Clone)]
pub(in crate::book) struct Survey {
    pub(in crate::book) candidates: Vec<Candidate>,
    pub(in crate::book) problem: Day,
    pub(in crate::book) places: Places,
    pub(in crate::book) travel: TravelUsed,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(n: u8) -> DayPlace {
        DayPlace::Site(RecordId([n; 16]))
    }

    fn drive(from: DayPlace, to: DayPlace, seconds: i64) -> Drive {
        Drive { from, to, seconds }
    }

    #[test]
    fn drives_that_cannot_be_are_refused_by_their_field() {
        let field = |drives: &[Drive]| GivenTravel::new(drives).unwrap_err().field;
        let good = drive(DayPlace::Start, site(1), 600);
        assert_eq!(field(&[good, drive(site(1), site(2), -1)]), "travel[1].seconds");
        assert_eq!(field(&[drive(site(1), site(2), i64::MAX)]), "travel[0].seconds");
        assert_eq!(field(&[drive(site(1), site(1), 1)]), "travel[0].seconds");
        assert_eq!(field(&[good, good]), "travel[1]");
    }

    #[test]
    fn what_the_host_gives_is_taken_and_what_it_leaves_open_is_estimated() {
        let given = [
            drive(DayPlace::Start, site(1), 4_321),
            drive(site(1), DayPlace::End, 1_234),
            drive(site(8), site(9), 7),
        ];
        let source = TravelSource::Given(GivenTravel::new(&given).unwrap());
        let mut used = TravelUsed::new(&source, None);
        let mut places = Places::default();
        let at = |lat: f64| Position::new(lat, 1.3).unwrap();
        places.add(DayPlace::Start, at(52.6));
        places.add(site(1), at(52.61));
        places.add(site(2), at(52.62));
        let shift = Window {
            from: 30_000,
            until: 60_000,
        };
        let travel = used.between(&places, shift);
        let usual = TravelModel::default().mean_travel(&places.at, shift);
        assert_eq!((travel.between(0, 1), travel.between(1, 0)), (4_321, 1_234));
        assert_eq!(travel.between(2, 1), usual.between(2, 1));
        assert_eq!(
            used.to_string(),
            "2 of 6 drives given, the others estimated: detour 1.30"
        );
    }

    #[test]
    fn who_is_near_a_place_stands_at_it_and_who_is_not_makes_one() {
        let at = |lat: f64| Position::new(lat, 1.3).unwrap();
        let mut places = Places::default();
        places.add(DayPlace::Start, at(52.6));
        places.add(site(1), at(52.61));
        assert_eq!(places.standing(at(52.610_2)), 1);
        assert_eq!(places.standing(at(52.605)), 2);
        assert_eq!(places.names[2], DayPlace::OnTheWay);
    }
}
