//! The values that the sentence for a fault or a notice is filled with.

use std::path::Path;

use super::{BundleFault, Notice, Shared, StoreError, local};
use crate::text::{Catalogue, Clean};

/// A value and the name of its place in the sentence.
type Value = (&'static str, String);

/// A path or a foreign text, safe to show.
fn clean(text: &str) -> String {
    Clean::strip(text).replace('\n', " ")
}

fn of_path(path: &Path) -> Value {
    ("path", clean(&path.display().to_string()))
}

fn of_shared(shared: &Shared) -> String {
    match shared {
        Shared::Network(name) | Shared::Cloud(name) => clean(name),
    }
}

/// Cause and remedy by code.
fn told(code: &str, values: &[Value], t: &Catalogue) -> (String, String) {
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    t.fault(code, &values)
}

impl StoreError {
    /// What went wrong, and what to do about it.
    #[must_use]
    pub fn words(&self, t: &Catalogue) -> (String, String) {
        told(self.code(), &self.values(), t)
    }

    /// What its sentence is filled with.
    #[must_use]
    pub fn values(&self) -> Vec<Value> {
        match self {
            Self::NoHome
            | Self::DrillOwed
            | Self::NotAKey
            | Self::NeedsPassphrase
            | Self::WrongPassphrase
            | Self::CostlyPassphrase
            | Self::NotSealed
            | Self::NotForKey
            | Self::Altered
            | Self::Encoding
            | Self::Stopped => Vec::new(),
            Self::Full { path, reason } | Self::ReadOnly { path, reason } | Self::Io { path, reason } => {
                vec![of_path(path), ("reason", clean(reason))]
            }
            Self::Gone { path }
            | Self::NeedsKey { path }
            | Self::NotProtected { path }
            | Self::Protected { path }
            | Self::NotAStore { path }
            | Self::NotText { path }
            | Self::Exists { path }
            | Self::NotSynthetic { path } => vec![of_path(path)],
            Self::Locked { pid, since } => vec![
                ("pid", pid.map_or_else(|| "?".to_owned(), |pid| pid.to_string())),
                ("since", since.map_or_else(|| "?".to_owned(), |ms| local(ms).strftime("%H:%M, %Y-%m-%d").to_string())),
            ],
            Self::Damaged { id, part } => {
                vec![("code", id.map_or_else(|| "?".to_owned(), |id| id.code())), ("part", (*part).to_owned())]
            }
            Self::Newer { found, known } => vec![("found", found.to_string()), ("known", known.to_string())],
            Self::SharedFolder { path, shared } => vec![of_path(path), ("shared", of_shared(shared))],
            Self::Conflict { id, .. }
            | Self::Gap { id, .. }
            | Self::Finished { id }
            | Self::Erased { id }
            | Self::Sealed { id } => {
                vec![("code", id.code())]
            }
            Self::Unknown { text } => vec![("text", clean(text))],
            Self::Ambiguous { text, count } => vec![("text", clean(text)), ("number", count.to_string())],
            Self::Setting { name, wanted, found } => {
                vec![("name", (*name).to_owned()), ("wanted", clean(wanted)), ("found", clean(found))]
            }
            Self::Bundle { path, line, fault } => {
                let mut values = vec![of_path(path)];
                match fault {
                    BundleFault::Newer { found, known } => {
                        values.extend([("found", found.to_string()), ("known", known.to_string())]);
                    }
                    // Nothing of it was read.
                    BundleFault::NotABundle | BundleFault::Sealed => {}
                    _ => values.push(("line", line.to_string())),
                }
                values
            }
            Self::TooBig { path, size, limit } => {
                vec![of_path(path), ("size", size.to_string()), ("limit", limit.to_string())]
            }
        }
    }
}

impl Notice {
    /// What is to be known, and what to do about it.
    #[must_use]
    pub fn words(&self, t: &Catalogue) -> (String, String) {
        let mut values = self.values();
        for (name, value) in &mut values {
            if let ("date", Ok(date)) = (*name, value.parse()) {
                *value = t.date(date);
            }
        }
        told(self.code(), &values, t)
    }

    /// What its sentence is filled with.
    #[must_use]
    pub fn values(&self) -> Vec<Value> {
        match self {
            Self::NoBackup { wanted } => vec![("megabytes", wanted.div_ceil(1_000_000).to_string())],
            Self::BackupFailed { reason } => vec![("reason", clean(reason))],
            Self::Overdue { name, until } => vec![("name", clean(name)), ("date", clean(until))],
            Self::LittleSpace { bytes } => vec![("megabytes", (bytes / 1_000_000).to_string())],
            Self::MovedAside { to, found, sound } => {
                vec![of_path(to), ("found", found.to_string()), ("sound", sound.to_string())]
            }
            Self::LogDamaged { kept, forgotten } => vec![of_path(kept), ("number", forgotten.to_string())],
            Self::SharedFolder { path, shared } => vec![of_path(path), ("shared", of_shared(shared))],
            Self::DrillOwed => Vec::new(),
        }
    }
}
