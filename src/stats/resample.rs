//! Samples drawn from persons, each with its own stream of a specified generator (`ChaCha` with 8 rounds), so that
//! neither the machine nor the number of threads changes what is drawn.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use chacha20::ChaCha8Rng;
use chacha20::rand_core::{Rng, SeedableRng};

use super::real::count;
use super::{NotComputable, Progress, Watch};

/// With fewer samples the ends of an interval are too uncertain.
pub const FEWEST_REPLICATES: usize = 2_000;

/// How samples are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resampling {
    /// From the same seed the same samples are drawn.
    pub seed: u64,
    /// How many samples, at least [`FEWEST_REPLICATES`].
    pub replicates: usize,
    /// On how many threads; the result is the same for any number.
    pub threads: usize,
}

/// The persons of one sample: as many as there are, each drawn from all of them, by their places.
pub struct Draws {
    random: ChaCha8Rng,
    persons: u64,
    left: u64,
}

impl Draws {
    fn new(seed: u64, replicate: u64, persons: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(replicate);
        Self { random, persons, left: persons }
    }
}

impl Iterator for Draws {
    type Item = usize;

    /// The upper half of a random 64-bit number times the count of persons, without the few that would favour some
    /// (Lemire 2019).
    fn next(&mut self) -> Option<usize> {
        self.left = self.left.checked_sub(1)?;
        let mut product = u128::from(self.random.next_u64()) * u128::from(self.persons);
        while lower(product) < self.persons && lower(product) < self.persons.wrapping_neg() % self.persons {
            product = u128::from(self.random.next_u64()) * u128::from(self.persons);
        }
        usize::try_from(product >> 64).ok()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is asked for")]
fn lower(product: u128) -> u64 {
    product as u64
}

/// The statistic of each sample, in the order of the samples. `watch` is told after each sample of the thread that
/// called.
///
/// # Errors
/// [`NotComputable::TooFewReplicates`] below [`FEWEST_REPLICATES`], [`NotComputable::Interrupted`] where `watch` stops
/// it, [`NotComputable::NotFinite`] where the statistic of a sample is NaN or endless.
pub fn replicates(
    persons: usize,
    plan: &Resampling,
    statistic: impl Fn(Draws) -> f64 + Sync,
    watch: &mut Watch<'_>,
) -> Result<Vec<f64>, NotComputable> {
    if plan.replicates < FEWEST_REPLICATES {
        return Err(NotComputable::TooFewReplicates { replicates: plan.replicates, needed: FEWEST_REPLICATES });
    }
    let mut values = vec![0.0; plan.replicates];
    let share = plan.replicates.div_ceil(plan.threads.max(1));
    let (done, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let draw = |first: usize, values: &mut [f64], tell: &mut dyn FnMut(usize)| {
        for (place, value) in values.iter_mut().enumerate() {
            if stopped.load(Ordering::Relaxed) {
                return;
            }
            *value = statistic(Draws::new(plan.seed, count(first + place), count(persons)));
            tell(done.fetch_add(1, Ordering::Relaxed) + 1);
        }
    };
    thread::scope(|scope| {
        let mut parts = values.chunks_mut(share).enumerate();
        let own = parts.next();
        for (part, values) in parts {
            let draw = &draw;
            scope.spawn(move || draw(part * share, values, &mut |_| {}));
        }
        if let Some((_, values)) = own {
            draw(0, values, &mut |done| {
                if watch(Progress { done, of: plan.replicates }) == ControlFlow::Break(()) {
                    stopped.store(true, Ordering::Relaxed);
                }
            });
        }
    });
    if stopped.into_inner() {
        Err(NotComputable::Interrupted)
    } else if values.iter().all(|value| value.is_finite()) {
        Ok(values)
    } else {
        Err(NotComputable::NotFinite)
    }
}
