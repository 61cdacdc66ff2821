//! Travel times of a plan: those that the host gives, and what was used for the others.

use fieldbook_core::book::{DayPlace, Drive, GivenTravel, Places, TravelSource, TravelUsed};
use fieldbook_core::ids::RecordId;
use fieldbook_core::location::Position;
use fieldbook_core::plan::{ProblemError, RawSpeedStep};

/// A place of a day to be planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum PlanPlace {
    /// Where the rep sets out.
    Start,
    /// Where the day ends, when it is not where it began.
    End,
    /// A site.
    Site {
        /// Which.
        site: RecordId,
    },
    /// Where the rep was in the middle of the day.
    OnTheWay,
}

impl From<PlanPlace> for DayPlace {
    fn from(place: PlanPlace) -> DayPlace {
        match place {
            PlanPlace::Start => DayPlace::Start,
            PlanPlace::End => DayPlace::End,
            PlanPlace::Site { site } => DayPlace::Site(site),
            PlanPlace::OnTheWay => DayPlace::OnTheWay,
        }
    }
}

impl From<DayPlace> for PlanPlace {
    fn from(place: DayPlace) -> PlanPlace {
        match place {
            DayPlace::Start => PlanPlace::Start,
            DayPlace::End => PlanPlace::End,
            DayPlace::Site(site) => PlanPlace::Site { site },
            DayPlace::OnTheWay => PlanPlace::OnTheWay,
        }
    }
}

/// How long a drive takes, as the app's own provider says. Each direction is one of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct PlanDrive {
    /// Where it begins.
    pub from: PlanPlace,
    /// Where it ends.
    pub to: PlanPlace,
    /// Seconds, parking included.
    pub seconds: i64,
}

/// How fast the roads are from some time of the day on, as the app's own provider says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct PlanSpeed {
    /// The first second, from local midnight.
    pub from_s: i32,
    /// The percentage of the speed that the given drives stand for, 1 to 100.
    pub percent: i32,
}

/// A place of a day with its position, to ask a provider of travel times with.
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Record)]
pub struct PlanPlaceAt {
    /// What it is.
    pub what: PlanPlace,
    /// Where it is.
    pub place: Position,
}

/// What travel times a plan was made with.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct PlanTravel {
    /// How many drives the app gave.
    pub given: u32,
    /// How many drives there are.
    pub of: u32,
    /// From how many trips of the rep's own the others were learned; 0 when they were estimated as usual.
    pub learned_trips: u32,
    /// How much longer roads are than straight lines, in those others.
    pub detour: f64,
    /// The share of the usual speed in each hour of the day, 24 of them.
    pub speed_by_hour: Vec<f64>,
    /// All of it in English.
    pub said: String,
}

/// The source of travel times for `drives` at `speeds`.
pub(crate) fn source(drives: &[PlanDrive], speeds: &[PlanSpeed]) -> Result<TravelSource, ProblemError> {
    if drives.is_empty() && speeds.is_empty() {
        return Ok(TravelSource::FittedTravelModel);
    }
    let drive = |drive: &PlanDrive| Drive {
        from: drive.from.into(),
        to: drive.to.into(),
        seconds: drive.seconds,
    };
    let drives: Vec<Drive> = drives.iter().map(drive).collect();
    let step = |step: &PlanSpeed| RawSpeedStep {
        from: step.from_s.into(),
        percent: step.percent.into(),
    };
    let steps: Vec<RawSpeedStep> = speeds.iter().map(step).collect();
    GivenTravel::new(&drives)?
        .with_speeds(&steps)
        .map(TravelSource::Given)
}

/// The places of a day.
pub(crate) fn places(places: &Places) -> Vec<PlanPlaceAt> {
    let named = places.names.iter().zip(&places.at);
    let place = |(what, place): (&DayPlace, &Position)| PlanPlaceAt {
        what: (*what).into(),
        place: *place,
    };
    named.map(place).collect()
}

/// What was used.
pub(crate) fn used(travel: &TravelUsed) -> PlanTravel {
    let whole = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    PlanTravel {
        given: whole(travel.given_of.0),
        of: whole(travel.given_of.1),
        learned_trips: travel.learned.as_ref().map_or(0, |learned| whole(learned.trips)),
        detour: travel.roads.detour,
        speed_by_hour: travel.roads.by_hour.to_vec(),
        said: travel.to_string(),
    }
}
