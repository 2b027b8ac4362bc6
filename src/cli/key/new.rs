use std::path::Path;

use clap::ArgMatches;
use zeroize::Zeroizing;

use super::{asked, ink, picture};
use crate::cli::{Context, Failure};
use crate::store::{self, Identity, StoreError};
use crate::tui;

/// Makes the coordinator's pair of keys.
pub(super) fn run(arguments: &ArgMatches, context: &mut Context<'_>) -> Result<(), Failure> {
    let path = Path::new(arguments.get_one::<String>("output").map_or("", String::as_str));
    if store::is_there(path) {
        return Err(context.failure(&StoreError::Exists { path: path.to_owned() }));
    }
    let named = asked::passphrase_in_file(arguments, context)?;
    let lost = context.t.key.lost.to_string();
    super::tell(&[&lost, "\n"], context)?;
    let question = context.t.key.ask_make.clone();
    asked::confirm(&question, arguments, context)?;
    let passphrase = match named {
        None if !arguments.get_flag("yes") => asked::new_passphrase(context)?,
        named => named,
    };
    let identity = Identity::generate();
    let text = file(&identity);
    let bytes = match &passphrase {
        Some(passphrase) => Zeroizing::new(Identity::lock(&text, passphrase).map_err(|fault| context.failure(&fault))?),
        None => Zeroizing::new(text.as_bytes().to_vec()),
    };
    store::write_durably(path, &bytes, false).map_err(|fault| context.failure(&fault))?;
    let public = identity.public_keys().first().map(ToString::to_string).unwrap_or_default();
    tell(path, &public, context)
}

/// The key file as the stock program writes it.
fn file(identity: &Identity) -> Zeroizing<String> {
    let public = identity.public_keys();
    let comments = public.iter().map(|key| format!("# public key: {key}\n"));
    let mut text = Zeroizing::new(String::with_capacity(512));
    text.extend(comments);
    text.push_str(&identity.text());
    text
}

fn tell(path: &Path, public: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    let made = context.t.key.made.with(&[("path", &path.display().to_string())]);
    let said = context.t.key.public.to_string();
    super::tell(&[&made, "\n", &said, "\n", public, "\n"], context)?;
    let stdout = std::io::stdout();
    if Context::draws(&stdout) {
        let (columns, rows) = tui::terminal_size();
        let coloured = context.colours(&stdout);
        let drawn = ink(context, coloured).and_then(|ink| picture::drawn(public, ink, columns, rows));
        for line in drawn.iter().flatten() {
            writeln!(context.out, "{line}")?;
        }
    }
    Ok(writeln!(context.out, "{}", context.t.key.made_next.with(&[("key", public)]))?)
}
