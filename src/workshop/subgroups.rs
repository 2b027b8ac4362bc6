use super::Person;
use super::disclosure::{Minimum, visible_parts};
use super::group::mean_of;
use crate::questionnaire::{AspectIndex, ItemIndex, Kind, Pick, Questionnaire};
use crate::stats::Computed;

/// A group cut by the answers to one item. For the facilitator's eyes, never for a wall.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    /// The item.
    pub item: ItemIndex,
    /// The parts that may be shown.
    pub cells: Vec<Cell>,
    /// People in parts that may not, or in none.
    pub hidden: usize,
}

/// One part of a cut group.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The answer that these people gave.
    pub pick: Pick,
    /// How many they are.
    pub people: usize,
    /// Their mean in each aspect, in the order of the questionnaire; nothing where it may not be shown.
    pub aspects: Vec<Option<Computed>>,
}

/// The group cut by each item that says something about the respondents rather than of what they think: those with one
/// choice that count towards no aspect. Cuts of which nothing may be shown are left out.
#[must_use]
pub fn subgroups(questionnaire: &Questionnaire, people: &[Person], minimum: Minimum) -> Vec<Cut> {
    let about = questionnaire
        .indexes()
        .zip(questionnaire.items())
        .filter(|(_, item)| item.counts.is_none() && matches!(item.kind, Kind::Choice(_) | Kind::YesNo(_)));
    about
        .map(|(index, item)| cut(questionnaire, people, index, questionnaire.choices(item).len(), minimum))
        .filter(|cut| !cut.cells.is_empty())
        .collect()
}

fn cut(questionnaire: &Questionnaire, people: &[Person], item: ItemIndex, choices: usize, minimum: Minimum) -> Cut {
    let parts: Vec<Vec<&Person>> = (0..choices)
        .map(|choice| people.iter().filter(|person| person.point(item) == Some(choice)).collect())
        .collect();
    let in_no_part = people.len() - parts.iter().map(Vec::len).sum::<usize>();
    let sizes: Vec<(usize, bool)> = parts.iter().map(|part| (part.len(), false)).collect();
    let visible = visible_parts(&sizes, in_no_part, minimum);
    let aspects: Vec<Vec<bool>> = (0..questionnaire.aspects().len())
        .map(|aspect| visible_in(questionnaire, people, &parts, (AspectIndex(aspect), &visible), minimum))
        .collect();
    let cells = (0u16..).zip(&parts).zip(&visible).filter(|(_, visible)| **visible).map(|((place, part), _)| {
        let of = |(aspect, shown): (usize, &Vec<bool>)| {
            let of_part = part.iter().filter_map(|person| person.score(questionnaire, AspectIndex(aspect)));
            shown[usize::from(place)].then(|| mean_of(&of_part.collect::<Vec<_>>(), minimum))
        };
        Cell { pick: Pick(place), people: part.len(), aspects: aspects.iter().enumerate().map(of).collect() }
    });
    let cells: Vec<Cell> = cells.collect();
    let hidden = people.len() - cells.iter().map(|cell| cell.people).sum::<usize>();
    Cut { item, cells, hidden }
}

/// Which parts may be shown with their mean of one aspect: among those who have a score in it the rule holds again, and
/// a part whose scores are all alike is hidden.
fn visible_in(
    questionnaire: &Questionnaire,
    people: &[Person],
    parts: &[Vec<&Person>],
    (aspect, visible): (AspectIndex, &[bool]),
    minimum: Minimum,
) -> Vec<bool> {
    let scored = people.iter().filter(|person| person.score(questionnaire, aspect).is_some()).count();
    let sizes: Vec<(usize, bool)> = parts
        .iter()
        .zip(visible)
        .map(|(part, visible)| {
            let of_part: Vec<f64> = part.iter().filter_map(|person| person.score(questionnaire, aspect)).collect();
            let alike = of_part.windows(2).all(|pair| pair[0].total_cmp(&pair[1]).is_eq());
            (of_part.len(), alike || !visible)
        })
        .collect();
    let in_no_part = scored - sizes.iter().map(|(size, _)| size).sum::<usize>();
    visible_parts(&sizes, in_no_part, minimum)
}
