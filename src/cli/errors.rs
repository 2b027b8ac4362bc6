use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::text::Catalogue;

/// A mistake on the command line in words, or the text that was asked for; true where it is a mistake.
pub(super) fn tell(error: &clap::Error, t: &Catalogue) -> (String, bool) {
    let words = &t.command;
    let of = |kind| error.get(kind).map(value).unwrap_or_default();
    let argument = of(ContextKind::InvalidArg);
    let text = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => return (error.render().to_string(), false),
        ErrorKind::InvalidSubcommand => {
            words.unknown_command.with(&[("argument", &of(ContextKind::InvalidSubcommand))])
        }
        ErrorKind::MissingSubcommand => words.missing_argument.with(&[("argument", words.commands.as_str())]),
        ErrorKind::MissingRequiredArgument => words.missing_argument.with(&[("argument", &argument)]),
        ErrorKind::ArgumentConflict => {
            words.conflicting.with(&[("argument", &argument), ("other", &of(ContextKind::PriorArg))])
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if of(ContextKind::InvalidValue).is_empty() => {
            words.missing_value.with(&[("argument", &argument)])
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => words.invalid_value.with(&[
            ("value", &of(ContextKind::InvalidValue)),
            ("argument", &argument),
            ("choices", &of(ContextKind::ValidValue)),
        ]),
        _ => words.unknown_argument.with(&[("argument", &argument)]),
    };
    let suggestion = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
        .into_iter()
        .map(of)
        .find(|suggestion| !suggestion.is_empty());
    let tip = suggestion.map(|suggestion| format!("\n{}", words.tip.with(&[("suggestion", &suggestion)])));
    (format!("{} {text}{}", words.error, tip.unwrap_or_default()), true)
}

fn value(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        other => other.to_string(),
    }
}
