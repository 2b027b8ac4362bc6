//! Texts in their languages: the same in two, much shorter in one, hard to read.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::language::{Wording, wording, words};
use super::{Sheet, is_text, table, texts_of};
use crate::questionnaire::problem::ProblemCode;
use crate::questionnaire::reading::Reading;

/// Texts of fewer words may well be the same in two languages.
const SAME: usize = 3;
/// Shorter texts vary too much in length.
const LONG: usize = 40;
/// So many times as long is suspect.
const TIMES: f64 = 2.5;
/// Words a passage must have for its reading level to mean anything.
const PASSAGE: usize = 30;
/// The school year most people read easily.
const YEAR: f64 = 9.0;

pub(super) fn advise(sheet: &Sheet<'_>, reading: &mut Reading<'_>) {
    if sheet.questionnaire.languages().len() > 1 {
        of_table(sheet.document, sheet, reading);
    }
    let introduction = |table| (table, "introduction");
    let passages = [introduction(sheet.document)].into_iter();
    let consent = table(sheet.document, "consent").map(|consent| (consent, "text"));
    for (table, key) in passages.chain(consent).chain(sheet.sections.iter().copied().map(introduction)) {
        for (language, text, place) in texts_of(table, key) {
            let grade = wording(language).and_then(|wording| grade(text, wording));
            if let Some(grade) = grade.filter(|grade| *grade > YEAR) {
                reading.report(ProblemCode::ReadingLevel, place, |_| {
                    [language.to_owned(), format!("{grade:.0}"), format!("{YEAR:.0}")]
                });
            }
        }
    }
}

fn of_table(table: &DeTable<'_>, sheet: &Sheet<'_>, reading: &mut Reading<'_>) {
    for (key, value) in table {
        of_value(key.get_ref(), value, sheet, reading);
    }
}

fn of_value(key: &str, value: &Spanned<DeValue<'_>>, sheet: &Sheet<'_>, reading: &mut Reading<'_>) {
    match value.get_ref() {
        DeValue::Table(texts) if is_text(value.get_ref(), sheet.questionnaire) => compare(key, texts, sheet, reading),
        DeValue::Table(inner) => of_table(inner, sheet, reading),
        DeValue::Array(list) => list.iter().for_each(|entry| of_value(key, entry, sheet, reading)),
        _ => {}
    }
}

/// Compares each text with that of the questionnaire's first language which is there.
fn compare(key: &str, texts: &DeTable<'_>, sheet: &Sheet<'_>, reading: &mut Reading<'_>) {
    let languages = sheet.questionnaire.languages().iter();
    let mut texts = languages.filter_map(|tag| {
        let text = texts.get(tag.as_str())?;
        Some((tag, text.get_ref().as_str()?, text.span()))
    });
    let Some((first_tag, first, first_place)) = texts.next() else { return };
    for (tag, text, place) in texts {
        if text.trim() == first.trim() && words(text).len() >= SAME {
            let values = [key.to_owned(), tag.to_string(), first_tag.to_string()];
            reading.report(ProblemCode::Untranslated, place, |_| values);
            continue;
        }
        let ([one, other], first_is_short) = match (first.chars().count(), text.chars().count()) {
            (here, there) if here < there => ([here, there], true),
            (here, there) => ([there, here], false),
        };
        #[expect(clippy::cast_precision_loss, reason = "a text has at most 10 000 characters")]
        let suspect = other >= LONG && one as f64 * TIMES < other as f64;
        if suspect {
            let (short, long, place) =
                if first_is_short { (first_tag, tag, first_place.clone()) } else { (tag, first_tag, place) };
            reading
                .report(ProblemCode::LengthSuspect, place, |_| [key.to_owned(), short.to_string(), long.to_string()]);
        }
    }
}

/// The Flesch–Kincaid grade of a passage (Kincaid et al. 1975), a rough guide beyond English; nothing where it is too
/// short to say.
#[expect(clippy::cast_precision_loss, reason = "a text has at most 10 000 characters")]
fn grade(text: &str, wording: &Wording) -> Option<f64> {
    let words = words(text);
    if words.len() < PASSAGE {
        return None;
    }
    let ends = |part: &&str| part.chars().any(char::is_alphabetic);
    let sentences = text.split(['.', '!', '?', '\n', ':', ';']).filter(ends).count().max(1) as f64;
    let syllables: usize = words.iter().map(|word| syllables(word)).sum();
    let count = words.len() as f64;
    Some(0.39 * count / sentences + 11.8 * wording.syllable * syllables as f64 / count - 15.59)
}

/// Groups of vowels.
fn syllables(word: &str) -> usize {
    let vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let mut count = 0;
    let mut before = false;
    for character in word.chars() {
        let here = vowel(character);
        count += usize::from(here && !before);
        before = here;
    }
    count.max(1)
}
