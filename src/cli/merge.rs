use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgMatches, value_parser};
use serde::Serialize;

use super::grammar::flag;
use super::progress::{INTERRUPTED, Progress};
use super::{Command, Context, Failure, key};
use crate::store::{BundleFault, FromLaptop, Identity, Looked, Merged, Store, StoreError, Tally, Watch};
use crate::text::{Catalogue, Phrase};

/// `kohesi merge`: takes in what other laptops have bundled.
pub(super) struct Merge;

impl Command for Merge {
    fn name(&self) -> &'static str {
        "merge"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let files = Arg::new("file")
            .value_name(t.command.file.as_str().to_uppercase())
            .value_parser(value_parser!(PathBuf))
            .required(true)
            .num_args(1..)
            .help(t.bundle.files.to_string());
        let file = |name: &'static str, help: &Phrase| {
            let word = t.command.file.as_str().to_uppercase();
            Arg::new(name).long(name).value_name(word).help(help.to_string())
        };
        clap::Command::new(self.name())
            .about(t.bundle.merge.to_string())
            .arg(files)
            .arg(file("key", &t.bundle.key))
            .arg(file("key-passphrase-file", &t.key.passphrase_file))
            .arg(flag("look", t.bundle.look.as_str()))
            .arg(flag("json", t.command.json.as_str()))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let files: Vec<PathBuf> = arguments.get_many::<PathBuf>("file").into_iter().flatten().cloned().collect();
        let json = arguments.get_flag("json");
        let mut store = context.open_store()?;
        let key = arguments.get_one::<String>("key").map(Path::new).map(|path| {
            let bytes = key::bytes_of(path, context)?;
            key::identity(path, &bytes, arguments, context)
        });
        let key = key.transpose()?;
        let progress = Progress::new(&context.t, context.t.bundle.progress.as_str())?;
        let tell = |done| progress.tell(done);
        let watch = progress.watch(&tell);
        let asked = Asked { files, key, json };
        let said = if arguments.get_flag("look") {
            look(&store, &asked, &context.t, watch)
        } else {
            merge(&mut store, &asked, &context.t, watch)
        };
        progress.end();
        match said {
            Ok((lines, clean)) => {
                writeln!(context.out, "{}", lines.join("\n"))?;
                Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
            }
            Err(StoreError::Bundle { fault: BundleFault::Interrupted, .. }) => {
                writeln!(context.out, "{}", context.t.export.interrupted)?;
                Ok(ExitCode::from(INTERRUPTED))
            }
            Err(fault) => Err(context.failure(&fault)),
        }
    }
}

/// What is to be merged, and how it is told.
struct Asked {
    files: Vec<PathBuf>,
    key: Option<Identity>,
    json: bool,
}

/// Lines for a person or a program, and whether all went as it should.
type Said = Result<(Vec<String>, bool), StoreError>;

fn look(store: &Store, asked: &Asked, t: &Catalogue, watch: Watch<'_>) -> Said {
    let mut lines = Vec::new();
    for file in &asked.files {
        let looked = store.look_into(file, asked.key.as_ref(), watch)?;
        lines.extend(if asked.json { vec![as_json(&of_looked(&looked))] } else { looked.words(file, t) });
    }
    Ok((lines, true))
}

fn merge(store: &mut Store, asked: &Asked, t: &Catalogue, watch: Watch<'_>) -> Said {
    let merged = store.merge(&asked.files, asked.key.as_ref(), watch)?;
    let lines = if asked.json { vec![as_json(&of_merged(&merged))] } else { merged.words(t) };
    Ok((lines, merged.traces == 0))
}

fn as_json(row: &Row) -> String {
    serde_json::to_string_pretty(row).unwrap_or_default()
}

/// What is told to other programs.
#[derive(Serialize)]
struct Row {
    laptops: Vec<LaptopRow>,
    total: TallyRow,
    erases: u64,
    left_unfinished: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    workshops: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traces: Option<usize>,
}

#[derive(Serialize)]
struct LaptopRow {
    id: String,
    name: String,
    #[serde(flatten)]
    tally: TallyRow,
}

#[derive(Serialize)]
struct TallyRow {
    new: u64,
    unfinished: u64,
    longer: u64,
    sealed: u64,
    known: u64,
    conflict: u64,
    erased: u64,
    damaged: u64,
}

fn of_tally(tally: Tally) -> TallyRow {
    let Tally { new, unfinished, longer, sealed, known, conflict, erased, damaged } = tally;
    TallyRow { new, unfinished, longer, sealed, known, conflict, erased, damaged }
}

fn of_laptop(from: &FromLaptop) -> LaptopRow {
    let id = from.laptop.id.to_string();
    LaptopRow { id, name: from.laptop.name.clone(), tally: of_tally(from.tally) }
}

fn of_looked(looked: &Looked) -> Row {
    Row {
        laptops: looked.laptops.iter().map(of_laptop).collect(),
        total: of_tally(looked.total()),
        erases: looked.erases,
        left_unfinished: looked.left_unfinished,
        workshops: None,
        traces: None,
    }
}

fn of_merged(merged: &Merged) -> Row {
    Row {
        laptops: merged.laptops.iter().map(of_laptop).collect(),
        total: of_tally(merged.total()),
        erases: merged.erased,
        left_unfinished: merged.left_unfinished,
        workshops: Some(merged.workshops),
        traces: Some(merged.traces),
    }
}
