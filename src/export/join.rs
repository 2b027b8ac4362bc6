//! The columns of a questionnaire's versions: items of one key and one shape are one column.

use std::collections::HashMap;
use std::sync::Arc;

use super::Speakers;
use super::names::Names;
use super::table::{Table, Workshop};
use super::variable::{LabelSet, Measure, MissingCodes, Shape, Take, Texts, Variable};
use crate::interview::WorkshopId;
use crate::questionnaire::{Choice, Item, Key, Keying, Kind, Localized, Questionnaire};
use crate::text::{ExportWords, Tag};

/// What items must agree in to be one column.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    /// The same points: another point changes what each is worth.
    Points(Vec<Key>),
    OneOf,
    Several,
    Ranking,
    Number,
    Day,
    Text,
}

/// An item in the versions that have it in one form.
struct Joined<'q> {
    form: Form,
    /// By version: the item's place.
    found: Vec<Option<(u16, &'q Item)>>,
    /// The version it is called by, where a newer one has the key in another form.
    older: Option<usize>,
}

impl<'q> Joined<'q> {
    /// The newest wording.
    fn newest(&self) -> Option<(usize, &'q Item)> {
        let mut found = self.found.iter().enumerate().rev();
        found.find_map(|(version, found)| found.map(|(_, item)| (version, item)))
    }

    fn places(&self) -> Vec<Option<u16>> {
        self.found.iter().map(|found| found.map(|(place, _)| place)).collect()
    }
}

/// Which of the interface's words.
type Word = fn(&ExportWords) -> &str;

struct Joiner<'q> {
    versions: &'q [Arc<Questionnaire>],
    languages: Vec<Tag>,
    speakers: &'q Speakers,
    names: Names,
    sets: Vec<LabelSet>,
    variables: Vec<Variable>,
}

pub(super) fn table(
    versions: Vec<Arc<Questionnaire>>,
    workshops: HashMap<WorkshopId, Workshop>,
    speakers: &Speakers,
) -> Option<Table> {
    let mut languages: Vec<Tag> = versions.last()?.languages().to_vec();
    for tag in versions.iter().flat_map(|version| version.languages()) {
        if !languages.contains(tag) {
            languages.push(tag.clone());
        }
    }
    let mut joiner = Joiner {
        versions: &versions,
        languages,
        speakers,
        names: Names::default(),
        sets: Vec::new(),
        variables: Vec::new(),
    };
    joiner.frame();
    for joined in join(&versions) {
        joiner.item(&joined);
    }
    let missing = [
        joiner.said(|words| words.dont_know.as_str()),
        joiner.said(|words| words.declined.as_str()),
        joiner.said(|words| words.not_applicable.as_str()),
    ];
    let skipped = joiner.said(|words| words.skipped.as_str());
    let not_asked = joiner.said(|words| words.not_asked.as_str());
    let sample = joiner.said(|words| words.not_random.as_str());
    let Joiner { languages, sets, variables, .. } = joiner;
    Some(Table { versions, languages, workshops, variables, sets, missing, skipped, not_asked, sample })
}

/// Every item of every version, those of the newest first and in its order.
fn join(versions: &[Arc<Questionnaire>]) -> Vec<Joined<'_>> {
    let mut joined: Vec<(&Key, Joined<'_>)> = Vec::new();
    for (version, questionnaire) in versions.iter().enumerate().rev() {
        for (place, item) in (0u16..).zip(questionnaire.items()) {
            let Some(form) = form(questionnaire, item) else { continue };
            let same = joined.iter().position(|(key, other)| **key == item.key && other.form == form);
            let at = same.unwrap_or_else(|| {
                let older = joined.iter().any(|(key, _)| **key == item.key).then_some(version);
                joined.push((&item.key, Joined { form, found: vec![None; versions.len()], older }));
                joined.len() - 1
            });
            joined[at].1.found[version] = Some((place, item));
        }
    }
    joined.into_iter().map(|(_, joined)| joined).collect()
}

fn form(questionnaire: &Questionnaire, item: &Item) -> Option<Form> {
    Some(match &item.kind {
        Kind::Scale(_) => Form::Points(questionnaire.choices(item).iter().map(|choice| choice.key.clone()).collect()),
        Kind::Choice(_) | Kind::YesNo(_) | Kind::Consent(_) => Form::OneOf,
        Kind::Choices(_) => Form::Several,
        Kind::Ranking(_) => Form::Ranking,
        Kind::Number(_) => Form::Number,
        Kind::Date(_) => Form::Day,
        Kind::Text(_) => Form::Text,
        Kind::Note => return None,
    })
}

impl<'q> Joiner<'q> {
    fn texts(&self, text: &Localized) -> Texts {
        self.languages.iter().map(|tag| text.get(tag).as_str().trim().replace('\n', " ")).collect()
    }

    /// A word of the interface in each language; in its first where it does not speak one.
    fn said(&self, word: impl Fn(&ExportWords) -> &str) -> Texts {
        self.languages.iter().map(|tag| word(self.speakers.words(tag)).to_owned()).collect()
    }

    /// What an interview is beside its answers.
    fn frame(&mut self) {
        let yes_no = self.sides();
        let modes = self.set(
            "mode",
            vec![
                (1, "self".to_owned(), self.said(|words| words.mode_self.as_str())),
                (2, "interviewer".to_owned(), self.said(|words| words.mode_interviewer.as_str())),
            ],
        );
        let frame: [(&str, Take, Shape, Word); 10] = [
            ("interview", Take::Interview, Shape::Text, |words| words.interview.as_str()),
            ("version", Take::Version, Shape::Text, |words| words.version.as_str()),
            ("workshop", Take::Workshop, Shape::Text, |words| words.workshop.as_str()),
            ("workshop_name", Take::WorkshopName, Shape::Text, |words| words.workshop_name.as_str()),
            ("mode", Take::Mode, Shape::Coded(modes), |words| words.mode.as_str()),
            ("language", Take::Language, Shape::Text, |words| words.language.as_str()),
            ("started", Take::Started, Shape::Moment, |words| words.started.as_str()),
            ("ended", Take::Ended, Shape::Moment, |words| words.ended.as_str()),
            ("shown_ms", Take::Shown, Shape::Whole(0..=i64::MAX), |words| words.shown_ms.as_str()),
            ("clock_doubtful", Take::Doubtful, Shape::Coded(yes_no), |words| words.clock_doubtful.as_str()),
        ];
        for (name, take, shape, label) in frame {
            let measure =
                if matches!(shape, Shape::Moment | Shape::Whole(_)) { Measure::Scale } else { Measure::Nominal };
            let name = self.names.give(name);
            self.variables.push(Variable {
                name,
                label: self.said(label),
                shape,
                measure,
                missing: None,
                take,
                item: None,
                counts: None,
                places: vec![None; self.versions.len()],
                codes: Vec::new(),
                wordings: Vec::new(),
            });
        }
    }

    /// The columns of an item.
    fn item(&mut self, joined: &Joined<'q>) {
        let Some((version, item)) = joined.newest() else { return };
        let wanted = match joined.older {
            None => item.key.to_string(),
            Some(version) => format!("{}__v{}", item.key, self.versions[version].version().as_str()),
        };
        let variable = Variable {
            name: self.names.give(&wanted),
            label: self.texts(&item.text),
            shape: Shape::Text,
            measure: Measure::Nominal,
            missing: Some(MissingCodes::USUAL),
            take: Take::Answer,
            item: Some(item.key.to_string()),
            counts: self.counts(version, item),
            places: joined.places(),
            codes: Vec::new(),
            wordings: self.wordings(joined, item),
        };
        match joined.form {
            Form::Points(_) | Form::OneOf => self.one(joined, variable),
            Form::Several => self.several(joined, variable),
            Form::Ranking => self.ranking(joined, variable),
            Form::Number => self.number(joined, variable),
            Form::Day => self.apart(Shape::Day, Measure::Scale, variable),
            Form::Text => self.apart(Shape::Text, Measure::Nominal, variable),
        }
    }

    fn counts(&self, version: usize, item: &Item) -> Option<(String, Keying)> {
        let (aspect, keying) = item.counts?;
        Some((self.versions[version].aspects().get(aspect.0)?.key.to_string(), keying))
    }

    fn wordings(&self, joined: &Joined<'q>, newest: &Item) -> Vec<(String, Texts)> {
        let label = self.texts(&newest.text);
        let wordings = joined.found.iter().zip(self.versions).filter_map(|(found, version)| {
            let texts = self.texts(&found.as_ref()?.1.text);
            (texts != label).then(|| (version.version().to_string(), texts))
        });
        wordings.collect()
    }

    /// A point or one of some choices.
    fn one(&mut self, joined: &Joined<'q>, variable: Variable) {
        let (choices, codes) = self.choices(joined);
        let scale = matches!(joined.form, Form::Points(_));
        let format = joined.newest().and_then(|(version, item)| self.versions[version].format(item));
        let name = format.map_or_else(|| variable.name.clone(), |format| format.key.to_string());
        let set = self.set(&name, self.labels(&choices));
        let asks = joined.found.iter().zip(self.versions).any(|(found, version)| {
            found.is_some_and(|(_, item)| version.choices(item).iter().any(|choice| choice.other))
        });
        let said = asks.then(|| self.beside(&variable, "other", Take::Said, Shape::Text, None));
        let measure = if scale { Measure::Ordinal } else { Measure::Nominal };
        self.variables.push(Variable { shape: Shape::Coded(set), measure, codes, ..variable });
        self.variables.extend(said);
    }

    /// Some of some choices: their keys in one column, and a column of 0 and 1 for each.
    fn several(&mut self, joined: &Joined<'q>, variable: Variable) {
        let (choices, codes) = self.choices(joined);
        let sides = self.sides();
        let variable = Variable { codes, ..variable };
        let picked: Vec<Variable> = (1i16..)
            .zip(&choices)
            .map(|(code, choice)| {
                let take = Take::Picked(code);
                let of = self.beside(&variable, choice.key.as_str(), take, Shape::Coded(sides), variable.missing);
                self.called(of, &choice.text)
            })
            .collect();
        let said = choices
            .iter()
            .any(|choice| choice.other)
            .then(|| self.beside(&variable, "other_text", Take::Said, Shape::Text, None));
        self.variables.push(Variable { take: Take::Picks, missing: None, ..variable });
        self.variables.extend(picked);
        self.variables.extend(said);
    }

    /// Choices in an order: the rank of each.
    fn ranking(&mut self, joined: &Joined<'q>, variable: Variable) {
        let (choices, codes) = self.choices(joined);
        let variable = Variable { codes, ..variable };
        let last = i64::try_from(choices.len()).unwrap_or(i64::MAX);
        for (code, choice) in (1i16..).zip(&choices) {
            let shape = Shape::Whole(1..=last);
            let rank = self.beside(&variable, choice.key.as_str(), Take::Rank(code), shape, variable.missing);
            let rank = self.called(rank, &choice.text);
            self.variables.push(Variable { measure: Measure::Ordinal, ..rank });
        }
    }

    fn number(&mut self, joined: &Joined<'q>, variable: Variable) {
        let numbers = joined.found.iter().flatten().filter_map(|(_, item)| match &item.kind {
            Kind::Number(number) => Some(number),
            _ => None,
        });
        let decimals = numbers.clone().map(|number| number.decimals).max().unwrap_or_default();
        let steps = |steps: i64, of: u8| steps.saturating_mul(10i64.pow(u32::from(decimals - of)));
        let min = numbers.clone().map(|number| steps(number.min, number.decimals)).min().unwrap_or_default();
        let max = numbers.map(|number| steps(number.max, number.decimals)).max().unwrap_or_default();
        // A code is a whole number, whatever the decimals.
        let lowest = min.div_euclid(10i64.pow(u32::from(decimals)));
        let missing = Some(MissingCodes::below(lowest));
        let shape = if decimals == 0 { Shape::Whole(min..=max) } else { Shape::Decimal(decimals, min..=max) };
        self.variables.push(Variable { shape, measure: Measure::Scale, missing, ..variable });
    }

    /// An answer among whose values there is no room for a code: why it is missing stands in a column beside it.
    fn apart(&mut self, shape: Shape, measure: Measure, variable: Variable) {
        let set = self.set("missing", Vec::new());
        let why = self.beside(&variable, "missing", Take::Why, Shape::Coded(set), variable.missing);
        let label = self.said(|words| words.why_missing.as_str());
        let label = label.iter().zip(&variable.label).map(|(why, of)| format!("{why}: {of}")).collect();
        self.variables.push(Variable { shape, measure, missing: None, ..variable });
        self.variables.push(Variable { label, ..why });
    }

    /// A further column of an item.
    fn beside(
        &mut self,
        of: &Variable,
        part: &str,
        take: Take,
        shape: Shape,
        missing: Option<MissingCodes>,
    ) -> Variable {
        let name = self.names.give(&format!("{}__{part}", of.name));
        Variable { name, take, shape, missing, counts: None, measure: Measure::Nominal, ..of.clone() }
    }

    /// The column, called by its item and one of its choices.
    fn called(&self, variable: Variable, choice: &Localized) -> Variable {
        let choice = self.texts(choice);
        let label = variable.label.iter().zip(&choice).map(|(item, choice)| format!("{item} — {choice}")).collect();
        Variable { label, wordings: Vec::new(), ..variable }
    }

    /// The choices of every version, the newest's first, and for each version the joined codes of its own.
    fn choices(&self, joined: &Joined<'q>) -> (Vec<&'q Choice>, Vec<Vec<i16>>) {
        let mut all: Vec<&Choice> = Vec::new();
        let mut codes = vec![Vec::new(); self.versions.len()];
        for (version, questionnaire) in self.versions.iter().enumerate().rev() {
            let Some((_, item)) = joined.found[version] else { continue };
            for choice in questionnaire.choices(item) {
                let place = all.iter().position(|known| known.key == choice.key).unwrap_or_else(|| {
                    all.push(choice);
                    all.len() - 1
                });
                codes[version].push(i16::try_from(place + 1).unwrap_or(i16::MAX));
            }
        }
        (all, codes)
    }

    fn labels(&self, choices: &[&Choice]) -> Vec<(i16, String, Texts)> {
        (1..).zip(choices).map(|(code, choice)| (code, choice.key.to_string(), self.texts(&choice.text))).collect()
    }

    /// 0 and 1.
    fn sides(&mut self) -> usize {
        let labels = vec![
            (0, "no".to_owned(), self.said(|words| words.no.as_str())),
            (1, "yes".to_owned(), self.said(|words| words.yes.as_str())),
        ];
        self.set("no_yes", labels)
    }

    /// The set with these labels, whichever column had them first.
    fn set(&mut self, name: &str, labels: Vec<(i16, String, Texts)>) -> usize {
        self.sets.iter().position(|set| set.labels == labels).unwrap_or_else(|| {
            let taken = |name: &str| self.sets.iter().any(|set| set.name == name);
            let numbered = (2..).map(|number: u32| format!("{name}_{number}"));
            let free = std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken(name));
            self.sets.push(LabelSet { name: free.unwrap_or_default(), labels });
            self.sets.len() - 1
        })
    }
}
