//! Map decorations: scale bar, locator map, attribution.

use super::ground::{dots, round_down};
use super::html::{escape, metres, px};
use super::labels::{LabelSpace, Rect, text_width};
use super::projection::{Extent, Frame, Px, View};
use super::scene::{SPARSE_MAX, Scene, Shape};

/// All decorations in the corners; reserves their areas against names.
pub(super) fn layer(scene: &Scene, space: &mut LabelSpace) -> String {
    format!(
        "<g class=\"furniture\">{}{}{}</g>",
        scale_bar(scene, space),
        attribution(scene, space),
        locator(scene, space).unwrap_or_default()
    )
}

/// A bar of a round length, bottom left.
fn scale_bar(scene: &Scene, space: &mut LabelSpace) -> String {
    let view = &scene.view;
    let wanted = if scene.shape == Shape::Wide { 180.0 } else { 110.0 };
    let length_m = round_down(wanted / view.px_per_metre_mid());
    let (w, y) = (length_m * view.px_per_metre_mid(), view.frame().height - 18.0);
    let background = background(
        space,
        Rect {
            x: 8.0,
            y: y - 20.0,
            w: w + 16.0,
            h: 28.0,
        },
    );
    format!(
        "{background}<path class=\"scale\" d=\"M16 {top}V{y}H{end}V{top}\"/><text class=\"scale\" x=\"{mid}\" y=\"{text}\">{label}</text>",
        top = px(y - 5.0),
        y = px(y),
        end = px(16.0 + w),
        mid = px(16.0 + w / 2.0),
        text = px(y - 6.0),
        label = metres(length_m),
    )
}

/// A pale rectangle behind text; reserved against names.
fn background(space: &mut LabelSpace, rect: Rect) -> String {
    space.block(rect);
    let Rect { x, y, w, h } = rect;
    let (x, y, w, h) = (px(x), px(y), px(w), px(h));
    format!("<rect class=\"plate\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"4\"/>")
}

/// The attribution of the map data, bottom right.
fn attribution(scene: &Scene, space: &mut LabelSpace) -> String {
    let Some(text) = &scene.day.attribution else {
        return String::new();
    };
    let Frame { width, height } = scene.view.frame();
    let w = text_width(text, 10.0) + 12.0;
    let background = background(
        space,
        Rect {
            x: width - w - 8.0,
            y: height - 26.0,
            w,
            h: 18.0,
        },
    );
    let (x, y, text) = (px(width - 14.0), px(height - 13.5), escape(text));
    format!("{background}<text class=\"attribution\" x=\"{x}\" y=\"{y}\">{text}</text>")
}

/// A small map of the whole book, top right, with the visible part framed; `None` for a
/// small book, or if the map shows nearly all places.
fn locator(scene: &Scene, space: &mut LabelSpace) -> Option<String> {
    let view = &scene.view;
    let all = || scene.day.places.iter().map(|p| p.at);
    let outside = all().filter(|at| !view.shows(view.place(*at), 0.0)).count();
    if all().count() <= SPARSE_MAX || outside * 20 < all().count() {
        return None;
    }
    let extent = Extent::around(all())?;
    let (across, up) = extent.span();
    let side = if scene.shape == Shape::Wide { 170.0 } else { 92.0 };
    let frame = Frame {
        width: side,
        height: side * (up / across).clamp(0.5, 1.0),
    };
    let small = View::fitted(extent, frame, 8.0, 1.0);
    let x = view.frame().width - side - 12.0;
    space.block(Rect {
        x: x - 4.0,
        y: 8.0,
        w: side + 8.0,
        h: frame.height + 8.0,
    });
    Some(format!(
        "<g class=\"locator\" transform=\"translate({} 12)\"><rect class=\"box\" width=\"{}\" height=\"{}\" rx=\"6\"/>\
         <path class=\"crowd\" d=\"{}\"/>{}</g>",
        px(x),
        px(frame.width),
        px(frame.height),
        dots(all().map(|at| small.place(at)).filter(|p| small.shows(*p, 0.0))),
        viewport(view, &small),
    ))
}

/// The frame of the big map on the small one.
fn viewport(view: &View, small: &View) -> String {
    let corner = |x: f64, y: f64| small.place(view.point(Px { x, y }));
    let (nw, se) = (corner(0.0, 0.0), corner(view.frame().width, view.frame().height));
    let (w, h) = (px((se.x - nw.x).max(3.0)), px((se.y - nw.y).max(3.0)));
    format!(
        "<rect class=\"part\" x=\"{}\" y=\"{}\" width=\"{w}\" height=\"{h}\" rx=\"1.5\"/>",
        px(nw.x),
        px(nw.y)
    )
}
