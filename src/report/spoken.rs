use super::{Bar, Block, Glyphs, Report};
use crate::text::{pad, width, wrap};

/// A report as it is read aloud or piped: sentences, and numbers one under the other. Nothing is drawn. One line feed
/// after each line, of which none is wider than `columns`.
#[must_use]
pub fn spoken(report: &Report, columns: usize, glyphs: Glyphs) -> String {
    let mut lines = Vec::new();
    push(&mut lines, &report.title, columns, "");
    for block in &report.blocks {
        if matches!(block, Block::Radar(_)) {
            // A picture of the numbers that stand beside it.
            continue;
        }
        lines.push(String::new());
        match block {
            Block::Heading(text) | Block::Paragraph(text) | Block::Aside(text) | Block::Question(text) => {
                push(&mut lines, text, columns, "");
            }
            Block::List(texts) => texts.iter().for_each(|text| push(&mut lines, text, columns, "- ")),
            Block::Said(text) => push(&mut lines, text, columns, "> "),
            Block::Boxed { title, texts } => {
                push(&mut lines, title, columns, "");
                for text in texts {
                    lines.push(String::new());
                    push(&mut lines, text, columns, "");
                }
            }
            Block::Bars(bars) => push_bars(&mut lines, bars, columns),
            Block::Stacks(stacks) => {
                for stack in stacks {
                    push(&mut lines, &stack.label, columns, "");
                    push(&mut lines, &stack.reading, columns, "  ");
                    push(&mut lines, &stack.basis, columns, "  ");
                }
            }
            Block::Radar(_) => {}
        }
    }
    let line = |line: String| line.trim_end().chars().map(|c| glyphs.nearest(c)).collect::<String>() + "\n";
    lines.into_iter().map(line).collect()
}

/// Wrapped text; the first line begins with `mark`, the others stand under the text.
fn push(lines: &mut Vec<String>, text: &str, columns: usize, mark: &str) {
    let wrapped = wrap(text, columns.saturating_sub(width(mark)).max(1));
    let under = " ".repeat(width(mark));
    lines.extend(
        wrapped
            .into_iter()
            .enumerate()
            .map(|(place, line)| format!("{}{line}", if place == 0 { mark } else { &under })),
    );
}

/// Label, reading and basis in columns, the numbers aligned; one under the other where there is no room for that.
fn push_bars(lines: &mut Vec<String>, bars: &[Bar], columns: usize) {
    let digits = |bar: &Bar| bar.reading.bytes().take_while(u8::is_ascii_digit).count();
    let most = bars.iter().map(digits).max().unwrap_or_default();
    let reading = |bar: &Bar| {
        let before = if bar.score.is_some() { most - digits(bar) } else { 0 };
        format!("{}{}", " ".repeat(before), bar.reading)
    };
    let label = bars.iter().map(|bar| width(&bar.label)).max().unwrap_or_default() + 2;
    let scored = bars.iter().filter(|bar| bar.score.is_some());
    let wide = scored.map(|bar| width(&reading(bar))).max().unwrap_or_default() + 2;
    let basis = bars.iter().map(|bar| width(&bar.basis)).max().unwrap_or_default();
    for bar in bars {
        match bar.score {
            Some(_) if label + wide + basis <= columns => {
                lines.push(format!("{}{}{}", pad(&bar.label, label), pad(&reading(bar), wide), bar.basis));
            }
            _ => {
                push(lines, &format!("{}: {}", bar.label, bar.reading), columns, "");
                push(lines, &bar.basis, columns, "  ");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Spoke;
    use crate::scoring::Score;
    use proptest::prelude::*;

    fn bar(label: &str, value: Option<f64>, reading: &str) -> Bar {
        let score = value.map(|value| Score::new(value, 8.0));
        Bar { label: label.into(), score, reading: reading.into(), basis: "5 of 7".into() }
    }

    #[test]
    fn numbers_stand_one_under_the_other_and_nothing_is_drawn() {
        let bars = vec![
            bar("Trust", Some(5.0), "5  (0 to 21)"),
            bar("Belonging", Some(100.0), "100  (84 to 100)"),
            bar("Justice", None, "cannot be computed"),
        ];
        let spoke = Spoke { label: "Trust".into(), score: None };
        let report = Report {
            title: "Your profile".into(),
            blocks: vec![Block::Bars(bars), Block::Radar(vec![spoke; 5]), Block::List(vec!["One.".into()])],
        };
        let expected = "Your profile\n\n\
                        Trust        5  (0 to 21)    5 of 7\n\
                        Belonging  100  (84 to 100)  5 of 7\n\
                        Justice: cannot be computed\n  5 of 7\n\n\
                        - One.\n";
        assert_eq!(spoken(&report, 60, Glyphs::Full), expected);
        assert!(spoken(&report, 30, Glyphs::Full).contains("Trust: 5  (0 to 21)\n  5 of 7\n"));
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked(label in "[a-z ]{1,40}", columns in 12usize..140) {
            let blocks = vec![Block::Bars(vec![bar(&label, Some(50.0), "50 (34 to 66)")]), Block::List(vec![label.clone()])];
            for line in spoken(&Report { title: label, blocks }, columns, Glyphs::Full).lines() {
                prop_assert!(width(line) <= columns, "{line:?}");
            }
        }
    }
}
