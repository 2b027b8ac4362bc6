use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, value_parser};

use super::exporting::{self, Fault, Request, Watch};
use super::grammar::flag;
use super::progress::{INTERRUPTED, Progress};
use super::{Command, Context, Failure, workshop};
use crate::export::{self, Labels};
use crate::questionnaire::Day;
use crate::store;
use crate::text::Catalogue;

/// `kohesi export`: finished interviews to files for analysis.
pub(super) struct Export;

impl Command for Export {
    fn name(&self) -> &'static str {
        "export"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.export;
        let option = |name: &'static str, value: &'static str, help: &crate::text::Phrase| {
            Arg::new(name).long(name).value_name(value).help(help.to_string())
        };
        let formats = export::ALL.map(export::Exporter::name);
        let format = option("format", "FORMAT", &words.format).value_parser(PossibleValuesParser::new(formats));
        let output = Arg::new("output")
            .short('o')
            .long("output")
            .value_name(t.command.file.as_str().to_uppercase())
            .value_parser(value_parser!(PathBuf))
            .help(words.output.to_string());
        clap::Command::new(self.name())
            .about(words.command.to_string())
            .arg(format.required_unless_present("schema"))
            .arg(output)
            .arg(option("questionnaire", "KEY", &words.of_questionnaire))
            .arg(option("workshop", "W", &words.of_workshop))
            .arg(option("since", "DATE", &words.since))
            .arg(option("labels", "codes|id|en", &words.labels).default_value("codes").hide_default_value(true))
            .arg(flag("events", words.events.as_str()))
            .arg(flag("bom", words.bom.as_str()))
            .arg(flag("force", words.force.as_str()))
            .arg(flag("schema", words.schema.as_str()))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        if arguments.get_flag("schema") {
            let schema = serde_json::to_string_pretty(&export::schema()).map_err(anyhow::Error::from)?;
            writeln!(context.out, "{schema}")?;
            return Ok(ExitCode::SUCCESS);
        }
        let request = request(arguments, context)?;
        let progress = Progress::new(&context.t, context.t.export.progress.as_str())?;
        let tell = |interviews: u64| progress.tell(interviews);
        let watch = Watch { stop: &progress.stop, progress: &tell };
        let exported = exporting::export(&context.paths, &request, (&context.t, context.language), watch);
        progress.end();
        match exported {
            Ok(exported) => {
                let said = exporting::told(exported, &request, &context.t);
                writeln!(context.out, "{said}")?;
                Ok(ExitCode::SUCCESS)
            }
            Err(Fault::Interrupted) => {
                writeln!(context.out, "{}", context.t.export.interrupted)?;
                Ok(ExitCode::from(INTERRUPTED))
            }
            Err(Fault::Store(fault)) => Err(context.failure_of_writing(&fault)),
            Err(Fault::Said(text)) => Err(Failure(text)),
        }
    }
}

fn request(arguments: &ArgMatches, context: &Context<'_>) -> Result<Request, Failure> {
    let words = &context.t.export;
    let text = |name: &str| arguments.get_one::<String>(name);
    let format = text("format").map_or("", String::as_str);
    let exporter = export::ALL.into_iter().find(|exporter| exporter.name() == format);
    let output = arguments.get_one::<PathBuf>("output").cloned();
    let no_output = || Failure(words.no_output.to_string());
    let (Some(exporter), Some(output)) = (exporter, output) else { return Err(no_output()) };
    let workshop = text("workshop").map(|asked| workshop::id_of(asked, context));
    let since = text("since").map(|text| {
        let begins = Day::from_iso(text).and_then(|day| store::day_begins(day.civil()));
        begins.ok_or_else(|| Failure(words.not_a_day.with(&[("text", text)])))
    });
    let labels = match text("labels").map(String::as_str) {
        None | Some("codes") => Labels::Codes,
        Some(tag) => Labels::In(tag.to_owned()),
    };
    Ok(Request {
        exporter,
        workshop: workshop.transpose()?,
        questionnaire: text("questionnaire").cloned(),
        since: since.transpose()?,
        labels,
        events: arguments.get_flag("events"),
        bom: arguments.get_flag("bom"),
        replace: arguments.get_flag("force"),
        output,
        vault: context.options.vault.clone(),
    })
}
