//! Figures of the sales process as pictures: the funnel, the time in each stage, the forecast, the coverage of the territory.

use super::day::{Figure, Point};
use super::document::{header, shell};
use super::ground::{graticule, plan};
use super::html::{counted, escape, px};
use super::projection::{Extent, Frame, View};
use super::streets::Street;

/// Width of a picture, pixels.
const WIDTH: f64 = 540.0;

/// Most stages, currencies and past windows that are drawn.
const STAGES_MAX: usize = 12;
const FORECASTS_MAX: usize = 3;
const WINDOWS_MAX: usize = 8;

/// The size of the map of the coverage, pixels.
const MAP: Frame = Frame {
    width: WIDTH,
    height: 360.0,
};

/// Days without a visit from which a hexagon has the next darker colour.
const DAYS_OF_SHADES: [u32; 3] = [15, 31, 91];

/// Figures of the sales process. What is empty is left out of the page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SalesFigures {
    /// Whose deals they are, such as `own book, 96 deals`.
    pub scope: String,
    /// The open stages of the process, in order.
    pub stages: Vec<StageFigure>,
    /// One forecast for each currency, the one with the most money first.
    pub forecasts: Vec<ForecastFigure>,
    /// The hexagons of the territory that have places.
    pub cells: Vec<CoverageCell>,
}

impl SalesFigures {
    /// True if nothing is drawn.
    pub fn is_empty(&self) -> bool {
        self.stages.is_empty() && self.forecasts.is_empty() && self.cells.is_empty()
    }
}

/// A share with its 95 % interval, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The share.
    pub value: f64,
    /// Lower end of the interval.
    pub lo: f64,
    /// Upper end of it.
    pub hi: f64,
}

/// A stage of the funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct StageFigure {
    /// Title of the stage.
    pub title: String,
    /// Deals that reached it.
    pub reached: usize,
    /// Of these, the ones that went on.
    pub passed: usize,
    /// The ones that were lost without going on.
    pub lost: usize,
    /// The share that goes on within `horizon_days`, open deals counted.
    pub passes: Option<Share>,
    /// Days of that share.
    pub horizon_days: u32,
    /// Median of the days in the stage, open stays counted.
    pub median_days: Option<f64>,
    /// 95 % interval of the median.
    pub median_interval_days: (Option<f64>, Option<f64>),
    /// Third quartile of the days.
    pub upper_quartile_days: Option<f64>,
    /// Mean of the stays that ended, which is biased to the short ones.
    pub closed_mean_days: Option<f64>,
    /// Days that the process allows.
    pub allowed_days: Option<u16>,
}

/// A forecast in one currency, in minor units, with its texts.
#[derive(Debug, Clone, PartialEq)]
pub struct ForecastFigure {
    /// The window, such as `Q4 2026`.
    pub window: String,
    /// Won so far.
    pub booked: Amount,
    /// Still to come from open deals.
    pub open: Amount,
    /// Still to come from deals that do not exist yet.
    pub unborn: Amount,
    /// Booked and still to come.
    pub total: Amount,
    /// Lower end of the 80 % interval of the total.
    pub lo: Amount,
    /// Upper end of it.
    pub hi: Amount,
    /// The amount to reach, and the odds of reaching it, 0 to 1.
    pub quota: Option<(Amount, f64)>,
    /// Past windows, the oldest first.
    pub past: Vec<PastFigure>,
}

/// An amount with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// Minor units.
    pub minor: i64,
    /// The amount with its currency.
    pub text: String,
}

/// A past window: what was said, and what came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastFigure {
    /// The day on which it was said.
    pub as_of: String,
    /// The amount that was said.
    pub predicted: Amount,
    /// The amount that came.
    pub realised: Amount,
}

/// A hexagon of the territory.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverageCell {
    /// Its corners, not closed.
    pub outline: Vec<Point>,
    /// Its centre.
    pub center: Point,
    /// Places in it.
    pub places: u32,
    /// Full days since the last visit to any of them; `None` if there was none.
    pub days: Option<u32>,
}

/// A page of figures alone.
#[derive(Debug, Clone, PartialEq)]
pub struct SalesPage {
    /// The line above the headline.
    pub eyebrow: String,
    /// Headline of the page.
    pub title: String,
    /// Summary in two sentences.
    pub story: String,
    /// Key figures under the headline.
    pub figures: Vec<Figure>,
    /// The pictures.
    pub sales: SalesFigures,
    /// The command that made the page.
    pub made_by: String,
}

/// The whole page.
pub(super) fn document(page: &SalesPage) -> String {
    let body = format!(
        "{header}<main>\n{section}</main>\n<footer><p>Made by <code>{made_by}</code>. One file: no script, no \
         network.</p></footer>\n",
        header = header(&escape(&page.eyebrow), &page.title, &page.story, &page.figures),
        section = section(&page.sales, &[]),
        made_by = escape(&page.made_by),
    );
    shell(&escape(&page.title), &body)
}

/// The section of the pictures, over `streets` where the coverage is drawn; empty without figures.
pub(super) fn section(sales: &SalesFigures, streets: &[Street]) -> String {
    if sales.is_empty() {
        return String::new();
    }
    let cards = [
        funnel(&sales.stages),
        dwell(&sales.stages),
        sales.forecasts.iter().take(FORECASTS_MAX).map(forecast).collect(),
        coverage(&sales.cells, streets),
    ];
    format!(
        "<section aria-labelledby=\"sales\"><h2 id=\"sales\">The sales process</h2><p class=\"hint\">{}. Open deals count \
         for as long as they are known, so no figure is kinder than the book.</p><div class=\"sketches\">\n{}</div></section>\n",
        escape(&sales.scope),
        cards.concat(),
    )
}

fn card(title: &str, caption: &str, picture: &str, legend: &[(&str, &str)]) -> String {
    let legend: String = legend
        .iter()
        .map(|(class, text)| legend_item(class, text))
        .collect();
    format!(
        "<article class=\"chart rep0\"><h3>{}</h3><p class=\"sub\">{}</p>{picture}<ul class=\"legend\">{legend}</ul></article>\n",
        escape(title),
        escape(caption),
    )
}

fn legend_item(class: &str, text: &str) -> String {
    format!(
        "<li><svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><rect class=\"{class}\" x=\"1\" y=\"3\" width=\"14\" \
         height=\"10\" rx=\"2\"/></svg>{text}</li>"
    )
}

fn picture(height: f64, label: &str, content: &str) -> String {
    format!(
        "<svg class=\"map\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">{content}</svg>",
        px(WIDTH),
        px(height),
        escape(label)
    )
}

fn rect(class: &str, x: f64, y: f64, width: f64, height: f64) -> String {
    format!(
        "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
        px(x),
        px(y),
        px(width.max(0.0)),
        px(height)
    )
}

fn text(class: &str, x: f64, y: f64, content: &str) -> String {
    format!(
        "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>",
        px(x),
        px(y),
        escape(content)
    )
}

fn line(class: &str, from: (f64, f64), to: (f64, f64)) -> String {
    format!(
        "<path class=\"{class}\" d=\"M{} {}L{} {}\"/>",
        px(from.0),
        px(from.1),
        px(to.0),
        px(to.1)
    )
}

fn circle(class: &str, x: f64, y: f64, radius: f64) -> String {
    format!(
        "<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
        px(x),
        px(y),
        px(radius)
    )
}

/// What is said of a part of a picture when it is pointed at.
fn titled(says: &str, drawn: &str) -> String {
    format!("<g><title>{}</title>{drawn}</g>", escape(says))
}

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

fn percent(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

/// Bars of the deals that reached each stage: gone on, still there, lost.
fn funnel(stages: &[StageFigure]) -> String {
    const ROW: f64 = 62.0;
    let stages = &stages[..stages.len().min(STAGES_MAX)];
    let most = stages.iter().map(|stage| stage.reached).max().unwrap_or(0);
    if most == 0 {
        return String::new();
    }
    let width = |n: usize| count(n) * WIDTH / count(most);
    let rows: String = (0_u32..)
        .zip(stages)
        .map(|(row, stage)| {
            let y = f64::from(row) * ROW;
            let there = stage.reached.saturating_sub(stage.passed + stage.lost);
            let (passed, open) = (width(stage.passed), width(there));
            let bars = [
                rect("passed", 0.0, y + 20.0, passed, 16.0),
                rect("there", passed, y + 20.0, open, 16.0),
                rect("gone", passed + open, y + 20.0, width(stage.lost), 16.0),
            ];
            let passes = stage.passes.map_or("nobody reached it".to_owned(), |share| {
                format!(
                    "{} % go on within {} days ({} to {} %)",
                    percent(share.value),
                    stage.horizon_days,
                    percent(share.lo),
                    percent(share.hi)
                )
            });
            let counts = format!(
                "{} reached, {} went on, {there} there, {} lost",
                stage.reached, stage.passed, stage.lost
            );
            [
                text("name", 0.0, y + 13.0, &stage.title),
                text("soft end", WIDTH, y + 13.0, &counts),
                bars.concat(),
                text("soft", 0.0, y + 51.0, &passes),
            ]
            .concat()
        })
        .collect();
    let height = ROW * count(stages.len()) - 6.0;
    card(
        "Funnel",
        "Deals that reached each stage, and what became of them there",
        &picture(height, "Funnel", &rows),
        &[("passed", "went on"), ("there", "there now"), ("gone", "lost")],
    )
}

/// The median of the days in each stage with its interval, beside what the process allows.
fn dwell(stages: &[StageFigure]) -> String {
    const ROW: f64 = 50.0;
    let stages: Vec<&StageFigure> = stages
        .iter()
        .take(STAGES_MAX)
        .filter(|stage| stage.reached > 0)
        .collect();
    let ends = stages.iter().flat_map(|stage| {
        let (lo, hi) = stage.median_interval_days;
        let allowed = stage.allowed_days.map(f64::from);
        [
            stage.median_days,
            lo,
            hi,
            stage.upper_quartile_days,
            stage.closed_mean_days,
            allowed,
        ]
    });
    let most = ends.flatten().fold(0.0_f64, f64::max);
    if most <= 0.0 {
        return String::new();
    }
    let rows: String = (0_u32..)
        .zip(&stages)
        .map(|(row, stage)| dwell_row(stage, f64::from(row) * ROW, most))
        .collect();
    card(
        "Time in each stage",
        "Median with its 95 % interval, deals that still stand there counted",
        &picture(ROW * count(stages.len()), "Time in each stage", &rows),
        &[
            ("median", "median"),
            ("there", "its interval"),
            ("tick", "three of four have left"),
            ("mean", "mean of those that left: too kind"),
            ("limit", "allowed"),
        ],
    )
}

/// The row of a stage whose upper edge is `y`, on an axis of `most` days.
fn dwell_row(stage: &StageFigure, y: f64, most: f64) -> String {
    let x = |days: f64| 6.0 + days * (WIDTH - 12.0) / most;
    let axis = y + 29.0;
    let (lo, hi) = stage.median_interval_days;
    let mut marks = line("axis", (x(0.0), axis), (x(most), axis));
    if let Some(lo) = lo {
        let until = hi.unwrap_or(most);
        marks += &rect("there", x(lo), axis - 6.0, x(until) - x(lo), 12.0);
    }
    if let Some(days) = stage.upper_quartile_days {
        marks += &line("tick", (x(days), axis - 7.0), (x(days), axis + 7.0));
    }
    if let Some(days) = stage.closed_mean_days {
        marks += &circle("mean", x(days), axis, 4.0);
    }
    if let Some(days) = stage.allowed_days.map(f64::from) {
        marks += &line("limit", (x(days), axis - 11.0), (x(days), axis + 11.0));
    }
    if let Some(days) = stage.median_days {
        marks += &circle("median", x(days), axis, 5.0);
    }
    let median = stage
        .median_days
        .map_or("fewer than half have left".to_owned(), |days| {
            format!("half leave within {days:.0} days")
        });
    let allowed = stage
        .allowed_days
        .map_or_else(String::new, |days| format!(", {days} allowed"));
    text("name", 0.0, y + 13.0, &stage.title)
        + &text("soft end", WIDTH, y + 13.0, &(median + &allowed))
        + &marks
}

/// Booked, to come from open deals, to come from deals that do not exist yet; the interval, the quota, and past windows.
fn forecast(forecast: &ForecastFigure) -> String {
    let amount = |of: &Amount| f64::from(i32::try_from(of.minor / 100).unwrap_or(i32::MAX)).max(0.0);
    let quota = forecast.quota.as_ref().map(|(quota, _)| amount(quota));
    let most = [
        amount(&forecast.hi),
        amount(&forecast.total),
        quota.unwrap_or(0.0),
    ]
    .into_iter()
    .fold(1.0_f64, f64::max);
    let x = |value: f64| value * (WIDTH - 2.0) / most;
    let (booked, open, unborn) = (
        amount(&forecast.booked),
        amount(&forecast.open),
        amount(&forecast.unborn),
    );
    let mut drawn = [
        rect("booked", 0.0, 26.0, x(booked), 26.0),
        rect("passed", x(booked), 26.0, x(open), 26.0),
        rect("there", x(booked + open), 26.0, x(unborn), 26.0),
        line(
            "whisker",
            (x(amount(&forecast.lo)), 62.0),
            (x(amount(&forecast.hi)), 62.0),
        ),
        line(
            "whisker",
            (x(amount(&forecast.lo)), 57.0),
            (x(amount(&forecast.lo)), 67.0),
        ),
        line(
            "whisker",
            (x(amount(&forecast.hi)), 57.0),
            (x(amount(&forecast.hi)), 67.0),
        ),
        text("name", 0.0, 14.0, &forecast.total.text),
        text(
            "soft",
            0.0,
            86.0,
            &format!("in 8 of 10 cases {} to {}", forecast.lo.text, forecast.hi.text),
        ),
    ]
    .concat();
    if let Some((quota, odds)) = &forecast.quota {
        drawn += &line("limit", (x(amount(quota)), 20.0), (x(amount(quota)), 70.0));
        let said = format!("quota {}: reached in {} of 100 cases", quota.text, percent(*odds));
        drawn += &text("soft end", WIDTH, 14.0, &said);
    }
    let (past, height) = past(&forecast.past, 104.0);
    let parts = format!(
        "{}: {} booked, {} from open deals, {} from deals that do not exist yet",
        forecast.window, forecast.booked.text, forecast.open.text, forecast.unborn.text
    );
    card(
        "Forecast",
        &parts,
        &picture(height, "Forecast", &(drawn + &past)),
        &[
            ("booked", "booked"),
            ("passed", "from open deals"),
            ("there", "from deals to come"),
            ("limit", "quota"),
            ("mean", "what was said in past windows, beside what came"),
        ],
    )
}

/// Past windows below `top`: a bar of what came, a ring at what was said. The height of the whole picture beside it.
fn past(windows: &[PastFigure], top: f64) -> (String, f64) {
    const HEIGHT: f64 = 86.0;
    let windows = &windows[windows.len().saturating_sub(WINDOWS_MAX)..];
    let amount = |of: &Amount| f64::from(i32::try_from(of.minor / 100).unwrap_or(i32::MAX)).max(0.0);
    let most = windows
        .iter()
        .flat_map(|window| [amount(&window.predicted), amount(&window.realised)])
        .fold(0.0_f64, f64::max);
    if most <= 0.0 {
        return (String::new(), top);
    }
    let (base, step) = (top + HEIGHT, WIDTH / count(windows.len()));
    let bar = |(n, window): (u32, &PastFigure)| {
        let middle = (f64::from(n) + 0.5) * step;
        let high = |value: f64| value * (HEIGHT - 8.0) / most;
        let (came, said) = (high(amount(&window.realised)), high(amount(&window.predicted)));
        let drawn = [
            rect("came", middle - 13.0, base - came, 26.0, came),
            circle("mean", middle, base - said, 5.0),
            text("soft mid", middle, base + 16.0, &window.as_of),
        ];
        let says = format!(
            "{}: {} said, {} came",
            window.as_of, window.predicted.text, window.realised.text
        );
        titled(&says, &drawn.concat())
    };
    let bars: String = (0_u32..).zip(windows).map(bar).collect();
    (bars + &line("axis", (0.0, base), (WIDTH, base)), base + 22.0)
}

/// The territory in hexagons, the longer unvisited the darker.
fn coverage(cells: &[CoverageCell], streets: &[Street]) -> String {
    let corners = cells.iter().flat_map(|cell| cell.outline.iter().copied());
    let Some(extent) = Extent::around(corners) else {
        return String::new();
    };
    let view = View::fitted(extent, MAP, 14.0, 500.0);
    let ground = if streets.is_empty() {
        graticule(&view)
    } else {
        plan(&view, streets)
    };
    let drawn: String = cells.iter().map(|cell| hexagon(&view, cell)).collect();
    let never = cells.iter().filter(|cell| cell.days.is_none()).count();
    let caption = format!(
        "{} with customers, {never} of them never visited; the number is that of its customers",
        counted(cells.len(), "hexagon")
    );
    let land = rect("land", 0.0, 0.0, MAP.width, MAP.height);
    card(
        "Coverage",
        &caption,
        &picture(MAP.height, "Coverage", &(land + &ground + &drawn)),
        &[
            ("shade0", "visited within two weeks"),
            ("shade1", "a month"),
            ("shade2", "three months"),
            ("shade3", "longer ago"),
            ("shade4", "never"),
        ],
    )
}

fn hexagon(view: &View, cell: &CoverageCell) -> String {
    let shade = cell.days.map_or(4, |days| {
        DAYS_OF_SHADES.iter().filter(|from| days >= **from).count()
    });
    let corners: Vec<String> = cell
        .outline
        .iter()
        .map(|at| view.place(*at))
        .map(|at| format!("{} {}", px(at.x), px(at.y)))
        .collect();
    let center = view.place(cell.center);
    let days = cell.days.map_or("never visited".to_owned(), |days| {
        format!("last visit {days} days ago")
    });
    format!(
        "<g><title>{places}, {days}</title><path class=\"hex shade{shade}\" d=\"M{}Z\"/>{}</g>",
        corners.join("L"),
        text("onhex", center.x, center.y + 4.0, &cell.places.to_string()),
        places = counted(usize::try_from(cell.places).unwrap_or(usize::MAX), "customer"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(minor: i64) -> Amount {
        Amount {
            minor,
            text: format!("{minor} minor <units>"),
        }
    }

    fn stage(reached: usize, passed: usize, lost: usize) -> StageFigure {
        StageFigure {
            title: "Needs & <wishes>".to_owned(),
            reached,
            passed,
            lost,
            passes: None,
            horizon_days: 90,
            median_days: None,
            median_interval_days: (Some(3.0), None),
            upper_quartile_days: None,
            closed_mean_days: None,
            allowed_days: None,
        }
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(section(&SalesFigures::default(), &[]), "");
        let empty = SalesFigures {
            stages: vec![stage(0, 0, 0)],
            ..SalesFigures::default()
        };
        assert!(
            !section(&empty, &[]).contains("<svg"),
            "a stage that nobody reached has no bar"
        );
    }

    #[test]
    fn the_parts_of_a_bar_are_the_deals_of_the_stage() {
        let drawn = funnel(&[stage(100, 60, 15), stage(60, 20, 10)]);
        for part in [
            "there\" x=\"324\"",
            "gone\" x=\"459\"",
            "there\" x=\"108\"",
            "gone\" x=\"270\"",
        ] {
            assert!(drawn.contains(part), "{part} in {drawn}");
        }
        assert!(drawn.contains("100 reached, 60 went on, 25 there, 15 lost"));
        assert!(drawn.contains("Needs &amp; &lt;wishes&gt;") && !drawn.contains("<wishes>"));
    }

    #[test]
    fn amounts_of_any_size_stay_in_the_picture() {
        for minor in [i64::MIN, -5, 0, 1, i64::MAX] {
            let figure = ForecastFigure {
                window: "Q4 2026".to_owned(),
                booked: amount(minor),
                open: amount(minor),
                unborn: amount(0),
                total: amount(minor),
                lo: amount(minor),
                hi: amount(minor),
                quota: Some((amount(minor), 0.5)),
                past: vec![PastFigure {
                    as_of: "30 Sep 26".to_owned(),
                    predicted: amount(minor),
                    realised: amount(0),
                }],
            };
            let drawn = forecast(&figure);
            assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
            assert!(!drawn.contains("<units>"));
        }
    }

    #[test]
    fn a_hexagon_is_the_darker_the_longer_nobody_was_there() {
        let shades: Vec<bool> = [
            (Some(0), 0),
            (Some(14), 0),
            (Some(15), 1),
            (Some(31), 2),
            (Some(91), 3),
            (None, 4),
        ]
        .into_iter()
        .map(|(days, shade)| {
            let corner = |lat: f64, lon: f64| Point { lat, lon };
            let cell = CoverageCell {
                outline: vec![corner(52.0, 1.0), corner(52.0, 1.01), corner(52.01, 1.0)],
                center: corner(52.003, 1.003),
                places: 3,
                days,
            };
            coverage(&[cell], &[]).contains(&format!("hex shade{shade}"))
        })
        .collect();
        assert_eq!(shades, [true; 6]);
    }
}
