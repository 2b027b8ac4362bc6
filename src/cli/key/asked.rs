//! What is asked before something is done, and what is read for it.

use std::io::{self, BufRead};
use std::path::Path;

use clap::ArgMatches;
use zeroize::Zeroizing;

use super::about;
use crate::cli::{Context, Failure, home};
use crate::store::{self, Identity, StoreError};
use crate::text::{Phrase, wrap};
use crate::tui::{Asking, Echo};

/// The most bytes of a key file, or of one with a passphrase.
const LARGEST: u64 = 64 * 1024;

/// Nothing goes on unless the person says yes here, or said so on the command line.
pub(super) fn confirm(question: &Phrase, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<(), Failure> {
    if arguments.get_flag("yes") {
        return Ok(());
    }
    if !Context::has_screen() {
        return Err(Failure(context.t.key.not_asked.to_string()));
    }
    write!(context.out, "{} ", context.t.key.ask.with(&[("question", question.as_str())]))?;
    context.out.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    let answer = answer.trim().to_lowercase();
    let says_yes = context.t.key.yes_words.as_str().split(' ').any(|word| word == answer);
    if says_yes { Ok(()) } else { Err(Failure(context.t.key.given_up.to_string())) }
}

/// The terminal, to ask on pages of its own.
pub(super) fn asking(context: &Context<'_>) -> Result<Asking, Failure> {
    Ok(Asking::begin(home::farewell(context))?)
}

/// The bytes of a small file that may hold a secret.
pub(in crate::cli) fn bytes_of(path: &Path, context: &Context<'_>) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let read = store::read_secret(path, LARGEST).map_err(|fault| context.failure(&fault))?;
    read.ok_or_else(|| Failure(context.t.command.no_such_file.with(&[("path", &path.display().to_string())])))
}

/// The first line of the file that is to have the passphrase; none where none was named.
pub(in crate::cli) fn passphrase_in_file(
    arguments: &ArgMatches,
    context: &Context<'_>,
) -> Result<Option<Zeroizing<String>>, Failure> {
    let Some(path) = arguments.get_one::<String>("key-passphrase-file").map(Path::new) else { return Ok(None) };
    let bytes = bytes_of(path, context)?;
    let text =
        std::str::from_utf8(&bytes).map_err(|_| context.failure(&StoreError::NotText { path: path.to_owned() }))?;
    match text.lines().next().filter(|line| !line.is_empty()) {
        Some(line) => Ok(Some(Zeroizing::new(line.to_owned()))),
        None => Err(Failure(context.t.key.no_passphrase_in.with(&[("path", &path.display().to_string())]))),
    }
}

/// The private keys in the bytes of a file; where they are under a passphrase, it comes from the file that was named for
/// it or is asked for.
pub(in crate::cli) fn identity(
    path: &Path,
    bytes: &[u8],
    arguments: &ArgMatches,
    context: &Context<'_>,
) -> Result<Identity, Failure> {
    let passphrase = passphrase_in_file(arguments, context)?;
    let read = Identity::read(bytes, passphrase.as_ref().map(|passphrase| passphrase.as_str()));
    match read {
        Err(StoreError::NeedsPassphrase) if Context::has_screen() => ask_passphrase(path, bytes, context),
        read => read.map_err(|fault| about(path, &fault, context)),
    }
}

fn ask_passphrase(path: &Path, bytes: &[u8], context: &Context<'_>) -> Result<Identity, Failure> {
    let words = &context.t.key;
    let prompt = words.passphrase_of.with(&[("path", &path.display().to_string())]);
    let mut asking = asking(context)?;
    let mut wrong = String::new();
    loop {
        let page = |columns: usize, _| page(columns, &[&prompt, words.unseen.as_str(), &wrong]);
        let typed = asking.line(&page, words.passphrase.as_str(), "", Echo::Hidden)?;
        let Some(typed) = typed else { return Err(Failure(words.given_up.to_string())) };
        match Identity::read(bytes, Some(&typed)) {
            Err(fault @ StoreError::WrongPassphrase) => wrong = fault.words(&context.t).0,
            read => return read.map_err(|fault| about(path, &fault, context)),
        }
    }
}

/// A passphrase for a new key file, typed twice; none where none is wanted.
pub(super) fn new_passphrase(context: &Context<'_>) -> Result<Option<Zeroizing<String>>, Failure> {
    let words = &context.t.key;
    let mut asking = asking(context)?;
    let mut wrong = "";
    loop {
        let page = |columns: usize, _| page(columns, &[words.passphrase_about.as_str(), words.unseen.as_str(), wrong]);
        let given_up = || Failure(words.given_up.to_string());
        let first = asking.line(&page, words.passphrase.as_str(), "", Echo::Hidden)?.ok_or_else(given_up)?;
        if first.is_empty() {
            return Ok(None);
        }
        let second = asking.line(&page, words.passphrase_again.as_str(), "", Echo::Hidden)?.ok_or_else(given_up)?;
        if first == second {
            return Ok(Some(first));
        }
        wrong = words.passphrase_differs.as_str();
    }
}

/// Paragraphs in lines that fit, an empty one after each; empty paragraphs are left out.
pub(super) fn page(columns: usize, paragraphs: &[&str]) -> Vec<String> {
    let lines = paragraphs
        .iter()
        .filter(|text| !text.is_empty())
        .flat_map(|text| wrap(text, columns.max(1)).into_iter().map(str::to_owned).chain([String::new()]));
    lines.collect()
}
