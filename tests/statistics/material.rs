//! Everything that statistics are computed from, made of one table of answers.

use kohesi::stats::{
    Compute, Computed, Conduct, Counts, CrossProducts, Page, Pairs, Resampling, Retest, Scores, Statistic, Summary,
    unwatched,
};

/// A row a person, a column an item; the lowest point is 0.
pub(super) type Answers = Vec<Vec<Option<u16>>>;

#[derive(Clone, Debug)]
pub(super) struct Material {
    pub(super) scores: Vec<f64>,
    pub(super) summary: Summary,
    pub(super) counts: Counts,
    pub(super) item_counts: Vec<Counts>,
    pub(super) products: CrossProducts,
    pub(super) groups: Vec<Summary>,
    pub(super) pairs: Pairs,
    pub(super) retest: Retest,
    pub(super) answers: Vec<Option<u16>>,
    pub(super) points: u16,
    pub(super) pages: Vec<Page>,
}

impl Material {
    /// Groups are persons in threes; pairs are the first and last item of a person; the one person who is looked at for
    /// the way of answering gave the first item's answers.
    pub(super) fn of(answers: &Answers, items: usize, points: u16) -> Self {
        let score = |row: &Vec<Option<u16>>| {
            let given: Vec<u16> = row.iter().flatten().copied().collect();
            let mut scores = Scores::new(points);
            scores.add(given.iter().map(|one| i32::from(*one)).sum(), given.len());
            scores.summary().mean().ok()
        };
        let scores: Vec<f64> = answers.iter().filter_map(score).collect();
        let mut item_counts = vec![Counts::new(points.into()); items];
        let mut products = CrossProducts::new(items);
        for row in answers {
            for (counts, answer) in item_counts.iter_mut().zip(row) {
                if let Some(point) = answer {
                    counts.add((*point).into());
                }
            }
            if let Some(given) = row.iter().map(|one| one.map(i32::from)).collect::<Option<Vec<i32>>>() {
                products.add(&given);
            }
        }
        let both = answers.iter().filter_map(|row| Some((f64::from((*row.first()?)?), f64::from((*row.last()?)?))));
        let first: Vec<Option<u16>> = answers.iter().filter_map(|row| row.first().copied()).collect();
        let page = |answer: &u16| Page { milliseconds: 1_000 * u64::from(*answer), items: 1 };
        Self {
            summary: Summary::of(&scores).unwrap(),
            groups: scores.chunks(3).map(|group| Summary::of(group).unwrap()).collect(),
            counts: item_counts.first().cloned().unwrap_or_else(|| Counts::new(points.into())),
            item_counts,
            products,
            pairs: Pairs::of(&both.collect::<Vec<_>>()).unwrap(),
            retest: Retest { before: 40.0, after: 60.0, sem: 8.0 },
            pages: first.iter().flatten().map(page).collect(),
            answers: first,
            points,
            scores,
        }
    }

    /// What a statistic makes of it: one value, or one for each item.
    pub(super) fn told(&self, statistic: &Statistic) -> Vec<Computed> {
        let plan = Resampling { seed: 1, replicates: 2_000, threads: 2 };
        let watch = &mut unwatched();
        match statistic.compute {
            Compute::Summary(compute) => vec![compute(&self.summary)],
            Compute::Resample(compute) => vec![compute(&self.scores, &plan, watch)],
            Compute::Counts(compute) => vec![compute(&self.counts)],
            Compute::ItemCounts(compute) => vec![compute(&self.item_counts)],
            Compute::Items(compute) => vec![compute(&self.products)],
            Compute::EachItem(compute) => compute(&self.products),
            Compute::Fit(compute) => vec![compute(&self.products, watch)],
            Compute::Groups(compute) => vec![compute(&self.groups)],
            Compute::Pairs(compute) => vec![compute(&self.pairs)],
            Compute::Retest(compute) => vec![compute(&self.retest)],
            Compute::Error(compute) => vec![compute(self.retest.sem)],
            Compute::Conduct(compute) => {
                vec![compute(&Conduct { answers: &self.answers, points: self.points, pages: &self.pages })]
            }
        }
    }
}

/// A number from 0 on below `n`, as if drawn, from three others.
pub(super) fn drawn(a: usize, b: usize, n: u16) -> u16 {
    let mixed = (a as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (b as u64 + 7).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0x94D0_49BB_1331_11EB) >> 33;
    u16::try_from(mixed % u64::from(n)).unwrap()
}

/// Persons who differ in one thing that all items show.
pub(super) fn persons(n: usize, items: usize, points: u16) -> Answers {
    let answer = |person: usize, item: usize| {
        let common = drawn(person, 1_000, points);
        if drawn(person, item, 3) == 0 { drawn(person, item + 100, points) } else { common }
    };
    (0..n).map(|person| (0..items).map(|item| Some(answer(person, item))).collect()).collect()
}
