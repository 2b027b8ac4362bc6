use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ArgMatches;

use crate::interview::Interview;
use crate::questionnaire::{self, BUILTIN, Key, Limits, Questionnaire};
use crate::report::{self, Glyphs};
use crate::settings::{self, Fault, Flag, Gathered, Origin, Palette, Setting, Settings, Value};
use crate::store::{self, Loaded, Options, Paths, Store, StoreError};
use crate::text::{Catalogue, Language, Tag};
use crate::tui::{Boot, Exports, Keymap, Library, Paste, Start, Theme};

/// The most bytes a questionnaire's file may have.
const LARGEST_QUESTIONNAIRE: u64 = 1 << 20;

/// Why a command did not do what it should: a sentence for the person; empty where nobody needs one.
#[derive(Debug)]
pub struct Failure(pub String);

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        // Whoever read the output has had enough of it.
        Self(if error.kind() == io::ErrorKind::BrokenPipe { String::new() } else { error.to_string() })
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self(format!("{error:#}"))
    }
}

/// What every command needs.
pub struct Context<'a> {
    /// The sentences.
    pub t: Catalogue,
    /// Their language.
    pub language: Language,
    /// Whether the language was asked for on the command line.
    pub language_asked: bool,
    /// Where data lie.
    pub paths: Paths,
    /// How the store is opened.
    pub options: Options,
    /// The file that has the store's passphrase.
    pub passphrase_file: Option<PathBuf>,
    /// The settings in force.
    pub settings: Settings,
    /// Where each of them comes from, in the order of their table.
    pub origins: Vec<Origin>,
    /// What is wrong with them.
    pub setting_faults: Vec<Fault>,
    /// The signs that may be drawn.
    pub glyphs: Glyphs,
    /// Whether colours are used, where that was said on the command line.
    pub color: Option<bool>,
    /// The colours.
    pub palette: Palette,
    /// Standard output.
    pub out: &'a mut dyn Write,
}

impl<'a> Context<'a> {
    /// What the command line, the settings file and the environment say.
    ///
    /// # Errors
    /// Where there is no place for data, or the settings file cannot be read.
    pub(super) fn new(
        t: Catalogue,
        language: Language,
        matches: &ArgMatches,
        out: &'a mut dyn Write,
    ) -> Result<Self, Failure> {
        let paths = Paths::find().map_err(|fault| store_failure(&t, &fault))?;
        let gathered = gather(&paths, matches, &t)?;
        let language_asked = matches.get_one::<String>("lang").is_some();
        let guessed = language;
        let language = gathered.settings.language.unwrap_or(guessed);
        let t = if language == guessed { t } else { Catalogue::of(language).map_err(anyhow::Error::from)? };
        let allow_shared_folder = matches.get_flag("allow-shared-folder");
        let options = Options { allow_shared_folder, daily_backup: true, ..Options::default() };
        let color = color_of(matches);
        let glyphs = gathered.settings.glyphs.unwrap_or_else(guessed_glyphs);
        let chosen =
            gathered.settings.theme.unwrap_or_else(|| guessed_palette(store::variable("COLORFGBG").as_deref()));
        let palette = if color.unwrap_or_else(|| !is_colourless()) { chosen } else { Palette::None };
        let Gathered { settings, origins, faults: setting_faults } = gathered;
        Ok(Self {
            t,
            language,
            language_asked,
            paths,
            options,
            passphrase_file: matches.get_one::<PathBuf>("passphrase-file").cloned(),
            settings,
            origins,
            setting_faults,
            glyphs,
            color,
            palette,
            out,
        })
    }

    /// A fault of the store as a sentence with its remedy.
    pub(super) fn failure(&self, fault: &StoreError) -> Failure {
        store_failure(&self.t, fault)
    }

    /// The same of a command that has `--force`.
    pub(super) fn failure_of_writing(&self, fault: &StoreError) -> Failure {
        let Failure(said) = self.failure(fault);
        match fault {
            StoreError::Exists { .. } => Failure(format!("{said} {}", self.t.command.or_force)),
            _ => Failure(said),
        }
    }

    /// That nothing is kept, and where it was looked for.
    pub(super) fn no_interviews(&self) -> String {
        self.t.command.no_interviews.with(&[("path", &self.paths.home.display().to_string())])
    }

    /// The store for reading; none where nothing was ever stored. The passphrase of a protected one is asked for.
    pub(super) fn read_store(&self) -> Result<Option<Store>, Failure> {
        let store = self.read_locked_store()?;
        store.as_ref().map_or(Ok(None), |store| super::unlocking::unlock(store, self))?;
        Ok(store)
    }

    /// The same as it is, locked or not.
    pub(super) fn read_locked_store(&self) -> Result<Option<Store>, Failure> {
        Store::read_with(&self.paths, &self.options.vault).map_err(|fault| self.failure(&fault))
    }

    /// The store for writing. The passphrase of a protected one is asked for.
    pub(super) fn open_store(&self) -> Result<Store, Failure> {
        let (store, _) = Store::open(&self.paths, &self.options).map_err(|fault| self.failure(&fault))?;
        super::unlocking::unlock(&store, self)?;
        Ok(store)
    }

    /// That no interview can begin, where that is so.
    pub(super) fn refuse_untried_keys(&self) -> Result<(), Failure> {
        // A store that cannot be read is told where it is opened.
        let owes = Store::read(&self.paths).ok().flatten().map_or(Ok(false), |store| store.owes_drill());
        if owes.map_err(|fault| self.failure(&fault))? { Err(self.failure(&StoreError::DrillOwed)) } else { Ok(()) }
    }

    /// A questionnaire by the key of a shipped one or the path of a file.
    pub(super) fn questionnaire(&self, name: &str, limits: Limits) -> Result<Questionnaire, Failure> {
        if let Some(builtin) = BUILTIN.iter().find(|builtin| builtin.key == name) {
            return builtin.read().map_err(|problems| super::problems::failure(&problems, self));
        }
        let text = self.text_of_questionnaire(name, limits)?;
        questionnaire::read_within(name, &text, limits).map_err(|problems| super::problems::failure(&problems, self))
    }

    /// The questionnaire of a file.
    pub(super) fn questionnaire_in_file(&self, name: &str) -> Result<Questionnaire, Failure> {
        let read = store::read_text(name.as_ref(), LARGEST_QUESTIONNAIRE).map_err(|fault| self.failure(&fault))?;
        let text = read.ok_or_else(|| Failure(self.t.command.no_such_file.with(&[("path", name)])))?;
        questionnaire::read(name, &text).map_err(|problems| super::problems::failure(&problems, self))
    }

    /// The text of a questionnaire's file, or of one in one's own library by its key.
    fn text_of_questionnaire(&self, name: &str, limits: Limits) -> Result<String, Failure> {
        let read = |path: &Path| store::read_text(path, bytes(limits)).map_err(|fault| self.failure(&fault));
        if let Some(text) = read(name.as_ref())? {
            return Ok(text);
        }
        let own = Key::with_hyphens(name).map(|key| self.paths.library().join(format!("{key}.toml")));
        if let Some(text) = own.as_deref().map(read).transpose()?.flatten() {
            return Ok(text);
        }
        let own = store::texts_in(&self.paths.library(), LARGEST_QUESTIONNAIRE);
        let shipped = BUILTIN.iter().map(|builtin| builtin.key.to_owned());
        let known: Vec<String> = shipped.chain(own.into_iter().map(|(name, _)| name)).collect();
        Err(Failure(self.t.command.no_such_questionnaire.with(&[("name", name), ("known", &known.join(", "))])))
    }

    /// Writes exports of the store, once it is unlocked.
    fn exporter(&self) -> Exports {
        let vault = self.options.vault.clone();
        Exports(Arc::new(move |paths, wanted, stop| super::exporting::export_as_wanted(paths, &vault, wanted, stop)))
    }

    /// The shipped questionnaires and those of one's own library, read when they are asked for.
    fn library(&self) -> Library {
        let folder = self.paths.library();
        Library(Arc::new(move || {
            let shipped = BUILTIN.iter().filter_map(|builtin| builtin.read().ok());
            let own = store::texts_in(&folder, LARGEST_QUESTIONNAIRE);
            let own = own.into_iter().filter_map(|(name, text)| questionnaire::read(&name, &text).ok());
            shipped.chain(own).map(Arc::new).collect()
        }))
    }

    /// An interview as it was stored.
    pub(super) fn interview(&self, loaded: Loaded) -> Result<Interview, Failure> {
        let unreadable = || Failure(self.t.results.unreadable.to_string());
        let questionnaire =
            questionnaire::read_again(&loaded.questionnaire_key, &loaded.questionnaire).map_err(|_| unreadable())?;
        Interview::replay(Arc::new(questionnaire), loaded.id, loaded.events).map_err(|_| unreadable())
    }

    /// The language in which a questionnaire's texts are told.
    pub(super) fn tag(&self, questionnaire: &Questionnaire) -> Tag {
        let languages = questionnaire.languages();
        let ours = languages.iter().find(|tag| tag.as_str() == self.language.tag());
        ours.or(languages.first()).unwrap_or(questionnaire.title().first_language()).clone()
    }

    /// What a report says of an interview beside its answers.
    pub(super) fn facts(&self, interview: &Interview) -> Result<report::Facts, Failure> {
        let started = interview.started();
        Ok(report::Facts {
            started: store::local(started.map_or(0, |at| at.unix_ms)),
            doubtful: started.is_none_or(|at| at.doubtful),
            change: super::workshop::own_change(interview, self)?,
        })
    }

    /// Whether what is written to `stream` may be coloured: where it is said so, else where it is a terminal that has
    /// colours and nobody asked for none.
    pub(super) fn colours(&self, stream: &impl IsTerminal) -> bool {
        self.color.unwrap_or_else(|| stream.is_terminal() && !is_colourless())
    }

    /// Whether `stream` is a terminal on which something can be drawn, and not a pipe or one for lines alone.
    pub(super) fn draws(stream: &impl IsTerminal) -> bool {
        stream.is_terminal() && !is_dumb()
    }

    /// Whether there is a whole screen to draw on, and keys to press.
    pub(super) fn has_screen() -> bool {
        Self::draws(&io::stdout()) && io::stdin().is_terminal()
    }

    /// What the full-screen program begins with.
    pub(super) fn boot(&self, start: Start, practice: bool) -> Result<Boot, Failure> {
        let Some(core) = BUILTIN.first() else { return Err(Failure(String::new())) };
        let core = match &start {
            Start::Take(questionnaire) => Arc::clone(questionnaire),
            Start::Kiosk(start) => Arc::clone(&start.questionnaire),
            _ => Arc::new(core.read().map_err(|problems| super::problems::failure(&problems, self))?),
        };
        Ok(Boot {
            start,
            core,
            language: self.language,
            ask_language: !self.language_asked,
            settings: Settings { theme: Some(self.palette), ..self.settings.clone() },
            theme: Theme::named(self.palette.word()).map_err(anyhow::Error::from)?,
            colourless: !self.color.unwrap_or_else(|| !is_colourless()),
            glyphs: self.glyphs,
            library: self.library(),
            practice,
            paste: if cfg!(windows) || on_linux_console() { Paste::Timed } else { Paste::Marked },
            exports: self.paths.exports(),
            exporter: self.exporter(),
            new_id: store::new_id,
            local: store::local,
        })
    }
}

/// The most bytes a questionnaire's file may have.
pub(super) fn bytes(limits: Limits) -> u64 {
    u64::try_from(limits.bytes).unwrap_or(u64::MAX)
}

pub(super) fn store_failure(t: &Catalogue, fault: &StoreError) -> Failure {
    let (what, remedy) = fault.words(t);
    Failure(format!("{} {what}\n{remedy}", t.command.error))
}

/// The settings of the file, the environment and the command line, and every fault in them, those of keys too.
fn gather(paths: &Paths, matches: &ArgMatches, t: &Catalogue) -> Result<Gathered, Failure> {
    let text = store::read_text(&paths.settings, super::config::LARGEST).map_err(|fault| store_failure(t, &fault))?;
    let given = super::grammar::settings_of(matches);
    let given = given.map_err(|text| Failure(t.config.not_a_pair.with(&[("text", &text)])))?;
    let flag = |setting: &Setting| {
        let pair = given.iter().rev().find(|(other, _)| other.key == setting.key);
        flag_of(setting, matches).or_else(|| pair.map(|(_, word)| ("--set".to_owned(), word.clone())))
    };
    // Colours that are asked for on the command line are not taken away by the environment.
    let coloured = color_of(matches) == Some(true);
    let variable = |name: &str| store::variable(name).filter(|_| !(coloured && name == "NO_COLOR"));
    let mut gathered = settings::gather(&text.unwrap_or_default(), variable, flag);
    gathered.faults.extend(Keymap::with(&gathered.settings.keys).1);
    Ok(gathered)
}

/// What the command line says of colours.
fn color_of(matches: &ArgMatches) -> Option<bool> {
    match matches.get_one::<String>("color").map(String::as_str) {
        Some("always") => Some(true),
        Some("never") => Some(false),
        _ => None,
    }
}

/// What the setting's own flag says, of the program or of the command.
fn flag_of(setting: &Setting, matches: &ArgMatches) -> Option<(String, String)> {
    let of_command = matches.subcommand().map(|(_, arguments)| arguments);
    let mut all = [Some(matches), of_command].into_iter().flatten();
    let (name, word) = match setting.flag? {
        Flag::Taking(name) => (name, all.find_map(|given| given.try_get_one::<String>(name).ok().flatten().cloned())?),
        Flag::Meaning(name, word) => {
            let is_given = |given: &ArgMatches| given.try_get_one::<bool>(name).ok().flatten() == Some(&true);
            (name, all.any(is_given).then(|| word.to_owned())?)
        }
    };
    Some((format!("--{name}"), word))
}

/// Whether colours are not wanted, or the terminal is of a kind that has none.
fn is_colourless() -> bool {
    let terminal = store::variable("TERM").unwrap_or_default();
    let monochrome = is_dumb()
        || ["vt1", "vt2", "vt5"].iter().any(|kind| terminal.starts_with(kind))
        || ["-m", "-mono"].iter().any(|kind| terminal.ends_with(kind));
    monochrome || store::variable("NO_COLOR").is_some()
}

/// Whether the terminal writes lines and nothing else.
fn is_dumb() -> bool {
    store::variable("TERM").as_deref() == Some("dumb")
}

fn on_linux_console() -> bool {
    store::variable("TERM").as_deref() == Some("linux")
}

/// The colours for the terminal's ground: consoles are dark, some terminals say what theirs is in `COLORFGBG`, the
/// number of the letters' colour and that of the ground; of others nothing is known.
fn guessed_palette(said: Option<&str>) -> Palette {
    match said.and_then(|said| said.rsplit(';').next()?.parse::<u8>().ok()) {
        Some(0..=6 | 8) => Palette::Dark,
        Some(7 | 9..=15) => Palette::Light,
        _ if cfg!(windows) || on_linux_console() => Palette::Dark,
        _ => Palette::Neutral,
    }
}

/// The signs the terminal most likely has.
fn guessed_glyphs() -> Glyphs {
    if !store::utf8() {
        Glyphs::Ascii
    } else if on_linux_console() || cfg!(windows) {
        Glyphs::Cp437
    } else {
        Glyphs::Full
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colours_fit_the_ground_that_a_terminal_tells() {
        for (said, palette) in [("15;0", Palette::Dark), ("0;15", Palette::Light), ("0;default;7", Palette::Light)] {
            assert_eq!(guessed_palette(Some(said)), palette, "{said}");
        }
    }
}
