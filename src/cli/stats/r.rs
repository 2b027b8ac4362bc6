use crate::interview::WorkshopId;
use crate::questionnaire::{Keying, Questionnaire};
use crate::scoring::{ScaleOf, Sheet};

/// What every script does, with places for what is of one questionnaire.
const FIGURES: &str = include_str!("../../../assets/r/figures.R");

/// A script for R that computes the figures again from the exported CSV.
pub(super) fn script(questionnaire: &Questionnaire, sheet: &Sheet, workshop: Option<WorkshopId>) -> String {
    let key = |item: usize| {
        let item = sheet.items.get(item).and_then(|counted| questionnaire.item(counted.item));
        item.map_or("", |item| item.key.as_str())
    };
    let truth = |is: bool| if is { "TRUE" } else { "FALSE" };
    let items =
        sheet.items.iter().enumerate().map(|(place, item)| {
            [key(place), &item.points.to_string(), truth(item.keying == Keying::Reversed)].join(" ")
        });
    let scales = sheet.scales.iter().filter_map(|scale| {
        let (name, min_answered) = match scale.of {
            ScaleOf::Aspect(aspect) => {
                let aspect = questionnaire.aspects().get(aspect.0)?;
                (aspect.key.as_str(), aspect.min_answered)
            }
            ScaleOf::Total => ("total", None),
        };
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "NA".to_owned());
        let keys: Vec<&str> = scale.items.iter().map(|item| key(*item)).collect();
        let numbers = [
            scale.points?.to_string(),
            or_none(min_answered.map(|count| count.to_string())),
            or_none(scale.sem.map(|sem| format!("{sem:?}"))),
        ];
        Some([name, &numbers.join(" "), &keys.join(",")].join(" "))
    });
    let filled = [
        ("@OF@", [questionnaire.key().as_str(), questionnaire.version().as_str()].join(" ")),
        ("@ITEMS@", items.collect::<Vec<_>>().join("\n")),
        ("@SCALES@", scales.collect::<Vec<_>>().join("\n")),
        ("@WORKSHOP@", workshop.map(super::name_of).unwrap_or_default()),
    ];
    filled.iter().fold(FIGURES.to_owned(), |script, (place, text)| script.replace(place, text))
}
