use std::path::Path;

use clap::ArgMatches;

use super::{about, asked, drill, opened, paper, tell};
use crate::cli::{Context, Failure};
use crate::store::{Identity, PublicKey, SealedTo, Store, StoreError};

/// Chooses to whom this laptop seals from now on.
pub(super) fn run(arguments: &ArgMatches, context: &mut Context<'_>) -> Result<(), Failure> {
    let coordinator = coordinator(arguments, context)?;
    let recovery = arguments.get_one::<String>("recovery").map(|text| text.parse::<PublicKey>());
    let recovery = recovery.transpose().map_err(|fault| about(Path::new("--recovery"), &fault, context))?;
    if recovery.as_ref() == Some(&coordinator) {
        return Err(Failure(context.t.key.same_key.to_string()));
    }
    // Before anything is shown: another program may be writing.
    let mut store = opened(context)?;
    let chosen = store.sealed_to().map_err(|fault| context.failure(&fault))?;
    let former = chosen.iter().find(|kept| kept.is_in_force());
    if former.is_some_and(|kept| kept.coordinator == coordinator && recovery.as_ref() == Some(&kept.recovery)) {
        return Ok(writeln!(context.out, "{}", context.t.key.already)?);
    }
    explain(&coordinator, former, &store, context)?;
    let question = context.t.key.ask_use.clone();
    asked::confirm(&question, arguments, context)?;
    match recovery {
        Some(recovery) => with_known(&mut store, &coordinator, &recovery, context),
        None => with_new(&mut store, &coordinator, context),
    }
}

/// The coordinator's key as it was given, or in the file that was named: a public key in it, else the public half of a
/// private one.
fn coordinator(arguments: &ArgMatches, context: &Context<'_>) -> Result<PublicKey, Failure> {
    let given = arguments.get_one::<String>("key").map_or("", String::as_str);
    let path = Path::new(given);
    let is_written_out = given.to_lowercase().starts_with("age1") && !crate::store::is_there(path);
    if is_written_out {
        return given.to_lowercase().parse().map_err(|fault| about(path, &fault, context));
    }
    let bytes = asked::bytes_of(path, context)?;
    let mut lines = std::str::from_utf8(&bytes).unwrap_or_default().lines();
    let public = lines.find_map(|line| line.parse::<PublicKey>().ok());
    let identity = || asked::identity(path, &bytes, arguments, context);
    match public {
        Some(public) => Ok(public),
        None => identity()?.public_keys().into_iter().next().ok_or_else(|| about(path, &StoreError::NotAKey, context)),
    }
}

fn explain(
    coordinator: &PublicKey,
    former: Option<&SealedTo>,
    store: &Store,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let words = &context.t.key;
    let about = words.using_about.with(&[("key", &coordinator.to_string())]);
    let lies_open = (!store.is_protected()).then(|| words.sealed_now.to_string());
    let mut said: Vec<String> = [Some(about), lies_open, Some(words.lost.to_string())].into_iter().flatten().collect();
    said.extend(former.map(|former| words.using_former.with(&[("key", &former.coordinator.to_string())])));
    let said: Vec<&str> = said.iter().flat_map(|text| [text.as_str(), "\n"]).collect();
    tell(&said, context)
}

/// With the recovery key of the team's other laptops.
fn with_known(
    store: &mut Store,
    coordinator: &PublicKey,
    recovery: &PublicKey,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    store.choose_recipients(coordinator, recovery).map_err(|fault| context.failure(&fault))?;
    if !Context::has_screen() {
        return Ok(writeln!(context.out, "{}", context.t.key.owed)?);
    }
    drill::typed(&mut asked::asking(context)?, store, None, context)?;
    drill::passed(store, context)
}

/// With a new recovery key, shown once and stored nowhere.
fn with_new(store: &mut Store, coordinator: &PublicKey, context: &mut Context<'_>) -> Result<(), Failure> {
    let identity = Identity::generate();
    let Some(recovery) = identity.public_keys().into_iter().next() else { return Ok(()) };
    let shown = paper::of_text(&identity.text());
    if Context::has_screen() {
        {
            let mut asking = asked::asking(context)?;
            if !drill::show(&mut asking, &shown, context)? {
                return Err(Failure(context.t.key.given_up.to_string()));
            }
            store.choose_recipients(coordinator, &recovery).map_err(|fault| context.failure(&fault))?;
            drill::typed(&mut asking, store, Some(&shown), context)?;
        }
        drill::passed(store, context)?;
        return tell_others(coordinator, &recovery, context);
    }
    // A key file as it stands: everything that is told in it is a comment.
    let words = &context.t.key;
    for line in [&words.recovery_about, &words.owed] {
        writeln!(context.out, "# {line}")?;
    }
    writeln!(context.out, "# {recovery}\n{}", identity.text().trim())?;
    context.out.flush()?;
    store.choose_recipients(coordinator, &recovery).map_err(|fault| context.failure(&fault))
}

fn tell_others(coordinator: &PublicKey, recovery: &PublicKey, context: &mut Context<'_>) -> Result<(), Failure> {
    let values = [("key", coordinator.to_string()), ("recovery", recovery.to_string())];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    let said = context.t.key.other_laptops.with(&values);
    // The command stays one line, to be copied.
    let (about, command) = said.split_once('\n').unwrap_or((&said, ""));
    tell(&["\n", about], context)?;
    Ok(writeln!(context.out, "{command}")?)
}
