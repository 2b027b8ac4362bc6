use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::thread;

use serde::Serialize;

use super::gather::Answers;
use crate::questionnaire::Questionnaire;
use crate::scoring::{Group, Missing, ScaleOf, Sheet, Tally};
use crate::stats::{
    ALL, Compute, Computed, Counts, CrossProducts, Estimate, Interval, NotComputable, Pairs, Resampling, Statistic,
    Summary, Watch, bootstrap_bca, bootstrap_percentile,
};

/// Groups of fewer interviews have no figures (measurement, section 4).
const FEWEST_INTERVIEWS: u64 = 5;

/// A value or the reason why there is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Figure {
    /// A value, not rounded.
    Value {
        /// The value.
        value: f64,
        /// Lower end of its 95 % interval.
        #[serde(skip_serializing_if = "Option::is_none")]
        low: Option<f64>,
        /// Upper end.
        #[serde(skip_serializing_if = "Option::is_none")]
        high: Option<f64>,
        /// How many it rests on.
        n: u64,
    },
    /// Why there is none.
    None {
        /// Code of the reason.
        reason: &'static str,
        /// What its sentence is filled with.
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        values: BTreeMap<&'static str, u64>,
    },
}

impl Figure {
    fn none(reason: &'static str, values: &[(&'static str, u64)]) -> Self {
        Self::None { reason, values: values.iter().copied().collect() }
    }

    fn of(statistic: &Statistic, computed: Computed) -> Self {
        match computed {
            // There is a value, and it would say more than it knows.
            Ok(Estimate { n, .. }) if statistic.shown_from.is_some_and(|from| n < from) => {
                let needed = statistic.shown_from.unwrap_or(0);
                Self::none("too_few_to_show", &[("found", n), ("needed", needed)])
            }
            Ok(Estimate { value, interval, n }) => {
                let (low, high) = interval.map(|Interval { low, high }| (low, high)).unzip();
                Self::Value { value, low, high, n }
            }
            Err(reason) => Self::none(reason.code(), &reason.values()),
        }
    }
}

/// Figures by the keys of their statistics, in the order of the registry.
pub type Figures = Vec<(&'static str, Figure)>;

/// What a scale's answers say.
#[derive(Clone, Debug, Serialize)]
pub struct ScaleFigures {
    /// The aspect's key, or `total`.
    pub scale: String,
    /// How many have a score.
    pub scored: u64,
    /// How many answered too little for one.
    pub unscored: u64,
    /// How many answered every item.
    pub complete: u64,
    /// Its figures.
    #[serde(serialize_with = "as_map")]
    pub figures: Figures,
}

/// What an item's answers say.
#[derive(Clone, Debug, Serialize)]
pub struct ItemFigures {
    /// The item's key.
    pub item: String,
    /// How many answered it.
    pub n: u64,
    /// How often each point was chosen, the lowest first, as it stands in the questionnaire.
    pub counts: Vec<u64>,
    /// How many did not answer, by kind.
    pub missing: MissingCounts,
    /// Its figures; mean and spread in points from 1, as it stands in the questionnaire.
    #[serde(serialize_with = "as_map")]
    pub figures: Figures,
}

/// How many did not answer, by kind.
#[derive(Clone, Copy, Debug, Serialize)]
#[allow(missing_docs, reason = "the kinds of Missing")]
pub struct MissingCounts {
    pub dont_know: u64,
    pub declined: u64,
    pub not_applicable: u64,
    pub skipped: u64,
}

/// What the interviews of a group say.
#[derive(Clone, Debug, Serialize)]
pub struct GroupFigures {
    /// How many there are.
    pub interviews: u64,
    /// By aspect, and the total.
    pub scales: Vec<ScaleFigures>,
    /// By item.
    pub items: Vec<ItemFigures>,
}

/// How many interviews have a sign of careless answering.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Quality {
    /// Read by the respondents themselves; only their pace is a sign.
    pub self_administered: u64,
    /// A long run of the same answer.
    pub longstring: u64,
    /// Answers that hardly differ.
    pub irv: u64,
    /// Under two seconds an item.
    pub page_time: u64,
    /// Two independent signs.
    pub flagged: u64,
}

/// A group with the signs of how it was answered; figures only where it is large enough.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// Signs; none in a group that is too small.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quality: Option<Quality>,
    /// All interviews, or why they have no figures.
    pub all: Shown,
    /// Without the flagged ones, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_flagged: Option<Shown>,
}

/// The figures of a group, or why it has none.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Shown {
    /// Its figures.
    Figures(GroupFigures),
    /// The reason why there are none.
    None(Figure),
}

impl Shown {
    /// The figures, where there are any.
    #[must_use]
    pub fn figures(&self) -> Option<&GroupFigures> {
        match self {
            Self::Figures(figures) => Some(figures),
            Self::None(_) => None,
        }
    }
}

/// How much is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Samples drawn for a mean; nothing where none are.
    pub resampling: Option<Resampling>,
    /// Whether everything else is computed, and not only what each of many workshops is told of: means, spread, alpha,
    /// item-rest correlations and agreement.
    pub all: bool,
    /// Whether the same is computed again without the flagged interviews.
    pub without_flagged: bool,
}

/// What each of many workshops is told of.
const OF_EACH: [&str; 5] = ["mean", "sd", "alpha", "item_rest", "agreement"];

impl Plan {
    /// The statistics that are computed.
    fn statistics(self) -> Vec<&'static Statistic> {
        ALL.into_iter().filter(|statistic| self.all || OF_EACH.contains(&statistic.key)).collect()
    }
}

/// Is told of a long computation, by the statistic's key, and may stop it.
pub type Telling<'a> = dyn FnMut(&'static str, crate::stats::Progress) -> ControlFlow<()> + 'a;

fn as_map<S: serde::Serializer>(figures: &Figures, to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(figures.iter().map(|(key, figure)| (key, figure)))
}

/// The groups within a group, for what compares them.
#[derive(Clone, Copy)]
struct Parts<'a> {
    groups: &'a [&'a Group],
    /// Whether flagged interviews count.
    flagged: bool,
}

/// The figures of a group. `workshops` has the groups within it, for what compares them.
pub fn told(answers: &Answers, group: &Group, workshops: &[&Group], plan: Plan, tell: &mut Telling<'_>) -> Told {
    let sheet = &**answers.gathering.sheet();
    let of = |tally: &Tally, flagged: bool, tell: &mut Telling<'_>| {
        if tally.n() < FEWEST_INTERVIEWS {
            let few = [("found", tally.n()), ("needed", FEWEST_INTERVIEWS)];
            return Shown::None(Figure::none("too_few_interviews", &few));
        }
        let (statistics, parts) = (plan.statistics(), Parts { groups: workshops, flagged });
        let desk = Desk { questionnaire: &answers.questionnaire, sheet, tally, parts, plan, statistics };
        Shown::Figures(desk.figures(tell))
    };
    if group.flagged() == 0 {
        let all = of(&group.sound, false, tell);
        let quality = all.figures().is_some().then(|| quality(group));
        return Told { quality, all, without_flagged: None };
    }
    let all = of(&group.all(), true, tell);
    let quality = all.figures().is_some().then(|| quality(group));
    let is_told = plan.without_flagged && all.figures().is_some();
    let without_flagged = is_told.then(|| of(&group.sound, false, tell));
    Told { quality, all, without_flagged }
}

fn quality(group: &Group) -> Quality {
    Quality {
        self_administered: group.self_administered,
        longstring: group.longstring,
        irv: group.irv,
        page_time: group.pace,
        flagged: group.flagged(),
    }
}

/// The figures of all, and of each workshop where there are several: both at once.
pub fn all_and_each(
    answers: &Answers,
    plan: Plan,
    threads: usize,
    tell: &mut Telling<'_>,
) -> (Told, Vec<(crate::interview::WorkshopId, Told)>) {
    let workshops = answers.gathering.workshops();
    let groups: Vec<&Group> = workshops.iter().map(|(_, group)| *group).collect();
    thread::scope(|scope| {
        let each = (groups.len() > 1).then(|| scope.spawn(|| of_workshops(answers, plan, threads)));
        let all = told(answers, &answers.gathering.all(), &groups, plan, tell);
        let each = each.map(|each| each.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        (all, each.unwrap_or_default())
    })
}

/// The figures of each workshop with nothing that takes long, on several threads, in the order of the workshops.
#[must_use]
pub fn of_workshops(answers: &Answers, plan: Plan, threads: usize) -> Vec<(crate::interview::WorkshopId, Told)> {
    let workshops = answers.gathering.workshops();
    let plan = Plan { resampling: None, all: false, ..plan };
    let share = workshops.len().div_ceil(threads.max(1)).max(1);
    let one = |(id, group): &(crate::interview::WorkshopId, &Group)| {
        (*id, told(answers, group, &[], plan, &mut |_, _| ControlFlow::Continue(())))
    };
    thread::scope(|scope| {
        let one = &one;
        let parts: Vec<_> =
            workshops.chunks(share).map(|part| scope.spawn(move || part.iter().map(one).collect::<Vec<_>>())).collect();
        let done = parts.into_iter().map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        done.flatten().collect()
    })
}

/// One group's tally, and what is to be computed from it.
struct Desk<'a> {
    questionnaire: &'a Questionnaire,
    sheet: &'a Sheet,
    tally: &'a Tally,
    parts: Parts<'a>,
    plan: Plan,
    statistics: Vec<&'static Statistic>,
}

impl Desk<'_> {
    fn figures(&self, tell: &mut Telling<'_>) -> GroupFigures {
        let counts: Vec<Counts> = (0..self.sheet.items.len()).map(|item| self.tally.counts(item)).collect();
        let mut of_items: Vec<Figures> = counts.iter().map(|counts| self.of_counts(counts)).collect();
        let scales = (0..self.sheet.scales.len()).map(|scale| self.scale(scale, &mut of_items, tell)).collect();
        let items = counts.into_iter().zip(of_items).enumerate();
        let items = items.map(|(item, (counts, figures))| self.item(item, counts, figures)).collect();
        GroupFigures { interviews: self.tally.n(), scales, items }
    }

    fn item(&self, item: usize, counts: Counts, figures: Figures) -> ItemFigures {
        let Missing { dont_know, declined, not_applicable, skipped } = self.tally.missing(item);
        let known = self.sheet.items.get(item).and_then(|counted| self.questionnaire.item(counted.item));
        ItemFigures {
            item: known.map(|item| item.key.as_str().to_owned()).unwrap_or_default(),
            n: counts.n(),
            counts: counts.into(),
            missing: MissingCounts { dont_know, declined, not_applicable, skipped },
            figures,
        }
    }

    /// What the answers to one item say alone.
    fn of_counts(&self, counts: &Counts) -> Figures {
        let summary = counts.summary();
        let mut figures = Figures::with_capacity(self.statistics.len());
        figures.extend(self.statistics.iter().filter_map(|statistic| match statistic.compute {
            Compute::Summary(compute) => {
                let raised = compute(&summary).map(|estimate| raised(statistic, estimate));
                Some((statistic.key, Figure::of(statistic, raised)))
            }
            Compute::Counts(compute) => Some((statistic.key, Figure::of(statistic, compute(counts)))),
            _ => None,
        }));
        figures
    }

    fn scale(&self, scale: usize, of_items: &mut [Figures], tell: &mut Telling<'_>) -> ScaleFigures {
        let of = &self.sheet.scales[scale];
        let key = match of.of {
            ScaleOf::Aspect(aspect) => {
                self.questionnaire.aspects().get(aspect.0).map(|aspect| aspect.key.as_str().to_owned())
            }
            ScaleOf::Total => None,
        };
        let key = key.unwrap_or_else(|| "total".to_owned());
        let unscored = self.tally.unscored(scale);
        let scores = self.tally.scores(self.sheet, scale).map(|scores| scores.summary());
        let products = self.tally.products(self.sheet, scale);
        let (Some(scores), Some(products)) = (scores, products) else {
            let unequal =
                |statistic: &&Statistic| (statistic.key, Figure::of(statistic, Err(NotComputable::UnequalPoints)));
            let figures = ALL.iter().map(unequal).collect();
            return ScaleFigures { scale: key, scored: 0, unscored, complete: 0, figures };
        };
        let Parts { groups, flagged } = self.parts;
        let groups = groups.iter().filter_map(|group| {
            let of = if flagged { group.scores(self.sheet, scale) } else { group.sound.scores(self.sheet, scale) };
            Some(of?.summary())
        });
        let groups: Vec<Summary> = groups.collect();
        let mut figures = Figures::with_capacity(self.statistics.len());
        for statistic in &self.statistics {
            match statistic.compute {
                Compute::EachItem(compute) if of.of != ScaleOf::Total => {
                    for (item, computed) in of.items.iter().zip(compute(&products)) {
                        of_items[*item].push((statistic.key, Figure::of(statistic, computed)));
                    }
                }
                Compute::Resample(_) => {}
                _ => {
                    let figure = self.figure(statistic, scale, (&scores, &groups, &products), tell);
                    figures.extend(figure.map(|figure| (statistic.key, figure)));
                }
            }
        }
        if let Some(resampling) = self.plan.resampling {
            figures.extend(self.drawn(scale, &resampling, tell));
        }
        ScaleFigures { scale: key, scored: scores.n(), unscored, complete: products.n(), figures }
    }

    /// A statistic of a whole scale; nothing where it is not one.
    fn figure(
        &self,
        statistic: &'static Statistic,
        scale: usize,
        (scores, groups, products): (&Summary, &[Summary], &CrossProducts),
        tell: &mut Telling<'_>,
    ) -> Option<Figure> {
        let of = &self.sheet.scales[scale];
        let computed = match statistic.compute {
            Compute::Summary(compute) => compute(scores),
            Compute::Items(compute) => compute(products),
            Compute::ItemCounts(compute) => {
                compute(&of.items.iter().map(|item| self.tally.counts(*item)).collect::<Vec<Counts>>())
            }
            Compute::Fit(compute) => compute(products, &mut |progress| tell(statistic.key, progress)),
            Compute::Groups(compute) if !self.parts.groups.is_empty() => compute(groups),
            Compute::Pairs(compute) => compute(&Pairs::of(&[]).ok()?),
            Compute::Error(compute) => return Some(Figure::of(statistic, compute(of.sem?))),
            _ => return None,
        };
        Some(Figure::of(statistic, computed))
    }

    /// The intervals that samples are drawn for: drawn once for both.
    fn drawn(&self, scale: usize, plan: &Resampling, tell: &mut Telling<'_>) -> Figures {
        let scores = self.tally.each_score(self.sheet, scale);
        let (percentile, bca) = (&bootstrap_percentile::STATISTIC, &bootstrap_bca::STATISTIC);
        let mut watch = |progress| tell(percentile.key, progress);
        let means = bootstrap_percentile::drawn_means(&scores, plan, &mut watch as &mut Watch<'_>);
        let computed = |interval: Ends<'_>| -> Computed {
            let mean = Summary::of(&scores)?.mean()?;
            let (low, high) = interval(means.as_deref().map_err(|reason| *reason)?, mean)?;
            let n = u64::try_from(scores.len()).unwrap_or(u64::MAX);
            Ok(Estimate { value: mean, interval: Some(Interval { low, high }), n })
        };
        let as_drawn = computed(&|means, _| Ok(bootstrap_percentile::percentile(means)));
        let moved = computed(&|means, mean| bootstrap_bca::bca(means, mean, bootstrap_bca::acceleration(&scores)?));
        vec![(percentile.key, Figure::of(percentile, as_drawn)), (bca.key, Figure::of(bca, moved))]
    }
}

/// The ends of an interval, from drawn means and the group's own.
type Ends<'a> = &'a dyn Fn(&[f64], f64) -> Result<(f64, f64), NotComputable>;

/// A mean of points counted from 0 as one of points counted from 1; what does not move with them stays.
fn raised(statistic: &Statistic, estimate: Estimate) -> Estimate {
    if statistic.key != crate::stats::mean::STATISTIC.key {
        return estimate;
    }
    let interval = estimate.interval.map(|Interval { low, high }| Interval { low: low + 1.0, high: high + 1.0 });
    Estimate { value: estimate.value + 1.0, interval, ..estimate }
}
