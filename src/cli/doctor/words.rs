//! What the doctor says of each finding.

use std::path::{Path, PathBuf};

use crate::cli::Context;
use crate::store::{self, Damage, Finding, Level, Repaired, Shared, Spot};
use crate::text::{Catalogue, Phrase};

/// Something that was looked at, in words.
pub(super) struct Line {
    /// What was looked at, for programs.
    pub(super) check: &'static str,
    pub(super) level: Level,
    pub(super) says: String,
    /// What to do about it.
    pub(super) remedy: Option<String>,
}

impl Line {
    pub(super) fn new(check: &'static str, level: Level, says: String, remedy: Option<String>) -> Self {
        Self { check, level, says, remedy }
    }
}

fn fill(phrase: &Phrase, values: &[(&str, String)]) -> String {
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    phrase.with(&values)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn listed(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| shown(path)).collect::<Vec<_>>().join(", ")
}

fn megabytes(bytes: u64, t: &Catalogue) -> String {
    let tenths = i64::try_from(bytes.div_ceil(100_000)).unwrap_or(i64::MAX);
    if tenths < 100 { t.decimal(tenths, 1) } else { t.whole(tenths / 10) }
}

/// A finding as a line.
pub(super) fn of_finding(finding: &Finding, context: &Context<'_>) -> Line {
    let (check, says, remedy) = match finding {
        Finding::Damaged(damage) => of_damage(damage, &context.t),
        Finding::NoStore { .. }
        | Finding::Private { .. }
        | Finding::OpenToOthers { .. }
        | Finding::Shared { .. }
        | Finding::Space { .. }
        | Finding::LittleSpace { .. }
        | Finding::Clock { .. }
        | Finding::ClockWrong { .. }
        | Finding::NobodyWrites
        | Finding::SomeoneWrites { .. } => of_place(finding, &context.t),
        Finding::Aside { .. }
        | Finding::Copies { .. }
        | Finding::NoCopies
        | Finding::CopiesOld { .. }
        | Finding::CopyDamaged { .. }
        | Finding::CopiesHoldErased { .. }
        | Finding::Overdue { .. } => of_copies(finding, &context.t),
        _ => of_file(finding, context),
    };
    Line::new(check, finding.level(), says, remedy)
}

type Told = (&'static str, String, Option<String>);

/// Folder, disk, clock and lock.
fn of_place(finding: &Finding, t: &Catalogue) -> Told {
    let words = &t.doctor;
    let when = |ms: i64| t.date_time(store::local(ms));
    match finding {
        Finding::NoStore { home } => ("store", fill(&words.no_store, &[("path", shown(home))]), None),
        Finding::Private { home } => ("permissions", fill(&words.private, &[("path", shown(home))]), None),
        Finding::OpenToOthers { paths } => {
            let says = fill(&words.open_to_others, &[("paths", listed(paths))]);
            ("permissions", says, Some(words.open_to_others_do.to_string()))
        }
        Finding::Shared { path, shared: Shared::Network(name) | Shared::Cloud(name) } => {
            let says = fill(&words.shared, &[("path", shown(path)), ("shared", name.clone())]);
            ("shared_folder", says, Some(words.shared_do.to_string()))
        }
        Finding::Space { bytes } => ("space", fill(&words.space, &[("megabytes", megabytes(*bytes, t))]), None),
        Finding::LittleSpace { bytes, wanted } => {
            let values = [("megabytes", megabytes(*bytes, t)), ("wanted", megabytes(*wanted, t))];
            ("space", fill(&words.little_space, &values), Some(words.little_space_do.to_string()))
        }
        Finding::Clock { unix_ms } => ("clock", fill(&words.clock, &[("when", when(*unix_ms))]), None),
        Finding::ClockWrong { unix_ms, after } => {
            let says = fill(&words.clock_wrong, &[("when", when(*unix_ms)), ("after", when(*after))]);
            ("clock", says, Some(words.clock_wrong_do.to_string()))
        }
        Finding::SomeoneWrites { pid, since } => {
            let pid = pid.map_or_else(|| "?".to_owned(), |pid| pid.to_string());
            let since = since.map_or_else(|| "?".to_owned(), when);
            ("lock", fill(&words.someone_writes, &[("pid", pid), ("since", since)]), None)
        }
        _ => ("lock", words.nobody_writes.to_string(), None),
    }
}

/// The file and what is in it.
fn of_file(finding: &Finding, context: &Context<'_>) -> Told {
    let (t, words) = (&context.t, &context.t.doctor);
    let n = |count: usize| [("n", t.whole(i64::try_from(count).unwrap_or(i64::MAX)))];
    let salvage = || Some(words.salvage_do.to_string());
    let repair = || Some(words.repair_do.to_string());
    match finding {
        Finding::File { bytes, layout } => {
            let values = [("megabytes", megabytes(*bytes, t)), ("layout", layout.to_string())];
            ("file", fill(&words.file, &values), None)
        }
        Finding::Earlier { layout } => {
            let says = fill(&words.earlier, &[("layout", layout.to_string())]);
            ("layout", says, Some(words.earlier_do.to_string()))
        }
        Finding::Unopened(fault) => {
            let (cause, remedy) = fault.words(t);
            let damaged = matches!(fault.code(), "store.damaged" | "store.not_a_store");
            ("file", cause, if damaged { salvage() } else { Some(remedy) })
        }
        Finding::PagesDamaged { index: true, .. } => ("file", words.index_damaged.to_string(), repair()),
        Finding::PagesDamaged { faults, .. } => ("file", fill(&words.pages_damaged, &n(*faults)), salvage()),
        Finding::LogLeft { bytes } => ("log", fill(&words.log_left, &[("megabytes", megabytes(*bytes, t))]), repair()),
        Finding::LogDamaged { forgotten } => {
            let remedy = fill(&words.log_damaged_do, &[("path", shown(&context.paths.home))]);
            ("log", fill(&words.log_damaged, &n(*forgotten)), Some(remedy))
        }
        Finding::Questionnaires { count } => ("questionnaires", fill(&words.questionnaires, &n(*count)), None),
        Finding::QuestionnaireDamaged { count } => {
            let remedy = Some(words.questionnaire_damaged_do.to_string());
            ("questionnaires", fill(&words.questionnaire_damaged, &n(*count)), remedy)
        }
        Finding::QuestionnaireUnknown { key, version } => {
            let says = fill(&words.questionnaire_unknown, &[("key", key.clone()), ("version", version.clone())]);
            ("questionnaires", says, Some(words.questionnaire_unknown_do.to_string()))
        }
        Finding::WorkshopsDamaged { count } => {
            ("workshops", fill(&words.workshops_damaged, &n(*count)), Some(words.restore_do.to_string()))
        }
        Finding::BlocksDamaged { first } => ("blocks", fill(&words.blocks_damaged, &n(first.len())), repair()),
        Finding::Interviews { finished, unfinished, events } => {
            let counts = [("finished", finished), ("unfinished", unfinished), ("events", events)];
            let whole = |count: usize| t.whole(i64::try_from(count).unwrap_or(i64::MAX));
            let values = counts.map(|(name, count)| (name, whole(*count)));
            ("interviews", fill(&words.interviews, &values), None)
        }
        Finding::Sealed { count } => ("sealed", fill(&words.sealed, &n(*count)), None),
        Finding::LiesOpen => ("sealed", words.lies_open.to_string(), Some(words.lies_open_do.to_string())),
        Finding::Differing { id } => {
            ("interviews", fill(&words.differing, &[("code", id.code())]), Some(words.restore_do.to_string()))
        }
        Finding::Strays { count } => ("interviews", fill(&words.strays, &n(*count)), salvage()),
        Finding::ErasedAreThere { count } => ("erased", fill(&words.erased_there, &n(*count)), repair()),
        _ => ("interviews", words.cut_off.to_string(), salvage()),
    }
}

/// Copies, damaged files aside, and what is kept too long.
fn of_copies(finding: &Finding, t: &Catalogue) -> Told {
    let words = &t.doctor;
    match finding {
        Finding::Aside { paths } => {
            ("moved_aside", fill(&words.aside, &[("paths", listed(paths))]), Some(words.aside_do.to_string()))
        }
        Finding::Copies { count, days } => {
            let values = [("n", count.to_string()), ("days", days.to_string())];
            ("backups", fill(&words.copies, &values), None)
        }
        Finding::CopiesOld { days } => {
            let says = fill(&words.copies_old, &[("days", days.to_string())]);
            ("backups", says, Some(words.no_copies_do.to_string()))
        }
        Finding::CopyDamaged { path } => {
            let says = fill(&words.copy_damaged, &[("path", shown(path))]);
            ("backups", says, Some(words.copy_damaged_do.to_string()))
        }
        Finding::CopiesHoldErased { paths } => {
            let says = fill(&words.copies_hold_erased, &[("paths", listed(paths))]);
            ("backups", says, Some(words.copies_hold_erased_do.to_string()))
        }
        Finding::Overdue { name, until } => {
            let date = until.parse().map_or_else(|_| until.clone(), |date| t.date(date));
            let says = fill(&words.overdue, &[("name", name.clone()), ("date", date)]);
            ("retention", says, Some(fill(&words.overdue_do, &[("name", name.clone())])))
        }
        _ => ("backups", words.no_copies.to_string(), Some(words.no_copies_do.to_string())),
    }
}

/// Where an interview is damaged, and what of it is sound.
fn of_damage(Damage { id, spot }: &Damage, t: &Catalogue) -> Told {
    let words = &t.doctor;
    let code = ("code", id.code());
    let number = |name: &'static str, count: usize| (name, count.to_string());
    let salvage = Some(words.salvage_do.to_string());
    let (says, remedy) = match *spot {
        Spot::Event { number: first, behind: 0 } => {
            (fill(&words.events_missing, &[code, number("sound", first.saturating_sub(1))]), salvage)
        }
        Spot::Event { number: first, behind } => {
            let values =
                [code, number("number", first), number("sound", first.saturating_sub(1)), number("rest", behind)];
            (fill(&words.event_damaged, &values), salvage)
        }
        Spot::Draft { events } => (fill(&words.draft_damaged, &[code, number("n", events)]), salvage),
        Spot::History { answers: true, item: Some(item) } => {
            (fill(&words.history_differs, &[code, number("item", item)]), salvage)
        }
        Spot::History { answers: true, item: None } => (fill(&words.history_damaged, &[code]), salvage),
        Spot::History { answers: false, .. } => (fill(&words.both_damaged, &[code]), salvage),
        Spot::Answers => (fill(&words.answers_damaged, &[code]), Some(words.repair_do.to_string())),
        Spot::Origin => (fill(&words.origin_damaged, &[code]), Some(words.repair_do.to_string())),
        Spot::Questionnaire => {
            (fill(&words.of_damaged_questionnaire, &[code]), Some(words.questionnaire_damaged_do.to_string()))
        }
        Spot::Whole => (fill(&words.whole_damaged, &[code]), salvage),
    };
    ("interviews", says, remedy)
}

/// What was mended.
pub(super) fn mended(one: &Repaired, t: &Catalogue) -> String {
    let words = &t.doctor;
    match one {
        Repaired::Private(path) => fill(&words.mended_private, &[("path", shown(path))]),
        Repaired::BackedUp(path) => fill(&words.mended_backup, &[("path", shown(path))]),
        Repaired::Opened => words.mended_opened.to_string(),
        Repaired::Indexes => words.mended_index.to_string(),
        Repaired::PackedAgain(id) => fill(&words.mended_answers, &[("code", id.code())]),
        Repaired::Blocks(count) => fill(&words.mended_blocks, &[("n", count.to_string())]),
        Repaired::Origin(id) => fill(&words.mended_origin, &[("code", id.code())]),
        Repaired::CopyCleaned(path) => fill(&words.mended_copy, &[("path", shown(path))]),
        Repaired::CopyRemoved(path) => fill(&words.mended_copy_removed, &[("path", shown(path))]),
        Repaired::ErasedAgain(count) => fill(&words.mended_erased, &[("n", count.to_string())]),
    }
}
