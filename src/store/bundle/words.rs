//! What is told of bundles, a sentence a line.

use std::path::Path;

use super::{Bundled, Bundling, Laptop, Looked, Merged, Tally};
use crate::store::local;
use crate::text::{Catalogue, Phrase};

fn count(n: u64, t: &Catalogue) -> String {
    t.whole(i64::try_from(n).unwrap_or(i64::MAX))
}

/// The sentences of which there is something to tell.
fn some(told: &[(u64, &Phrase)], t: &Catalogue) -> Vec<String> {
    let some = told.iter().filter(|(n, _)| *n > 0);
    some.map(|(n, sentence)| sentence.with(&[("n", &count(*n, t))])).collect()
}

impl Laptop {
    /// Its name as a hint, and the beginning of its identity, by which it is known.
    #[must_use]
    pub fn words(&self) -> String {
        let beginning: String = self.id.to_string().chars().take(8).collect();
        if self.name.is_empty() { beginning } else { format!("{} ({beginning})", self.name) }
    }
}

impl Tally {
    /// What became of the interviews; of new and known ones also that there are none.
    #[must_use]
    pub fn words(&self, t: &Catalogue) -> String {
        let words = &t.bundle;
        let mut told = vec![words.new.with(&[("n", &count(self.new, t))])];
        told.push(words.known.with(&[("n", &count(self.known, t))]));
        let more = [
            (self.unfinished, &words.open),
            (self.longer, &words.longer),
            (self.sealed, &words.kept_sealed),
            (self.conflict, &words.conflict),
            (self.erased, &words.erased),
            (self.damaged, &words.broken),
        ];
        told.extend(some(&more, t));
        told.join(", ")
    }
}

impl Bundled {
    /// What was written.
    #[must_use]
    pub fn words(&self, bundling: &Bundling, t: &Catalogue) -> Vec<String> {
        let words = &t.bundle;
        let path = bundling.path.display().to_string();
        let mut lines = vec![words.written.with(&[("n", &count(self.interviews, t)), ("path", &path)])];
        let more = [
            (self.sealed_ones, &words.sealed_ones),
            (self.erased, &words.marks),
            (self.left_unfinished, &words.left),
            (self.damaged, &words.damaged),
        ];
        lines.extend(some(&more, t));
        lines.push(if self.sealed { words.sealed.to_string() } else { words.readable.to_string() });
        lines
    }
}

impl Looked {
    /// What merging would bring.
    #[must_use]
    pub fn words(&self, path: &Path, t: &Catalogue) -> Vec<String> {
        let words = &t.bundle;
        let when = t.date_time(local(self.made_unix_ms));
        let (path, name) = (path.display().to_string(), self.made_on.words());
        let mut lines = vec![words.made_on.with(&[("path", &path), ("name", &name), ("when", &when)])];
        lines.extend(
            self.laptops
                .iter()
                .map(|one| words.from.with(&[("name", &one.laptop.words()), ("what", &one.tally.words(t))])),
        );
        lines.extend(some(&[(self.erases, &words.would_erase), (self.left_unfinished, &words.left_there)], t));
        lines.push(words.total.with(&[("what", &self.total().words(t))]));
        lines
    }
}

impl Merged {
    /// What came.
    #[must_use]
    pub fn words(&self, t: &Catalogue) -> Vec<String> {
        let words = &t.bundle;
        let from = self
            .laptops
            .iter()
            .map(|one| words.from.with(&[("name", &one.laptop.words()), ("what", &one.tally.words(t))]));
        let mut lines: Vec<String> = from.collect();
        let more = [
            (self.workshops, &words.workshops),
            (self.erased, &words.erases),
            (self.left_unfinished, &words.left_there),
        ];
        lines.extend(some(&more, t));
        if self.traces > 0 {
            let files: Vec<String> = self.files.iter().map(|file| file.display().to_string()).collect();
            lines.push(words.traces.with(&[("files", &files.join(", "))]));
        }
        lines.push(words.total.with(&[("what", &self.total().words(t))]));
        lines
    }
}
