use super::{
    Computed, Conduct, Counted, Counts, CrossProducts, Interval, Pairs, Resampling, Retest, Summary, Watch, agreement,
    alpha, alpha_if_dropped, bimodality, bootstrap_bca, bootstrap_percentile, change, d_av, d_z, esteban_ray, icc1,
    icc2, irv, item_rest, longstring, mdc95, mean, omega, page_time, polarisation, r_wg, r_wg_j, reliable_change, sd,
    two_signs,
};

/// One statistic: what it is called, how many it takes, and how it is computed.
#[derive(Clone, Copy, Debug)]
pub struct Statistic {
    /// Its name in catalogues, in output for programs, and of its file; never changed once released.
    pub key: &'static str,
    /// What its `n` counts.
    pub counted: Counted,
    /// From this `n` on there is a value at all.
    pub computable_from: u64,
    /// From this `n` on it says enough to be shown to people; nothing where it is for exports alone.
    pub shown_from: Option<u64>,
    /// Fewest items it takes; 0 where it is not about items.
    pub items_from: usize,
    /// Where its values lie; endless where they have no bound.
    pub range: Interval,
    /// What it is computed from, and how.
    pub compute: Compute,
}

/// What a statistic is computed from, and how.
#[derive(Clone, Copy, Debug)]
pub enum Compute {
    /// From count, mean and spread of the persons' scores.
    Summary(fn(&Summary) -> Computed),
    /// From the persons' scores, by drawing samples.
    Resample(fn(&[f64], &Resampling, &mut Watch<'_>) -> Computed),
    /// From the counts of one item's answers.
    Counts(fn(&Counts) -> Computed),
    /// From the counts of the answers to several items with the same points.
    ItemCounts(fn(&[Counts]) -> Computed),
    /// From complete answers to several items, keyed.
    Items(fn(&CrossProducts) -> Computed),
    /// The same, with a value for each item.
    EachItem(fn(&CrossProducts) -> Vec<Computed>),
    /// The same, by a search that takes steps.
    Fit(fn(&CrossProducts, &mut Watch<'_>) -> Computed),
    /// From the scores of several groups.
    Groups(fn(&[Summary]) -> Computed),
    /// From persons measured twice.
    Pairs(fn(&Pairs) -> Computed),
    /// From one person measured twice.
    Retest(fn(&Retest) -> Computed),
    /// From a standard error of measurement.
    Error(fn(f64) -> Computed),
    /// From the way one person answered.
    Conduct(fn(&Conduct<'_>) -> Computed),
}

impl Statistic {
    /// Whether so many are enough to show it to people.
    #[must_use]
    pub fn is_shown_at(&self, n: u64) -> bool {
        self.shown_from.is_some_and(|from| n >= from)
    }

    /// The statistic with this key.
    #[must_use]
    pub fn named(key: &str) -> Option<&'static Self> {
        ALL.iter().copied().find(|statistic| statistic.key == key)
    }
}

/// Every statistic.
pub const ALL: [&Statistic; 25] = [
    &mean::STATISTIC,
    &sd::STATISTIC,
    &bootstrap_percentile::STATISTIC,
    &bootstrap_bca::STATISTIC,
    &alpha::STATISTIC,
    &alpha_if_dropped::STATISTIC,
    &omega::STATISTIC,
    &item_rest::STATISTIC,
    &agreement::STATISTIC,
    &polarisation::STATISTIC,
    &r_wg::STATISTIC,
    &r_wg_j::STATISTIC,
    &bimodality::STATISTIC,
    &esteban_ray::STATISTIC,
    &icc1::STATISTIC,
    &icc2::STATISTIC,
    &change::STATISTIC,
    &d_z::STATISTIC,
    &d_av::STATISTIC,
    &reliable_change::STATISTIC,
    &mdc95::STATISTIC,
    &longstring::STATISTIC,
    &irv::STATISTIC,
    &page_time::STATISTIC,
    &two_signs::STATISTIC,
];
