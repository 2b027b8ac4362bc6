use super::Setting;
use crate::questionnaire::{Aspect, AspectIndex, Item};
use crate::report::{Block, Stack};
use crate::text::Phrase;
use crate::workshop::{Accord, ItemPicture};

/// What a picture's parts are called.
pub(super) struct Words<'a>(pub(super) Setting<'a>);

/// Answers on the low side, in the middle and on the high side.
struct Sides {
    low: u64,
    middle: u64,
    high: u64,
}

impl Words<'_> {
    fn item(&self, picture: &ItemPicture) -> Option<&Item> {
        self.0.questionnaire.item(picture.item)
    }

    pub(super) fn key(&self, picture: &ItemPicture) -> String {
        self.item(picture).map(|item| item.key.to_string()).unwrap_or_default()
    }

    pub(super) fn text(&self, picture: &ItemPicture) -> String {
        self.item(picture).map(|item| item.text.get(self.0.tag).to_string()).unwrap_or_default()
    }

    fn aspect_of(&self, picture: &ItemPicture) -> Option<&Aspect> {
        let (aspect, _) = self.item(picture)?.counts?;
        self.0.questionnaire.aspects().get(aspect.0)
    }

    /// A question to talk about, from the item's aspect.
    pub(super) fn talk(&self, picture: &ItemPicture) -> Option<String> {
        self.aspect_of(picture).map(|aspect| aspect.talk.get(self.0.tag).to_string())
    }

    pub(super) fn talk_of(&self, aspect: AspectIndex) -> Option<String> {
        self.0.questionnaire.aspects().get(aspect.0).map(|aspect| aspect.talk.get(self.0.tag).to_string())
    }

    pub(super) fn talk_when_split(&self, picture: &ItemPicture) -> Option<String> {
        let split = self.aspect_of(picture)?.talk_when_split.as_ref()?;
        Some(split.get(self.0.tag).to_string())
    }

    /// An item's counts and what follows from them.
    pub(super) fn stack(&self, picture: &ItemPicture) -> Stack {
        let counts = picture.counts.as_ref().map(|counts| counts.counts().to_vec()).unwrap_or_default();
        Stack { label: self.text(picture), reading: self.sides_words(picture), basis: self.accord(picture), counts }
    }

    /// How far the group agrees, in words.
    fn accord(&self, picture: &ItemPicture) -> String {
        let words = &self.0.t.group;
        match &picture.agreement {
            Ok(agreement) => self.accord_phrase(Accord::of(agreement.value)).to_string(),
            Err(_) => words.agreement_needs.to_string(),
        }
    }

    fn accord_phrase(&self, accord: Accord) -> &Phrase {
        let words = &self.0.t.group;
        match accord {
            Accord::Split => &words.accord_split,
            Accord::Spread => &words.accord_spread,
            Accord::Mixed => &words.accord_mixed,
            Accord::Most => &words.accord_most,
            Accord::Nearly => &words.accord_nearly,
        }
    }

    /// "9 setuju, 2 netral, 8 tidak setuju".
    pub(super) fn sides_words(&self, picture: &ItemPicture) -> String {
        let Some(sides) = sides(picture) else { return self.0.t.group.too_few_answers.to_string() };
        let (low, middle, high) = self.side_names(picture);
        let parts = [(sides.high, high), (sides.middle, middle), (sides.low, low)];
        let told = parts.into_iter().filter(|(count, _)| *count > 0);
        told.map(|(count, name)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
    }

    fn side_names(&self, picture: &ItemPicture) -> (String, String, String) {
        let words = &self.0.t.group;
        let steps = self.item(picture).and_then(|item| self.0.questionnaire.format(item)?.steps.as_ref());
        let of = |text: &crate::questionnaire::Localized| text.get(self.0.tag).to_string().to_lowercase();
        match steps {
            Some(steps) => {
                let middle = steps.middle.as_ref().map_or_else(|| words.middle.to_string(), of);
                (of(&steps.low), middle, of(&steps.high))
            }
            None => (words.low.to_string(), words.middle.to_string(), words.high.to_string()),
        }
    }

    /// An item and its counts in one line.
    pub(super) fn caption(&self, picture: &ItemPicture) -> String {
        format!("{} {}", self.text(picture), self.sides_words(picture))
    }

    /// Each point with its count, one a line.
    pub(super) fn counts_by_point(&self, picture: &ItemPicture) -> Vec<String> {
        let (Some(item), Some(counts)) = (self.item(picture), &picture.counts) else { return Vec::new() };
        let choices = self.0.questionnaire.choices(item);
        let line = |(choice, count): (&crate::questionnaire::Choice, &u64)| {
            format!("{}: {count}", choice.text.get(self.0.tag).as_str())
        };
        choices.iter().zip(counts.counts()).map(line).collect()
    }

    /// What the signs of a bar stand for.
    pub(super) fn legend(&self, picture: &ItemPicture) -> Option<Block> {
        let choices = self.0.questionnaire.choices(self.item(picture)?);
        let (first, last) = (choices.first()?, choices.last()?);
        let text = |choice: &crate::questionnaire::Choice| choice.text.get(self.0.tag).to_string();
        Some(Block::Aside(self.0.t.group.legend.with(&[("low", &text(first)), ("high", &text(last))])))
    }

    /// A difference with its sign, rounded for reading.
    pub(super) fn signed(&self, value: f64) -> String {
        let tenths = (value * 10.0).round();
        #[expect(clippy::cast_possible_truncation, reason = "differences of scores are −100 to 100")]
        let told = self.0.t.decimal(tenths.abs() as i64, 1);
        let sign = if tenths > 0.0 {
            "+"
        } else if tenths < 0.0 {
            "−"
        } else {
            ""
        };
        format!("{sign}{told}")
    }
}

/// The two sides as a figure for the last row: "9 : 8".
pub(super) fn sides_figure(picture: &ItemPicture) -> String {
    sides(picture).map(|sides| format!("{} : {}", sides.high, sides.low)).unwrap_or_default()
}

fn sides(picture: &ItemPicture) -> Option<Sides> {
    let counts = picture.counts.as_ref()?.counts();
    let half = counts.len() / 2;
    let low = counts.iter().take(half).sum();
    let high = counts.iter().rev().take(half).sum();
    let middle = counts.iter().sum::<u64>() - low - high;
    Some(Sides { low, middle, high })
}
