use super::{BLANK, Style, Writer, told};
use crate::questionnaire::{Choice, Item, Kind, Number};
use crate::text::Catalogue;

/// Lines for a long answer.
const LINES: usize = 4;

/// Writes what can be ticked or filled in for an item.
pub(super) fn write(writer: &mut Writer<'_>, item: &Item) {
    let choices = writer.questionnaire.choices(item);
    match &item.kind {
        Kind::Note => return,
        Kind::Scale(_) => in_a_row(writer, choices),
        Kind::Choice(_) | Kind::YesNo(_) | Kind::Consent(_) => listed(writer, choices, "[ ]"),
        Kind::Choices(several) => {
            let (min, max) = (several.min.to_string(), several.max.to_string());
            writer.row(Style::Quiet, |(_, t)| t.form.several.with(&[("min", &min), ("max", &max)]));
            listed(writer, choices, "[ ]");
        }
        Kind::Ranking(ranking) => {
            let top = ranking.top.to_string();
            writer.row(Style::Quiet, |(_, t)| t.form.rank.with(&[("n", &top)]));
            listed(writer, choices, "___");
        }
        Kind::Number(number) => self::number(writer, number),
        Kind::Date(_) => writer.row(Style::Answer, |(_, t)| t.form.date.to_string()),
        Kind::Text(text) => {
            for _ in 0..if text.long { LINES } else { 1 } {
                writer.row(Style::Answer, |_| BLANK.repeat(4));
            }
        }
    }
    beside(writer, item);
}

/// The points of a scale, side by side.
fn in_a_row(writer: &mut Writer<'_>, choices: &[Choice]) {
    writer.row(Style::Answer, |(tag, _)| {
        let boxes: Vec<String> = choices.iter().map(|choice| ticked(choice.text.get(tag))).collect();
        boxes.join("   ")
    });
}

/// A box to tick that stays on the line of its words' beginning.
fn ticked(words: &str) -> String {
    format!("[\u{a0}]\u{a0}{words}")
}

fn listed(writer: &mut Writer<'_>, choices: &[Choice], sign: &str) {
    let questionnaire = writer.questionnaire;
    for choice in choices {
        writer.row(Style::Answer, |(tag, t)| {
            let line = format!("{sign} {}", told(questionnaire, &choice.text, tag, t));
            match (choice.other, choice.none) {
                (true, _) => format!("{line}: {}", BLANK.repeat(2)),
                (false, true) => format!("{line} {}", t.form.alone),
                (false, false) => line,
            }
        });
        writer.only_if(choice.show_if.and_then(|show| questionnaire.condition(show)));
    }
}

fn number(writer: &mut Writer<'_>, number: &Number) {
    writer.row(Style::Answer, |(tag, t)| {
        let bound = |steps| t.decimal(steps, number.decimals);
        let unit = number.unit.as_ref().map(|unit| format!(" {}", unit.get(tag).as_str())).unwrap_or_default();
        let range = t.form.range.with(&[("min", &bound(number.min)), ("max", &bound(number.max))]);
        format!("{BLANK}{unit} {range}")
    });
}

/// "Don't know" and "prefer not to answer", where they are offered.
fn beside(writer: &mut Writer<'_>, item: &Item) {
    let offered = |t: &Catalogue| {
        let boxes = [item.dont_know.then_some(&t.item.dont_know), item.decline.then_some(&t.item.decline)];
        boxes.into_iter().flatten().map(|words| ticked(words.as_str())).collect::<Vec<_>>().join("   ")
    };
    if item.dont_know || item.decline {
        writer.row(Style::Answer, |(_, t)| offered(t));
    }
}
