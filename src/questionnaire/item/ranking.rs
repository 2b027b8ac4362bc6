use super::choice::Extras;
use super::{AnswerFault, ChoiceList, Kind, Pick, Written};
use crate::questionnaire::reading::Reading;
use crate::questionnaire::table::Table;

/// Choices to be put into an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranking {
    /// The choices.
    pub list: ChoiceList,
    /// How many of them are ranked, from 1 to all.
    pub top: usize,
}

/// Nobody ranks more.
const MAX_RANKED: usize = 20;

pub(super) const WRITTEN: Written =
    Written { name: "ranking", keys: &["choices", "shuffle", "top"], counts: false, answered: true, read };

fn read(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<Kind> {
    let top = table.optional("top");
    let list = ChoiceList::read(table, MAX_RANKED, Extras::Ranked, reading)?;
    let all = list.choices.len();
    let top = match top {
        Some(field) => field.count(1, all, reading)?,
        None => all,
    };
    Some(Kind::Ranking(Ranking { list, top }))
}

impl Ranking {
    /// The ranks themselves, first rank first, where `needed` choices are each ranked once.
    ///
    /// # Errors
    /// [`AnswerFault`] where one is not offered or ranked twice, or not as many are ranked as should be.
    pub fn check<'r>(&self, ranks: &'r [Pick], needed: usize) -> Result<&'r [Pick], AnswerFault> {
        if ranks.is_empty() {
            return Err(AnswerFault::Empty);
        }
        for (place, rank) in ranks.iter().enumerate() {
            rank.among(&self.list.choices)?;
            if ranks[..place].contains(rank) {
                return Err(AnswerFault::NotOffered);
            }
        }
        if ranks.len() == needed { Ok(ranks) } else { Err(AnswerFault::NotRanked { needed }) }
    }
}
