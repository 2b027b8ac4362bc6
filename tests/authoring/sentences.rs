//! Every problem and every fault has a sentence in every language, and no place in it stays empty.

use kohesi::interview::InterviewId;
use kohesi::questionnaire::ProblemCode;
use kohesi::store::{BundleFault, Notice, Shared, StoreError};
use kohesi::text::{Catalogue, LANGUAGES};

#[test]
fn every_problem_has_its_sentences() {
    for language in LANGUAGES {
        let t = Catalogue::of(language).unwrap();
        for code in ProblemCode::ALL {
            assert!(t.has_problem(code.as_str()), "{}: problems.{}", language.tag(), code.as_str());
            let values: Vec<(&str, &str)> = code.value_names().iter().map(|name| (*name, "x")).collect();
            let (cause, remedy) = t.problem(code.as_str(), &values);
            assert!(!cause.is_empty() && !remedy.is_empty());
        }
    }
}

/// One of each fault; the match makes the compiler ask for the next one.
fn faults() -> Vec<StoreError> {
    let (path, reason, id) = (std::path::PathBuf::from("/a"), "x".to_owned(), InterviewId([1; 16]));
    let all = vec![
        StoreError::NoHome,
        StoreError::Full { path: path.clone(), reason: reason.clone() },
        StoreError::ReadOnly { path: path.clone(), reason: reason.clone() },
        StoreError::Io { path: path.clone(), reason: reason.clone() },
        StoreError::Gone { path: path.clone() },
        StoreError::Locked { pid: Some(1), since: Some(0) },
        StoreError::NeedsKey { path: path.clone() },
        StoreError::NotProtected { path: path.clone() },
        StoreError::Protected { path: path.clone() },
        StoreError::NotAStore { path: path.clone() },
        StoreError::Damaged { id: Some(id), part: "event" },
        StoreError::Newer { found: 2, known: 1 },
        StoreError::SharedFolder { path: path.clone(), shared: Shared::Cloud("Dropbox".into()) },
        StoreError::Conflict { id, seq: None },
        StoreError::Gap { id, expected: 1, found: 2 },
        StoreError::Finished { id },
        StoreError::Erased { id },
        StoreError::Unknown { text: reason.clone() },
        StoreError::Ambiguous { text: reason.clone(), count: 2 },
        StoreError::Setting { name: "wal", wanted: reason.clone(), found: reason },
        StoreError::TooBig { path: path.clone(), size: 2, limit: 1 },
        StoreError::NotText { path: path.clone() },
        StoreError::Exists { path: path.clone() },
        StoreError::NotSynthetic { path: path.clone() },
        StoreError::DrillOwed,
        StoreError::NotAKey,
        StoreError::NeedsPassphrase,
        StoreError::WrongPassphrase,
        StoreError::CostlyPassphrase,
        StoreError::NotSealed,
        StoreError::NotForKey,
        StoreError::Altered,
        StoreError::Encoding,
        StoreError::Stopped,
    ];
    let bundles = bundle_faults().map(|fault| StoreError::Bundle { path: path.clone(), line: 3, fault });
    let all: Vec<StoreError> = all.into_iter().chain([StoreError::Sealed { id }]).chain(bundles).collect();
    for fault in &all {
        match fault {
            StoreError::NoHome
            | StoreError::Full { .. }
            | StoreError::ReadOnly { .. }
            | StoreError::Io { .. }
            | StoreError::Gone { .. }
            | StoreError::Locked { .. }
            | StoreError::NeedsKey { .. }
            | StoreError::NotProtected { .. }
            | StoreError::Protected { .. }
            | StoreError::NotAStore { .. }
            | StoreError::Damaged { .. }
            | StoreError::Newer { .. }
            | StoreError::SharedFolder { .. }
            | StoreError::Conflict { .. }
            | StoreError::Gap { .. }
            | StoreError::Finished { .. }
            | StoreError::Erased { .. }
            | StoreError::Sealed { .. }
            | StoreError::Unknown { .. }
            | StoreError::Ambiguous { .. }
            | StoreError::Setting { .. }
            | StoreError::TooBig { .. }
            | StoreError::NotText { .. }
            | StoreError::Exists { .. }
            | StoreError::NotSynthetic { .. }
            | StoreError::DrillOwed
            | StoreError::NotAKey
            | StoreError::NeedsPassphrase
            | StoreError::WrongPassphrase
            | StoreError::CostlyPassphrase
            | StoreError::NotSealed
            | StoreError::NotForKey
            | StoreError::Altered
            | StoreError::Bundle { .. }
            | StoreError::Encoding
            | StoreError::Stopped => {}
        }
    }
    all
}

/// One of each fault of a bundle.
fn bundle_faults() -> impl Iterator<Item = BundleFault> {
    let all = [
        BundleFault::NotABundle,
        BundleFault::Sealed,
        BundleFault::Newer { found: 2, known: 1 },
        BundleFault::CutShort,
        BundleFault::Altered,
        BundleFault::Line,
        BundleFault::TooMuch,
        BundleFault::Questionnaire,
        BundleFault::Workshop,
        BundleFault::History,
        BundleFault::Clash,
        BundleFault::Mixed,
        BundleFault::Changed,
        BundleFault::Interrupted,
    ];
    for fault in all {
        match fault {
            BundleFault::NotABundle
            | BundleFault::Sealed
            | BundleFault::Newer { .. }
            | BundleFault::CutShort
            | BundleFault::Altered
            | BundleFault::Line
            | BundleFault::TooMuch
            | BundleFault::Questionnaire
            | BundleFault::Workshop
            | BundleFault::History
            | BundleFault::Clash
            | BundleFault::Mixed
            | BundleFault::Changed
            | BundleFault::Interrupted => {}
        }
    }
    all.into_iter()
}

#[test]
fn every_fault_has_its_sentences() {
    let path = std::path::PathBuf::from("/a");
    let notices = [
        Notice::LittleSpace { bytes: 1 },
        Notice::MovedAside { to: path.clone(), found: 1, sound: 1 },
        Notice::LogDamaged { kept: path.clone(), forgotten: 1 },
        Notice::NoBackup { wanted: 1 },
        Notice::BackupFailed { reason: "x".into() },
        Notice::Overdue { name: "x".into(), until: "2027-11-26".into() },
        Notice::SharedFolder { path, shared: Shared::Network("nfs".into()) },
    ];
    let told = faults().iter().map(|fault| (fault.code(), fault.values())).collect::<Vec<_>>();
    let told = told.into_iter().chain(notices.iter().map(|notice| (notice.code(), notice.values())));
    for (code, values) in told {
        for language in LANGUAGES {
            let t = Catalogue::of(language).unwrap();
            assert!(t.has_fault(code), "{}: faults.{code}", language.tag());
            let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let (cause, remedy) = t.fault(code, &values);
            assert!(!cause.is_empty() && !remedy.is_empty());
        }
    }
}
