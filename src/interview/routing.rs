//! What applies to a respondent: which items and choices the answers so far lead to.

use super::state::Standing;
use super::{Interview, Response, order};
use crate::questionnaire::{
    Answer, AnswerFault, Answers, ConditionIndex, Item, ItemIndex, Kind, Pick, Picks, Questionnaire, Value, ValueIndex,
};

/// The answers of an interview, one of them perhaps not recorded yet.
pub(super) struct Given<'i> {
    pub(super) interview: &'i Interview,
    pub(super) instead: Option<(ItemIndex, &'i Response)>,
}

impl Given<'_> {
    fn answer(&self, item: ItemIndex) -> Option<&Answer> {
        let response = match self.instead {
            Some((of, response)) if of == item => Some(response),
            _ => self.interview.response(item),
        };
        match response {
            Some(Response::Given(answer)) => Some(answer),
            _ => None,
        }
    }
}

impl Answers for Given<'_> {
    fn of_item(&self, item: ItemIndex) -> Option<Value> {
        let questionnaire = self.interview.questionnaire();
        value(questionnaire, questionnaire.item(item)?, self.answer(item)?)
    }

    fn point(&self, item: ItemIndex) -> Option<i64> {
        match self.answer(item)? {
            Answer::Choice(pick) | Answer::Other(pick, _) => Some(i64::from(pick.0) + 1),
            _ => None,
        }
    }

    fn of_value(&self, value: ValueIndex) -> Option<Value> {
        self.interview.questionnaire().values().get(value.0)?.value.value(self)
    }
}

/// What an answer is worth in an expression.
fn value(questionnaire: &Questionnaire, item: &Item, answer: &Answer) -> Option<Value> {
    let choices = questionnaire.choices(item);
    let key = |pick: &Pick| choices.get(pick.get()).map(|choice| Value::Text(choice.key.to_string()));
    let keys = |picks: &[Pick]| picks.iter().map(key).collect::<Option<Vec<_>>>().map(Value::List);
    match (&item.kind, answer) {
        (Kind::YesNo(_) | Kind::Consent(_), Answer::Choice(pick)) => Some(Value::Bool(pick.0 == 0)),
        (_, Answer::Choice(pick) | Answer::Other(pick, _)) => key(pick),
        (Kind::Number(number), Answer::Number(steps)) if number.decimals > 0 => {
            #[expect(clippy::cast_precision_loss, reason = "numbers of a questionnaire are far below 2^53")]
            let steps = *steps as f64;
            Some(Value::Double(steps / 10f64.powi(number.decimals.into())))
        }
        (_, Answer::Number(steps)) => Some(Value::Int(*steps)),
        (_, Answer::Text(text)) => Some(Value::Text(text.clone())),
        (_, Answer::Date(day)) => Some(Value::Date(*day)),
        (_, Answer::Choices(picks)) => keys(&picks.picks),
        (_, Answer::Ranking(ranks)) => keys(ranks),
    }
}

impl Interview {
    /// Whether the answers so far lead to an item.
    #[must_use]
    pub fn applies(&self, item: ItemIndex) -> bool {
        self.items.get(item.get()).is_some_and(|state| state.applies)
    }

    /// The items that apply, in the order asked; those that are only read among them.
    #[must_use = "nothing is changed"]
    pub fn asked(&self) -> impl DoubleEndedIterator<Item = ItemIndex> + '_ {
        self.order.iter().copied().filter(|item| self.applies(*item))
    }

    /// The item that is asked after this one.
    #[must_use]
    pub fn next(&self, item: ItemIndex) -> Option<ItemIndex> {
        self.asked().skip_while(|other| *other != item).nth(1).or_else(|| self.beyond(item, true))
    }

    /// The item that is asked before this one.
    #[must_use]
    pub fn previous(&self, item: ItemIndex) -> Option<ItemIndex> {
        self.asked().rev().skip_while(|other| *other != item).nth(1).or_else(|| self.beyond(item, false))
    }

    /// The number of an item among those that apply and are answered, from 1; of one that is only read, that of the
    /// item before it.
    #[must_use]
    pub fn number_of(&self, item: ItemIndex) -> usize {
        let upto = self.order.iter().position(|other| *other == item).map_or(0, |place| place + 1);
        let counts = |index: &&ItemIndex| {
            self.applies(**index) && self.questionnaire.item(**index).is_some_and(Item::is_answered)
        };
        self.order[..upto].iter().filter(counts).count()
    }

    /// The nearest item that applies, from one that does not.
    fn beyond(&self, item: ItemIndex, after: bool) -> Option<ItemIndex> {
        if self.applies(item) {
            return None;
        }
        let here = self.order.iter().position(|other| *other == item)?;
        if after {
            self.order[here..].iter().copied().find(|other| self.applies(*other))
        } else {
            self.order[..here].iter().rev().copied().find(|other| self.applies(*other))
        }
    }

    /// The choices offered for an item, in the order shown.
    #[must_use]
    pub fn offered(&self, item: ItemIndex) -> Vec<Pick> {
        let Some(asked) = self.questionnaire.item(item) else { return Vec::new() };
        let choices = self.questionnaire.choices(asked);
        let shuffled = asked.kind.list().is_some_and(|list| list.shuffle);
        let order = order::of_choices(choices, shuffled, self.id, asked.key.as_str());
        let offered = order.into_iter().filter(|place| choices[*place].show_if.is_none_or(|show| self.holds(show)));
        offered.filter_map(|place| u16::try_from(place).ok()).map(Pick).collect()
    }

    /// How many choices of a ranking are to be ranked.
    #[must_use]
    pub fn to_rank(&self, item: ItemIndex) -> usize {
        match self.questionnaire.item(item).map(|item| &item.kind) {
            Some(Kind::Ranking(ranking)) => ranking.top.min(self.offered(item).len()),
            _ => 0,
        }
    }

    /// A calculated value; nothing where it is missing.
    #[must_use]
    pub fn calculated(&self, value: ValueIndex) -> Option<Value> {
        Given { interview: self, instead: None }.of_value(value)
    }

    /// Whether a response may be given as things stand: what is offered, what the author's checks say.
    pub(super) fn check_offered(&self, index: ItemIndex, response: &Response) -> Result<(), AnswerFault> {
        let Some(item) = self.questionnaire.item(index) else { return Ok(()) };
        match response {
            Response::Skipped if item.required.is_some() => return Err(AnswerFault::Required),
            Response::DontKnow if !item.dont_know => return Err(AnswerFault::NotOpen),
            Response::Declined if !item.decline => return Err(AnswerFault::NotOpen),
            Response::Given(answer) => self.check_picks(index, item, answer)?,
            _ => {}
        }
        match self.failing_check(index, response) {
            Some(check) => Err(AnswerFault::Unfit { check }),
            None => Ok(()),
        }
    }

    fn check_picks(&self, index: ItemIndex, item: &Item, answer: &Answer) -> Result<(), AnswerFault> {
        let picks = match answer {
            Answer::Choice(pick) | Answer::Other(pick, _) => std::slice::from_ref(pick),
            Answer::Choices(picks) => &picks.picks,
            Answer::Ranking(ranks) => ranks,
            Answer::Number(_) | Answer::Text(_) | Answer::Date(_) => return Ok(()),
        };
        let offered = self.offered(index);
        if picks.iter().any(|pick| !offered.contains(pick)) {
            return Err(AnswerFault::NotOffered);
        }
        match (&item.kind, answer) {
            (Kind::Ranking(ranking), Answer::Ranking(ranks)) => ranking.check(ranks, self.to_rank(index)).map(|_| ()),
            _ => Ok(()),
        }
    }

    /// The check of an item that `response` does not hold to, by its place.
    pub(super) fn failing_check(&self, item: ItemIndex, response: &Response) -> Option<usize> {
        let given = Given { interview: self, instead: Some((item, response)) };
        let checks = &self.questionnaire.item(item)?.checks;
        checks.iter().position(|check| self.questionnaire.condition(check.must).is_some_and(|must| must.fails(&given)))
    }

    fn holds(&self, condition: ConditionIndex) -> bool {
        let given = Given { interview: self, instead: None };
        self.questionnaire.condition(condition).is_none_or(|condition| condition.holds(&given))
    }

    /// Finds anew what applies. Each item depends on earlier ones alone, so one pass is enough.
    pub(super) fn reroute(&mut self) {
        let questionnaire = std::sync::Arc::clone(&self.questionnaire);
        if !questionnaire.has_conditions() {
            return;
        }
        for section in questionnaire.sections() {
            let asked = section.show_if.is_none_or(|show| self.holds(show));
            for place in section.items.clone() {
                let Some(item) = questionnaire.items().get(place) else { continue };
                let applies = asked && item.show_if.iter().all(|show| self.holds(*show));
                let index = ItemIndex(u16::try_from(place).unwrap_or(u16::MAX));
                let standing = if applies { self.standing(index, item) } else { Standing::AsRecorded };
                if let Some(state) = self.items.get_mut(place) {
                    (state.applies, state.standing) = (applies, standing);
                }
            }
        }
    }

    /// What stands of an item's answer where some of its choices may no longer be offered.
    fn standing(&self, index: ItemIndex, item: &Item) -> Standing {
        let conditional = item.kind.list().is_some_and(|list| list.choices.iter().any(|one| one.show_if.is_some()));
        let recorded = self.items.get(index.get()).and_then(|state| state.response.as_ref());
        let Some(Response::Given(answer)) = recorded.filter(|_| conditional) else { return Standing::AsRecorded };
        let offered = self.offered(index);
        let stands = match answer {
            Answer::Choice(pick) | Answer::Other(pick, _) => offered.contains(pick),
            Answer::Choices(picks) => return self.picks_that_stand(item, picks, &offered),
            Answer::Ranking(ranks) => {
                ranks.len() == self.to_rank(index) && ranks.iter().all(|rank| offered.contains(rank))
            }
            Answer::Number(_) | Answer::Text(_) | Answer::Date(_) => true,
        };
        if stands { Standing::AsRecorded } else { Standing::Nothing }
    }

    fn picks_that_stand(&self, item: &Item, picks: &Picks, offered: &[Pick]) -> Standing {
        let kept: Vec<Pick> = picks.picks.iter().copied().filter(|pick| offered.contains(pick)).collect();
        if kept.len() == picks.picks.len() {
            return Standing::AsRecorded;
        }
        let choices = self.questionnaire.choices(item);
        let says_more = |pick: &Pick| choices.get(pick.get()).is_some_and(|one| one.other);
        let other = picks.other.clone().filter(|_| kept.iter().any(says_more));
        if kept.is_empty() {
            Standing::Nothing
        } else {
            Standing::Part(Response::Given(Answer::Choices(Picks { picks: kept, other })))
        }
    }
}
