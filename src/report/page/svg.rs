use std::fmt::Write;

use super::figure::{Anchor, Figure, Ink, Mark, Point};
use crate::report::escape::escaped;

/// A figure as SVG inside HTML, its colours by class. With `label` it is a picture of its own that is read out so;
/// without, what it shows is told beside it.
pub(super) fn svg(figure: &Figure, class: &str, label: Option<&str>) -> String {
    let told = match label {
        Some(label) => format!("role=\"img\" aria-label=\"{}\"", escaped(label)),
        None => "aria-hidden=\"true\"".to_owned(),
    };
    let mut svg = format!(
        "<svg class=\"{class}\" viewBox=\"0 0 {} {}\" {told} focusable=\"false\">",
        number(figure.width),
        number(figure.height)
    );
    for mark in &figure.marks {
        svg.push_str(&shape(mark));
    }
    svg + "</svg>"
}

fn shape(mark: &Mark) -> String {
    match mark {
        Mark::Area { points, ink } => format!("<polygon class=\"f-{}\" points=\"{}\"/>", class(*ink), list(points)),
        Mark::Line { points, ink, width } => format!(
            "<polyline class=\"s-{}\" stroke-width=\"{}\" points=\"{}\"/>",
            class(*ink),
            number(*width),
            list(points)
        ),
        Mark::Text { at, anchor, size, strong, ink, text } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            let weight = if *strong { " font-weight=\"600\"" } else { "" };
            format!(
                "<text class=\"f-{}\" x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"{anchor}\"{weight}>{}</text>",
                class(*ink),
                number(at.0),
                number(at.1),
                number(*size),
                escaped(text)
            )
        }
    }
}

fn class(ink: Ink) -> &'static str {
    match ink {
        Ink::Text => "text",
        Ink::Quiet => "quiet",
        Ink::Grid => "grid",
        Ink::Track => "track",
        Ink::Band => "band",
        Ink::Shape => "shape",
        Ink::Score => "score",
        Ink::Accent => "accent",
        Ink::Paper => "paper",
        Ink::Step(0) => "step0",
        Ink::Step(1) => "step1",
        Ink::Step(2) => "step2",
        Ink::Step(3) => "step3",
        Ink::Step(_) => "step4",
    }
}

fn list(points: &[Point]) -> String {
    let mut list = String::new();
    for (place, (x, y)) in points.iter().enumerate() {
        let space = if place == 0 { "" } else { " " };
        // Writing to a string cannot fail.
        let _ = write!(list, "{space}{},{}", number(*x), number(*y));
    }
    list
}

/// A length with two places at the most.
fn number(value: f64) -> String {
    let written = format!("{value:.2}");
    written.trim_end_matches('0').trim_end_matches('.').to_owned()
}
