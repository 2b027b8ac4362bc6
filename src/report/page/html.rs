use super::PageWords;
use super::figure::{radar, stack, strip};
use super::part::{Part, Row, rows};
use super::svg::svg;
use crate::report::escape::escaped;
use crate::report::{Bar, Block, Report, Spoke, Stack};

/// How the page looks, on a screen and on A4.
const LOOK: &str = include_str!("../../../assets/report.css");
/// Nothing is fetched and nothing runs.
const POLICY: &str = include_str!("../../../assets/report.policy");
/// Size of a line with a score, or with counts; it is stretched to the room there is.
const STRIP: (f64, f64) = (300.0, 14.0);
const STACK: (f64, f64) = (480.0, 20.0);

/// A report as one page of HTML that needs nothing else: no script, no other file, no network.
#[must_use]
pub fn html(report: &Report, words: &PageWords<'_>) -> String {
    let title = escaped(&report.title);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <style>\n{LOOK}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n",
        escaped(words.language),
        POLICY.trim_end()
    );
    for row in rows(report) {
        match row {
            Row::Wide(part) => page.push_str(&section(&part, words)),
            Row::Columns(parts) => {
                page.push_str("<div class=\"columns\">\n");
                for part in &parts {
                    page.push_str(&section(part, words));
                }
                page.push_str("</div>\n");
            }
        }
    }
    page + "</main>\n</body>\n</html>\n"
}

fn section(part: &Part<'_>, words: &PageWords<'_>) -> String {
    let boxed = matches!(part.blocks.first(), Some(Block::Boxed { .. }));
    let class = match (part.heading, boxed) {
        (None, _) => " class=\"head\"",
        (_, true) => " class=\"box\"",
        _ => "",
    };
    // A section has a heading; what stands before the first one is part of the title's.
    let name = if part.heading.is_some() { "section" } else { "div" };
    let mut html = format!("<{name}{class}>\n");
    if let Some(heading) = part.heading {
        html.push_str(&["<h2>", &escaped(heading), "</h2>\n"].concat());
    }
    let radar = part.blocks.iter().find_map(|block| match block {
        Block::Radar(spokes) => Some(spokes),
        _ => None,
    });
    let beside = radar.filter(|_| part.blocks.iter().any(|block| matches!(block, Block::Bars(_))));
    for block in &part.blocks {
        match (block, beside) {
            (Block::Bars(bars), Some(spokes)) => {
                let side = [radar_figure(spokes, words), bars_table(bars, words)].concat();
                html.push_str(&["<div class=\"side\">\n", &side, "</div>\n"].concat());
            }
            (Block::Radar(_), Some(_)) => {}
            _ => html.push_str(&self::block(block, words)),
        }
    }
    html + "</" + name + ">\n"
}

fn block(block: &Block, words: &PageWords<'_>) -> String {
    let paragraph = |class: &str, text: &str| ["<p", class, ">", &lines(text), "</p>\n"].concat();
    match block {
        Block::Heading(text) => ["<h2>", &escaped(text), "</h2>\n"].concat(),
        Block::Paragraph(text) => paragraph("", text),
        Block::Aside(text) => paragraph(" class=\"quiet\"", text),
        Block::Question(text) => paragraph(" class=\"question\"", text),
        Block::Said(text) => ["<blockquote><p>", &lines(text), "</p></blockquote>\n"].concat(),
        Block::List(texts) => {
            let items: String = texts.iter().map(|text| ["<li>", &lines(text), "</li>\n"].concat()).collect();
            ["<ul>\n", &items, "</ul>\n"].concat()
        }
        Block::Boxed { texts, .. } => texts.iter().map(|text| paragraph("", text)).collect(),
        Block::Bars(bars) => bars_table(bars, words),
        Block::Stacks(stacks) => stacks_table(stacks, words),
        Block::Radar(spokes) => radar_figure(spokes, words),
    }
}

fn lines(text: &str) -> String {
    escaped(text).replace('\n', "<br>")
}

/// A table whose head is for those who listen: the eye sees what each column is.
fn table(class: &str, head: [&str; 2], rows: &str) -> String {
    let head: String = head.iter().map(|name| ["<th scope=\"col\">", &escaped(name), "</th>"].concat()).collect();
    format!(
        "<table class=\"{class}\">\n<thead class=\"unseen\"><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    )
}

fn bars_table(bars: &[Bar], words: &PageWords<'_>) -> String {
    let row = |bar: &Bar| {
        let strip = bar.score.map(|score| svg(&strip(score, STRIP.0, STRIP.1), "strip", None)).unwrap_or_default();
        let class = if bar.score.is_some() { "reading" } else { "quiet" };
        row(&bar.label, &[span(class, &bar.reading), strip, span("basis", &bar.basis)])
    };
    let t = &words.t.report;
    table("bars", [t.aspect.as_str(), t.score.as_str()], &bars.iter().map(row).collect::<String>())
}

fn stacks_table(stacks: &[Stack], words: &PageWords<'_>) -> String {
    let row = |stack: &Stack| {
        let drawn = stack.counts.iter().any(|count| *count > 0);
        let figure = drawn.then(|| svg(&self::stack(&stack.counts, STACK.0, STACK.1), "stack", None));
        let cell = [figure.unwrap_or_default(), span("reading", &stack.reading), span("basis", &stack.basis)];
        row(&stack.label, &cell)
    };
    let t = &words.t.report;
    table("stacks", [t.statement.as_str(), t.counts.as_str()], &stacks.iter().map(row).collect::<String>())
}

fn row(name: &str, cell: &[String]) -> String {
    format!("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escaped(name), cell.concat())
}

/// A text of its own look; nothing where there is none.
fn span(class: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<span class=\"{class}\">{}</span>", escaped(text)) }
}

fn radar_figure(spokes: &[Spoke], words: &PageWords<'_>) -> String {
    let Some(figure) = radar(spokes) else { return String::new() };
    let t = &words.t.report;
    let rows: String = spokes.iter().map(|spoke| row(&spoke.label, &[escaped(&words.value(spoke))])).collect();
    let behind = table("unseen", [t.aspect.as_str(), t.score.as_str()], &rows);
    ["<figure>\n", &svg(&figure, "radar", Some(&words.radar(spokes))), "\n", &behind, "</figure>\n"].concat()
}
