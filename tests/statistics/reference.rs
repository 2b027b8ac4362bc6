//! Every statistic beside what R and Python say of the same data. Data, scripts and their printed outputs stand in
//! `tests/reference/`; only the outputs are read here, so that this needs neither.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use kohesi::stats::input::Moments;
use kohesi::stats::{
    ALL, Compute, Computed, Conduct, Counts, CrossProducts, NotComputable, Page, Pairs, Retest, Statistic, Summary,
    alpha, bootstrap_bca, bootstrap_percentile, unwatched,
};

/// Data set, statistic, part.
pub(super) type Place = (String, String, String);

fn text(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn rows(name: &str) -> Vec<Vec<String>> {
    cells(&text(&format!("data/{name}.csv")))
}

/// The rows under the head of a table.
pub(super) fn cells(text: &str) -> Vec<Vec<String>> {
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn numbers(name: &str) -> Vec<Vec<f64>> {
    let parsed = |row: Vec<String>| row.iter().map(|cell| cell.parse().unwrap()).collect();
    rows(name).into_iter().map(parsed).collect()
}

/// What this program says of the same data.
#[derive(Default)]
struct Figures(BTreeMap<Place, f64>);

impl Figures {
    fn say(&mut self, set: &str, key: &str, part: &str, value: f64) {
        self.0.insert((set.to_owned(), key.to_owned(), part.to_owned()), value);
    }

    fn say_estimate(&mut self, set: &str, key: &str, computed: Computed) {
        let Ok(estimate) = computed else { return };
        self.say(set, key, "value", estimate.value);
        if let Some(interval) = estimate.interval {
            self.say(set, key, "low", interval.low);
            self.say(set, key, "high", interval.high);
        }
    }

    /// Says what every statistic makes of this, which is computed from such.
    fn say_all(&mut self, set: &str, compute: impl Fn(&Statistic) -> Option<Computed>) {
        for statistic in ALL {
            if let Some(computed) = compute(statistic) {
                self.say_estimate(set, statistic.key, computed);
            }
        }
    }

    fn of_summary(&mut self, set: &str, summary: &Summary) {
        self.say_all(set, |statistic| match statistic.compute {
            Compute::Summary(compute) => Some(compute(summary)),
            _ => None,
        });
    }

    fn of_conduct(&mut self, set: &str, conduct: &Conduct<'_>) {
        self.say_all(set, |statistic| match statistic.compute {
            Compute::Conduct(compute) => Some(compute(conduct)),
            _ => None,
        });
    }
}

fn figures() -> Figures {
    let mut figures = Figures::default();
    scores(&mut figures);
    for (set, points) in [("items_core", 5), ("items_three", 5), ("items_weak", 7), ("items_small", 5)] {
        items(&mut figures, set, points);
    }
    for (place, row) in rows("alphas").iter().enumerate() {
        let (alpha, persons, items) = (row[0].parse().unwrap(), row[1].parse().unwrap(), row[2].parse().unwrap());
        let (low, high) = alpha::feldt(alpha, persons, items).unwrap();
        let set = format!("alphas_{}", place + 1);
        figures.say(&set, "alpha", "low", low);
        figures.say(&set, "alpha", "high", high);
    }
    counts(&mut figures);
    groups_and_pairs(&mut figures);
    conduct(&mut figures);
    figures
}

fn scores(figures: &mut Figures) {
    let scores: Vec<f64> = numbers("scores").concat();
    let summary = Summary::of(&scores).unwrap();
    figures.of_summary("scores", &summary);
    let mut drawn = numbers("drawn").concat();
    drawn.sort_by(f64::total_cmp);
    let (low, high) = bootstrap_percentile::percentile(&drawn);
    figures.say("scores", "bootstrap_percentile", "low", low);
    figures.say("scores", "bootstrap_percentile", "high", high);
    let acceleration = bootstrap_bca::acceleration(&scores).unwrap();
    let (low, high) = bootstrap_bca::bca(&drawn, summary.mean().unwrap(), acceleration).unwrap();
    figures.say("scores", "bootstrap_bca", "low", low);
    figures.say("scores", "bootstrap_bca", "high", high);
    for (place, row) in rows("parts").iter().enumerate() {
        let moments = Moments::from_parts(row[0].parse().unwrap(), row[1].parse().unwrap(), row[2].parse().unwrap());
        figures.of_summary(&format!("parts_{}", place + 1), &moments.summary());
    }
}

/// The answers of everybody to each item, and the products of those who answered all.
fn answers(set: &str, points: usize) -> (Vec<Counts>, Vec<Counts>, CrossProducts) {
    let rows: Vec<Vec<Option<i32>>> =
        rows(set).iter().map(|row| row.iter().map(|cell| cell.parse().ok()).collect()).collect();
    let items = rows[0].len();
    let (mut all, mut complete) = (vec![Counts::new(points); items], vec![Counts::new(points); items]);
    let mut products = CrossProducts::new(items);
    for row in rows {
        let given: Option<Vec<i32>> = row.iter().copied().collect();
        for (item, answer) in row.iter().enumerate() {
            let Some(point) = answer.map(|answer| usize::try_from(answer - 1).unwrap()) else { continue };
            all[item].add(point);
            if given.is_some() {
                complete[item].add(point);
            }
        }
        if let Some(given) = given {
            products.add(&given);
        }
    }
    (all, complete, products)
}

fn items(figures: &mut Figures, set: &str, points: usize) {
    let (all, complete, products) = answers(set, points);
    for statistic in ALL {
        match statistic.compute {
            Compute::Items(compute) => figures.say_estimate(set, statistic.key, compute(&products)),
            Compute::EachItem(compute) => {
                for (place, computed) in compute(&products).into_iter().enumerate() {
                    figures.say(set, statistic.key, &(place + 1).to_string(), computed.unwrap().value);
                }
            }
            Compute::ItemCounts(compute) => {
                figures.say_estimate(set, statistic.key, compute(&all));
                figures.say(set, statistic.key, "complete", compute(&complete).unwrap().value);
            }
            Compute::Fit(compute) => {
                if let Ok(estimate) = compute(&products, &mut unwatched()) {
                    for part in ["value", "factanal", "psych", "lavaan"] {
                        figures.say(set, statistic.key, part, estimate.value);
                    }
                }
            }
            _ => {}
        }
    }
}

fn counts(figures: &mut Figures) {
    for (place, row) in rows("counts").iter().enumerate() {
        let counts: Vec<u64> = row[0].split(' ').map(|count| count.parse().unwrap()).collect();
        let counts = Counts::from(&counts[..]);
        figures.say_all(&format!("counts_{}", place + 1), |statistic| match statistic.compute {
            Compute::Counts(compute) => Some(compute(&counts)),
            _ => None,
        });
    }
}

fn groups_and_pairs(figures: &mut Figures) {
    let groups = groups(&rows("groups"));
    figures.say_all("groups", |statistic| match statistic.compute {
        Compute::Groups(compute) => Some(compute(&groups)),
        _ => None,
    });
    for set in ["pairs_many", "pairs_few"] {
        let pairs: Vec<(f64, f64)> = numbers(set).iter().map(|row| (row[0], row[1])).collect();
        let pairs = Pairs::of(&pairs).unwrap();
        figures.say_all(set, |statistic| match statistic.compute {
            Compute::Pairs(compute) => Some(compute(&pairs)),
            _ => None,
        });
    }
    for (place, row) in numbers("retests").iter().enumerate() {
        let retest = Retest { before: row[0], after: row[1], sem: row[2] };
        figures.say_all(&format!("retests_{}", place + 1), |statistic| match statistic.compute {
            Compute::Retest(compute) => Some(compute(&retest)),
            Compute::Error(compute) => Some(compute(retest.sem)),
            _ => None,
        });
    }
}

fn conduct(figures: &mut Figures) {
    for (place, row) in rows("conduct").iter().enumerate() {
        let answers: Vec<Option<u16>> = row[0].split(' ').map(|answer| answer.parse().ok()).collect();
        let page = |time: &str| Page { milliseconds: time.parse().unwrap(), items: 1 };
        let pages: Vec<Page> = row[1].split(' ').map(page).collect();
        let conduct = Conduct { answers: &answers, points: 5, pages: &pages };
        figures.of_conduct(&format!("conduct_{}", place + 1), &conduct);
    }
}

/// Groups of scores: a number from 0, and a whole number.
pub(super) fn groups(rows: &[Vec<String>]) -> Vec<Summary> {
    let mut groups: Vec<Moments> = Vec::new();
    for row in rows {
        let group: usize = row[0].parse().unwrap();
        groups.resize(groups.len().max(group + 1), Moments::default());
        groups[group].add(row[1].parse().unwrap());
    }
    groups.iter().map(Moments::summary).collect()
}

/// How far two programs may differ, as a share of the figure, or absolutely where it is below 1: 1e-8 where the method
/// is closed. The searches of the programs for ω stop at some 1e-7. R's boot puts curves where the others put straight
/// lines between neighbouring drawn means.
fn tolerance((_, key, part): &Place, program: &str) -> f64 {
    match (key.as_str(), part.as_str(), program) {
        ("omega", "factanal" | "psych" | "lavaan", "R") => 1e-6,
        ("bootstrap_percentile" | "bootstrap_bca", _, "R") => 5e-3,
        _ => 1e-8,
    }
}

/// The lines that a script prints.
pub(super) fn printed(text: &str) -> Vec<(Place, f64)> {
    let line = |line: &str| -> (Place, f64) {
        let cells: Vec<&str> = line.split('\t').collect();
        ((cells[0].to_owned(), cells[1].to_owned(), cells[2].to_owned()), cells[3].parse().unwrap())
    };
    text.lines().map(line).collect()
}

#[test]
fn r_and_python_say_the_same() {
    let ours = figures();
    for program in ["R", "py"] {
        let mut wrong = Vec::new();
        let theirs = printed(&text(&format!("reference.{program}.out")));
        for (place, value) in &theirs {
            let told = ours.0.get(place);
            let near = |told: f64| (told - value).abs() <= tolerance(place, program) * value.abs().max(1.0);
            if !told.is_some_and(|told| near(*told)) {
                wrong.push(format!("{place:?}: {program} says {value:?}, kohesi {told:?}"));
            }
        }
        assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
        let checked: BTreeSet<&str> = theirs.iter().map(|((_, key, _), _)| key.as_str()).collect();
        let unchecked: Vec<&str> = ALL.iter().map(|one| one.key).filter(|key| !checked.contains(key)).collect();
        assert_eq!(unchecked, [""; 0], "{program} was not asked about these");
    }
}

#[test]
fn where_the_programs_disagree_the_reason_is_told() {
    let (_, _, products) = answers("items_small", 5);
    let told = kohesi::stats::omega::omega(&products, &mut unwatched());
    assert!(matches!(told, Err(NotComputable::Heywood { .. })), "{told:?}");
}
