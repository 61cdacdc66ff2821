//! Travel times of a plan: those that the app provides, and the report of those that were used.

use fieldbook_core::book::{DayPlace, Drive, GivenTravel, Places, TravelSource, TravelUsed};
use fieldbook_core::ids::RecordId;
use fieldbook_core::location::Position;
use fieldbook_core::plan::{ProblemError, RawSpeedStep};

/// A place between which drives are planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum PlanPlace {
    /// The start of the day.
    Start,
    /// The end of the day, if it differs from the start.
    End,
    /// A site.
    Site {
        /// The id of the site.
        site: RecordId,
    },
    /// The rep's position during the day.
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

/// The travel time of one drive, from the app's own provider. Each direction is a separate drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct PlanDrive {
    /// The origin.
    pub from: PlanPlace,
    /// The destination.
    pub to: PlanPlace,
    /// The travel time in seconds, parking included.
    pub seconds: i64,
}

/// A step of the road speed profile: the speed from a time of day on, from the app's own provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct PlanSpeed {
    /// Start of the step, seconds from local midnight.
    pub from_s: i32,
    /// The speed as a percentage of the speed that the given drives imply, 1 to 100.
    pub percent: i32,
}

/// A place of a day with its position, for a query to a provider of travel times.
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Record)]
pub struct PlanPlaceAt {
    /// The place.
    pub what: PlanPlace,
    /// The position of the place.
    pub place: Position,
}

/// The travel times that a plan is based on.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct PlanTravel {
    /// Number of drives that the app provided.
    pub given: u32,
    /// Number of drives in total.
    pub of: u32,
    /// Number of the rep's own trips from which the other drives were learned; 0 if they were estimated with default
    /// values.
    pub learned_trips: u32,
    /// The ratio of road distance to straight-line distance, for those other drives.
    pub detour: f64,
    /// The fraction of the usual speed in each hour of the day, 24 values.
    pub speed_by_hour: Vec<f64>,
    /// A summary in English.
    pub said: String,
}

/// Builds the source of travel times from `drives` and `speeds`.
pub(crate) fn to_travel_source(
    drives: &[PlanDrive],
    speeds: &[PlanSpeed],
) -> Result<TravelSource, ProblemError> {
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

/// Converts the places of a day for the API.
pub(crate) fn to_plan_places(places: &Places) -> Vec<PlanPlaceAt> {
    let named = places.names.iter().zip(&places.at);
    let place = |(what, place): (&DayPlace, &Position)| PlanPlaceAt {
        what: (*what).into(),
        place: *place,
    };
    named.map(place).collect()
}

/// Converts the travel times that were used for the API.
pub(crate) fn to_plan_travel(travel: &TravelUsed) -> PlanTravel {
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
