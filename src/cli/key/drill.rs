use std::io::{self, Read};
use std::path::Path;

use clap::ArgMatches;
use zeroize::Zeroizing;

use super::{about, asked, ink, opened, paper, picture, tell};
use crate::cli::{Context, Failure};
use crate::store::{Identity, Store, StoreError};
use crate::text::wrap;
use crate::tui::{Asking, Echo};

/// The most bytes that are read from a pipe.
const LARGEST: u64 = 64 * 1024;
/// Columns between the picture of a key and its rows.
const GAP: usize = 2;
/// Columns that the rows of a key and what is said of them take at the least.
const NARROWEST: usize = 32;

/// Tries whether what this laptop seals can be opened.
pub(super) fn run(arguments: &ArgMatches, context: &mut Context<'_>) -> Result<(), Failure> {
    let mut store = opened(context)?;
    let chosen = store.sealed_to().map_err(|fault| context.failure(&fault))?;
    if chosen.iter().all(|kept| kept.until.is_some()) {
        return Err(Failure(context.t.key.none_chosen.to_string()));
    }
    let named = arguments.get_one::<String>("key").map(Path::new);
    match named {
        None if Context::has_screen() => typed(&mut asked::asking(context)?, &mut store, None, context)?,
        _ => {
            let path = named.unwrap_or(Path::new("-"));
            let bytes = match named {
                Some(path) => asked::bytes_of(path, context)?,
                None => from_pipe()?,
            };
            let identity = match on_paper(&bytes) {
                Some(identity) => identity,
                None => asked::identity(path, &bytes, arguments, context)?,
            };
            store.pass_drill(&identity).map_err(|fault| about(path, &fault, context))?;
        }
    }
    passed(&store, context)
}

fn from_pipe() -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(4_096));
    io::stdin().lock().take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A key as a person copies it from paper into a file.
fn on_paper(bytes: &[u8]) -> Option<Identity> {
    let typed = paper::typed(std::str::from_utf8(bytes).ok()?);
    Identity::read(paper::text(&typed).as_bytes(), None).ok()
}

/// Says that it was passed.
pub(super) fn passed(store: &Store, context: &mut Context<'_>) -> Result<(), Failure> {
    let chosen = store.sealed_to().map_err(|fault| context.failure(&fault))?;
    let key = chosen.iter().find(|kept| kept.is_in_force()).map(|kept| kept.coordinator.to_string());
    let values = [("key", key.as_deref().unwrap_or_default())];
    let said = context.t.key.passed.with(&values);
    if store.is_protected() {
        return tell(&[&said], context);
    }
    let lies_open = context.t.key.sealed_now.to_string();
    tell(&[&said, &lies_open], context)
}

/// Shows a recovery key until it is on paper; false where the person gave up.
pub(super) fn show(asking: &mut Asking, key: &str, context: &Context<'_>) -> Result<bool, Failure> {
    let whole = Zeroizing::new(format!("{}{key}", paper::PREFIX));
    let ink = ink(context, true);
    let page = |columns: usize, rows: usize| {
        let room = columns.checked_sub(NARROWEST + GAP).filter(|_| ink.is_some());
        let picture = room.zip(ink).and_then(|(room, ink)| picture::drawn(&whole, ink, room, rows.saturating_sub(1)));
        beside(picture, columns, |columns| shown(key, columns, context))
    };
    Ok(asking.show(&page)?)
}

/// A picture and lines beside it.
fn beside(picture: Option<Vec<String>>, columns: usize, lines: impl Fn(usize) -> Vec<String>) -> Vec<String> {
    let Some(picture) = picture else { return lines(columns) };
    // What sets its colours takes no columns.
    let wide = picture.first().map_or(0, |line| line.chars().filter(|sign| "█▀▄ ".contains(*sign)).count());
    let mut lines = lines(columns.saturating_sub(wide + GAP)).into_iter();
    let mut page: Vec<String> =
        picture.into_iter().map(|line| format!("{line}{:GAP$}{}", "", lines.next().unwrap_or_default())).collect();
    page.extend(lines.map(|line| format!("{:1$}{line}", "", wide + GAP)));
    page
}

/// The key in numbered rows, and what to do with it.
fn shown(key: &str, columns: usize, context: &Context<'_>) -> Vec<String> {
    let words = &context.t.key;
    let mut lines = vec![words.recovery_title.to_string(), String::new(), paper::PREFIX.to_owned()];
    lines.extend((0..paper::ROWS).map(|row| format!("{}  {}", row + 1, *paper::in_groups(paper::row(key, row)))));
    lines.push(String::new());
    let said = [words.recovery_about.as_str(), words.recovery_next.as_str()];
    lines.extend(said.iter().flat_map(|text| wrap(text, columns).into_iter().map(str::to_owned)));
    lines
}

/// The drill on the terminal: the recovery key is typed from paper until it opens what is sealed to it. Where it was shown
/// just now (`known`), a row that differs is told at once: that says nothing to who sits there that they were not shown.
pub(super) fn typed(
    asking: &mut Asking,
    store: &mut Store,
    known: Option<&str>,
    context: &Context<'_>,
) -> Result<(), Failure> {
    let words = &context.t.key;
    let mut rows: [Zeroizing<String>; paper::ROWS] = std::array::from_fn(|_| Zeroizing::new(String::new()));
    let mut wrong = String::new();
    loop {
        for number in 0..paper::ROWS {
            if read_row(asking, &mut rows, number, known, &mut wrong, context)? == Typed::Whole {
                break;
            }
        }
        let mut whole = Zeroizing::new(String::with_capacity(rows.iter().map(|row| row.len()).sum()));
        whole.extend(rows.iter().map(|row| row.as_str()));
        let tried = Identity::read(paper::text(&whole).as_bytes(), None).and_then(|key| store.pass_drill(&key));
        wrong = match tried {
            Ok(()) => return Ok(()),
            Err(StoreError::NotAKey) => words.slip.to_string(),
            Err(StoreError::NotForKey) => words.not_this_key.to_string(),
            Err(fault) => return Err(context.failure(&fault)),
        };
    }
}

/// What was typed in the place of a row.
#[derive(PartialEq, Eq)]
enum Typed {
    Row,
    Whole,
}

/// Reads a row until it is one; a whole key at once, as from a paste, fills all of them.
fn read_row(
    asking: &mut Asking,
    rows: &mut [Zeroizing<String>; paper::ROWS],
    number: usize,
    known: Option<&str>,
    wrong: &mut String,
    context: &Context<'_>,
) -> Result<Typed, Failure> {
    let words = &context.t.key;
    let nth = (number + 1).to_string();
    loop {
        let typed = {
            let page = |columns: usize, _| drill_page(rows, number, known.is_some(), wrong, columns, context);
            let prompt = words.row.with(&[("n", &nth)]);
            asking.line(&page, &prompt, &paper::in_groups(&rows[number]), Echo::Shown)?
        };
        let Some(typed) = typed else { return Err(Failure(words.owed.to_string())) };
        if let Some(key) = known.filter(|_| typed.trim() == "?") {
            show(asking, key, context)?;
            continue;
        }
        let typed = paper::typed(&typed);
        if paper::is_whole(&typed) {
            for (number, row) in rows.iter_mut().enumerate() {
                *row = Zeroizing::new(paper::row(&typed, number).to_owned());
            }
            return Ok(Typed::Whole);
        }
        let differs = known.is_some_and(|key| paper::row(key, number) != *typed);
        rows[number] = typed;
        if !differs {
            wrong.clear();
            return Ok(Typed::Row);
        }
        *wrong = words.row_differs.with(&[("n", &nth)]);
    }
}

/// What is to be done, the rows above the one that is typed, and what was wrong.
fn drill_page(
    rows: &[Zeroizing<String>; paper::ROWS],
    number: usize,
    known: bool,
    wrong: &str,
    columns: usize,
    context: &Context<'_>,
) -> Vec<String> {
    let words = &context.t.key;
    let again = if known { words.drill_show.as_str() } else { "" };
    let mut lines = vec![words.drill_title.to_string()];
    let said = [words.drill_about.as_str(), again, words.drill_later.as_str()];
    lines.extend(
        said.iter().filter(|text| !text.is_empty()).flat_map(|text| wrap(text, columns).into_iter().map(str::to_owned)),
    );
    lines.push(String::new());
    if !wrong.is_empty() {
        lines.extend(wrap(wrong, columns).into_iter().map(str::to_owned));
        lines.push(String::new());
    }
    lines.extend(rows.iter().take(number).enumerate().map(|(number, row)| {
        format!("{}{}", words.row.with(&[("n", &(number + 1).to_string())]), *paper::in_groups(row))
    }));
    lines
}
