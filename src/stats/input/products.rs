use super::Moments;
use crate::stats::real::cross;

/// Answers of many persons to several items, as counts, sums and sums of products of whole numbers. Only persons who
/// answered every item are in it (listwise).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossProducts {
    n: u64,
    sums: Vec<i128>,
    products: Vec<i128>,
}

impl CrossProducts {
    /// No persons yet, and so many items.
    #[must_use]
    pub fn new(items: usize) -> Self {
        Self { n: 0, sums: vec![0; items], products: vec![0; triangle(items)] }
    }

    /// Products added up elsewhere: how many persons, the sum of each item, and for each pair the sum of the products,
    /// in the order 00 01 02 … 11 12 …; nothing where there are not as many pairs as the items make.
    #[must_use]
    pub fn from_parts(n: u64, sums: &[i64], products: &[i64]) -> Option<Self> {
        let whole = |list: &[i64]| list.iter().map(|one| i128::from(*one)).collect();
        (products.len() == triangle(sums.len())).then(|| Self { n, sums: whole(sums), products: whole(products) })
    }

    /// Adds a person who answered every item, keyed. A row of another length is not one of these items and not added.
    pub fn add(&mut self, row: &[i32]) {
        if row.len() != self.sums.len() {
            return;
        }
        self.n = self.n.saturating_add(1);
        let mut products = self.products.iter_mut();
        for (place, value) in row.iter().enumerate() {
            self.sums[place] += i128::from(*value);
            for (other, product) in row[place..].iter().zip(products.by_ref()) {
                *product += i128::from(i64::from(*value) * i64::from(*other));
            }
        }
    }

    /// Adds all that was added to another, of the same items.
    pub fn merge(&mut self, other: &Self) {
        self.n = self.n.saturating_add(other.n);
        let add = |into: &mut [i128], from: &[i128]| {
            into.iter_mut().zip(from).for_each(|(one, more)| *one = one.saturating_add(*more));
        };
        add(&mut self.sums, &other.sums);
        add(&mut self.products, &other.products);
    }

    /// How many persons answered every item.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.n
    }

    /// How many items there are.
    #[must_use]
    pub fn items(&self) -> usize {
        self.sums.len()
    }

    /// n times the sum of the products of the distances from the two means, which is n·(n − 1) times the covariance.
    pub(in crate::stats) fn scatter(&self, one: usize, other: usize) -> f64 {
        let product = self.products[self.place(one, other)];
        cross(self.n, product, self.sums[one], self.sums[other])
    }

    /// For each item the same of it with the sum of all others, and of that sum with itself.
    pub(in crate::stats) fn scatters_with_others(&self) -> Vec<(f64, f64)> {
        let items = 0..self.items();
        let with_all = |item| items.clone().map(|other| self.products[self.place(item, other)]).sum::<i128>();
        let with_all: Vec<i128> = items.clone().map(with_all).collect();
        let (of_all, sum): (i128, i128) = (with_all.iter().sum(), self.sums.iter().sum());
        let of_others = |item: usize| {
            let (own, others) = (self.products[self.place(item, item)], sum - self.sums[item]);
            let with_others = cross(self.n, with_all[item] - own, self.sums[item], others);
            (with_others, cross(self.n, of_all - 2 * with_all[item] + own, others, others))
        };
        items.clone().map(of_others).collect()
    }

    /// The same of the sum of all items in `chosen` with itself.
    pub(in crate::stats) fn scatter_of_sum(&self, chosen: &[usize]) -> f64 {
        let pairs = chosen.iter().flat_map(|one| chosen.iter().map(move |other| self.place(*one, *other)));
        let sum = self.sum_of(chosen);
        cross(self.n, pairs.map(|place| self.products[place]).sum(), sum, sum)
    }

    /// Count, sum and sum of squares of one item; nothing where there is no such item.
    #[must_use]
    pub fn moments(&self, item: usize) -> Option<Moments> {
        let sum = *self.sums.get(item)?;
        Some(Moments::from_wide_parts(self.n, sum, self.products[self.place(item, item)]))
    }

    fn sum_of(&self, chosen: &[usize]) -> i128 {
        chosen.iter().map(|item| self.sums[*item]).sum()
    }

    fn place(&self, one: usize, other: usize) -> usize {
        let (low, high) = (one.min(other), one.max(other));
        triangle(self.sums.len()) - triangle(self.sums.len() - low) + high - low
    }
}

/// How many pairs so many items make, each with itself included.
fn triangle(items: usize) -> usize {
    items * (items + 1) / 2
}
