use std::path::Path;

use clap::ArgMatches;

use super::{asked, tell};
use crate::cli::progress::Progress;
use crate::cli::{Context, Failure};
use crate::store::{Tally, Unsealed};

/// Opens what is sealed on this laptop, and takes it in.
pub(super) fn run(arguments: &ArgMatches, context: &mut Context<'_>) -> Result<(), Failure> {
    let mut store = context.open_store()?;
    let path = arguments.get_one::<String>("key").map_or(Path::new("-"), Path::new);
    let bytes = asked::bytes_of(path, context)?;
    let key = asked::identity(path, &bytes, arguments, context)?;
    let progress = Progress::new(&context.t, context.t.bundle.progress.as_str())?;
    let opened = store.open_sealed(&key, progress.watch(&|done| progress.tell(done)));
    progress.end();
    let opened = opened.map_err(|fault| context.failure(&fault))?;
    let words = &context.t.key;
    let count = |n: u64| context.t.whole(i64::try_from(n).unwrap_or(i64::MAX));
    if opened == Unsealed::default() {
        let none = words.none_sealed.to_string();
        return tell(&[&none], context);
    }
    let mut said = Vec::new();
    if opened.taken != Tally::default() {
        said.push(words.opened.with(&[("what", &opened.taken.words(&context.t))]));
    }
    if opened.left > 0 {
        said.push(words.left_sealed.with(&[("n", &count(opened.left))]));
    }
    if opened.damaged > 0 {
        said.push(words.broken_sealed.with(&[("n", &count(opened.damaged))]));
    }
    tell(&[&said.join("\n")], context)
}
