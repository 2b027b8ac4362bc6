use std::process::ExitCode;

use clap::ArgMatches;

use super::{Command, Context, Failure};
use crate::questionnaire::schema;
use crate::text::{Catalogue, LANGUAGES, Language};

/// `kohesi schema`: the format as a JSON Schema, explained in every language of the interface.
pub(super) struct Schema;

impl Command for Schema {
    fn name(&self) -> &'static str {
        "schema"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        clap::Command::new(self.name()).about(t.command.schema.to_string())
    }

    fn run(&self, _: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let words = LANGUAGES.into_iter().map(Language::format_words).collect::<Result<Vec<_>, _>>();
        let words = words.map_err(anyhow::Error::from)?;
        let explain =
            |place: &str, key: &str| words.iter().map(|words| words.of(place, key)).collect::<Vec<_>>().join("\n\n");
        let schema = schema(explain);
        let json = serde_json::to_string_pretty(&schema).map_err(anyhow::Error::from)?;
        writeln!(context.out, "{json}")?;
        Ok(ExitCode::SUCCESS)
    }
}
