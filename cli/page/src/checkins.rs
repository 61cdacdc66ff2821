//! The table of check-ins: each with a close-up of fence and fix, its verdict and the reasons in words.

use super::day::{DayPage, Fence, Place, Verdict, VisitRow};
use super::html::{clock, escape, metres, name, px};
use super::legend::verdict_text;
use super::marks::{fence, fix, verdict_class};
use super::projection::{EARTH_RADIUS_M, Extent, Frame, View};
use super::route::colour_class;
use super::{day::Point, ground};

/// Column headers. ARIA roles are written out because the phone's style sheet lays rows out as cards.
const COLUMNS: [&str; 7] = [
    "No.",
    "Close-up",
    "Place",
    "Verdict",
    "To the fence",
    "Accuracy",
    "Why",
];

/// Width and height of a close-up, pixels.
const SIDE: f64 = 92.0;

/// The section; empty without check-ins.
pub(super) fn section(day: &DayPage) -> String {
    let rows: String = day
        .visits
        .iter()
        .enumerate()
        .filter_map(|(i, visit)| Some(row(day, i + 1, visit, day.places.get(visit.place)?)))
        .collect();
    if rows.is_empty() {
        return rows;
    }
    let heads = COLUMNS
        .map(|column| format!("<th role=\"columnheader\" scope=\"col\">{column}</th>"))
        .concat();
    format!(
        "<section class=\"checkins\" aria-labelledby=\"checkins\"><h2 id=\"checkins\">Check-ins</h2>\
         <p class=\"hint\">A fix is a circle, not a point. \
         Each verdict compares the circle of confidence with the fence.</p>\
         <table role=\"table\"><thead role=\"rowgroup\"><tr role=\"row\">{heads}</tr></thead>\
         <tbody role=\"rowgroup\">\n{rows}</tbody></table></section>\n"
    )
}

/// The table row of one check-in.
fn row(day: &DayPage, number: usize, visit: &VisitRow, place: &Place) -> String {
    let rep = day.reps.get(visit.rep).map(|r| name(&r.name)).unwrap_or_default();
    let verdict = visit.verdict;
    format!(
        "<tr role=\"row\"><td role=\"cell\" class=\"no\">{number}</td><td role=\"cell\" class=\"shot\">{shot}</td>\
         <th role=\"rowheader\" scope=\"row\"><span class=\"place\">{place}</span>\
         <span class=\"sub\">{time} · <span class=\"who {colour}\">{rep}</span></span></th>\
         <td role=\"cell\" class=\"verdict\"><span class=\"badge {class}\"><span aria-hidden=\"true\">{sign}</span> {word}</span></td>\
         <td role=\"cell\" class=\"num\" data-label=\"To the fence\">{edge}</td><td role=\"cell\" class=\"num\" data-label=\"Accuracy\">{accuracy}</td>\
         <td role=\"cell\" class=\"why\">{why}</td></tr>\n",
        shot = close_up(day, visit, place),
        place = name(&place.name),
        time = clock(visit.at),
        colour = colour_class(visit.rep),
        class = verdict_class(verdict),
        sign = symbol(verdict),
        word = verdict_text(verdict),
        edge = edge(visit.distance_to_edge_m),
        accuracy = visit
            .fix
            .map_or("—".to_owned(), |f| format!("± {}", metres(f.accuracy_m))),
        why = why(visit),
    )
}

/// A symbol beside the colour, for readers who cannot tell colours apart.
fn symbol(verdict: Verdict) -> char {
    match verdict {
        Verdict::Verified => '✓',
        Verdict::LikelyOnSite => '≈',
        Verdict::OffSite => '✕',
        Verdict::Unverifiable => '?',
    }
}

/// The distance to the edge of the fence, with its side in words.
fn edge(distance_m: Option<f64>) -> String {
    match distance_m {
        None => "—".to_owned(),
        Some(d) if d.abs() < 0.5 => "on the edge".to_owned(),
        Some(d) if d < 0.0 => format!("{} inside", metres(d)),
        Some(d) => format!("{} outside", metres(d)),
    }
}

/// The reasons as one sentence, then the rep's note.
fn why(visit: &VisitRow) -> String {
    let mut sentence = visit.reasons.join("; ");
    if let Some(first) = sentence.chars().next() {
        sentence.replace_range(..first.len_utf8(), &first.to_uppercase().to_string());
        if !sentence.ends_with(['.', '!', '?']) {
            sentence.push('.');
        }
    }
    let note = visit.note.as_deref().filter(|n| !n.is_empty());
    let note = note.map_or(String::new(), |n| format!("<q class=\"note\">{}</q>", name(n)));
    format!("{}{note}", escape(&sentence))
}

/// The fence, the fix and the streets around one visit, fitted to fence and fix.
fn close_up(day: &DayPage, visit: &VisitRow, place: &Place) -> String {
    if !place.at.is_known() {
        return String::new();
    }
    let mut corners = vec![place.at];
    match &place.fence {
        Some(Fence::Circle { radius_m }) => corners.extend(square(place.at, *radius_m)),
        Some(Fence::Polygon(ring)) => corners.extend(ring.iter().copied()),
        None => {}
    }
    corners.extend(visit.fix.iter().flat_map(|f| square(f.at, f.accuracy_m)));
    let Some(extent) = Extent::around(corners) else {
        return String::new();
    };
    let view = View::fitted(
        extent,
        Frame {
            width: SIDE,
            height: SIDE,
        },
        7.0,
        60.0,
    );
    let door = view.place(place.at);
    format!(
        "<svg class=\"closeup\" viewBox=\"0 0 {s} {s}\" aria-hidden=\"true\"><rect class=\"land\" width=\"{s}\" height=\"{s}\"/>\
         {ground}{fence}{fix}<path class=\"door\" d=\"M{x} {y}m-3.5 0h7m-3.5 -3.5v7\"/></svg>",
        s = px(SIDE),
        ground = if day.streets.is_empty() {
            String::new()
        } else {
            ground::plan(&view, &day.streets)
        },
        fence = fence(&view, place),
        fix = visit
            .fix
            .map_or(String::new(), |f| fix(&view, place, visit.verdict, &f)),
        x = px(door.x),
        y = px(door.y),
    )
}

/// Two corners of the square of half-width `r_m` around `at`.
fn square(at: Point, r_m: f64) -> [Point; 2] {
    let lat = (r_m / EARTH_RADIUS_M).to_degrees();
    let lon = lat / at.lat.to_radians().cos().max(0.01);
    [
        Point {
            lat: at.lat - lat,
            lon: at.lon - lon,
        },
        Point {
            lat: at.lat + lat,
            lon: at.lon + lon,
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_side_of_the_fence_is_said_in_words() {
        assert_eq!(
            [edge(None), edge(Some(-38.2)), edge(Some(1210.0)), edge(Some(0.3))],
            ["—", "38 m inside", "1.2 km outside", "on the edge"]
        );
    }
}
