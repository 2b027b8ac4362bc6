//! The order in which one interview asks. It follows from the interview's identity, which is stored, so that any
//! order can be shown again.

use super::InterviewId;
use crate::questionnaire::{Choice, ItemIndex, Questionnaire};

/// Every item in the order asked. Sections keep their order; a shuffled section asks its items, each grid as one, and
/// a shuffled grid its rows, in an order of the interview's own.
pub(super) fn of_items(questionnaire: &Questionnaire, id: InterviewId) -> Vec<ItemIndex> {
    let mut order: Vec<ItemIndex> = Vec::with_capacity(questionnaire.items().len());
    for section in questionnaire.sections() {
        let mut blocks = blocks(questionnaire, section.items.clone());
        for block in &mut blocks {
            let grid = block.first().and_then(|place| questionnaire.batch(questionnaire.items().get(*place)?));
            if let Some(grid) = grid.filter(|grid| grid.shuffle) {
                shuffle(block, id, grid.key.as_str());
            }
        }
        if section.shuffle {
            shuffle(&mut blocks, id, section.key.as_str());
        }
        let places = blocks.into_iter().flatten().filter_map(|place| u16::try_from(place).ok());
        order.extend(places.map(ItemIndex));
    }
    order
}

/// The items of a section, the rows of a grid together.
fn blocks(questionnaire: &Questionnaire, items: std::ops::Range<usize>) -> Vec<Vec<usize>> {
    let mut blocks: Vec<Vec<usize>> = Vec::new();
    let grid = |place: usize| questionnaire.items().get(place).and_then(|item| item.batch);
    for place in items {
        match blocks.last_mut() {
            Some(block) if grid(place).is_some() && block.last().is_some_and(|last| grid(*last) == grid(place)) => {
                block.push(place);
            }
            _ => blocks.push(vec![place]),
        }
    }
    blocks
}

/// The places of an item's choices in the order shown; those that are fixed keep theirs.
pub(super) fn of_choices(choices: &[Choice], shuffled: bool, id: InterviewId, item: &str) -> Vec<usize> {
    let mut order: Vec<usize> = (0..choices.len()).collect();
    if shuffled {
        let moving: Vec<usize> = order.iter().copied().filter(|place| !choices[*place].fixed).collect();
        let mut moved = moving.clone();
        shuffle(&mut moved, id, item);
        for (place, choice) in moving.into_iter().zip(moved) {
            order[place] = choice;
        }
    }
    order
}

/// Fisher and Yates's shuffle, drawn from BLAKE3 of the interview's identity and `what`.
fn shuffle<T>(list: &mut [T], id: InterviewId, what: &str) {
    let mut draws = blake3::Hasher::new().update(&id.0).update(what.as_bytes()).finalize_xof();
    for last in (1..list.len()).rev() {
        let mut draw = [0; 8];
        draws.fill(&mut draw);
        // A list has at most some thousand entries: of 2^64 draws none is favoured by more than 2^-50.
        let choices = u64::try_from(last + 1).unwrap_or(u64::MAX);
        let place = usize::try_from(u64::from_le_bytes(draw) % choices).unwrap_or_default();
        list.swap(last, place);
    }
}
