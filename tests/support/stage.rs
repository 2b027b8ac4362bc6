//! The program without disk, clock and terminal: keys in, screens and stored events out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kohesi::interview::{At, Draft, Event as Kept, Interview, InterviewId, Packed, Response, WorkshopId};
use kohesi::questionnaire::{Answer, BUILTIN, ItemIndex, Pick, Questionnaire};
use kohesi::report::Glyphs;
use kohesi::settings::Settings;
use kohesi::store::{
    BundleOrder, BundleWord, Erased, Gathered, Loaded, Order, State, StoreError, Summary, Word, Workshop,
};
use kohesi::text::Language;
use kohesi::tui::{App, Boot, Effect, Event, Library, Now, Paste, Start, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

/// The wall clock of the tests: 23 November 2026, 13:05 UTC.
pub(crate) const NOON: i64 = 1_795_439_100_000;

/// Past the introduction and the consent.
pub(crate) const IN: &str = "End Enter 1 Enter";

/// The whole core questionnaire: every scale item "agree", age, gender, years, role.
pub(crate) fn all_answers() -> String {
    format!("{IN} {} 2 Enter 1 Enter '12' Enter 1 Enter", "4 Enter ".repeat(35))
}

/// What the store was told of one interview.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) questionnaire: Arc<Questionnaire>,
    pub(crate) events: Vec<Kept>,
    pub(crate) draft: Option<Draft>,
    pub(crate) packed: Option<Packed>,
}

/// A store in memory that does at once what it is told, until it is told to fail.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    /// What is around, and what merging a bundle there comes to.
    pub(crate) around: kohesi::store::Around,
    pub(crate) merges: std::collections::BTreeMap<std::path::PathBuf, Result<kohesi::store::Merged, StoreError>>,
    /// What is in sealed bundles; the key file that opens them, and its passphrase.
    pub(crate) sealed: std::collections::BTreeMap<std::path::PathBuf, kohesi::store::Looked>,
    pub(crate) key_file: (std::path::PathBuf, String),
    /// How often it was told to stop what it does with bundles.
    pub(crate) stops: usize,
    /// What a bundle that is made says of itself.
    pub(crate) bundled: kohesi::store::Bundled,
    pub(crate) records: BTreeMap<InterviewId, Record>,
    pub(crate) refusals: usize,
    /// Workshops as they were kept last.
    pub(crate) workshops: Vec<Workshop>,
    /// How many orders it was given.
    pub(crate) orders: usize,
    pub(crate) fault: Option<StoreError>,
    /// Another program writes.
    pub(crate) locked: bool,
    /// What is finished is sealed.
    pub(crate) seals: bool,
    /// It is under a passphrase: this one.
    pub(crate) passphrase: String,
    /// PINs that unlock it too.
    pub(crate) pins: Vec<String>,
    /// Orders are kept back while this is set.
    pub(crate) slow: bool,
    pub(crate) waiting: VecDeque<(kohesi::store::Ticket, Order)>,
}

/// The program on a stage.
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) shelf: Shelf,
    pub(crate) files: Vec<(String, Vec<u8>)>,
    pub(crate) settings: Vec<(&'static str, &'static str)>,
    /// What was read aloud, and in which language.
    pub(crate) spoken: Vec<(String, String)>,
    pub(crate) exports: Vec<kohesi::tui::Wanted>,
    pub(crate) exited: bool,
    pub(crate) elapsed: Duration,
    /// Time that passes with each key.
    pub(crate) pace: Duration,
    terminal: Terminal<TestBackend>,
}

pub(crate) fn core() -> Arc<Questionnaire> {
    Arc::new(BUILTIN[0].read().unwrap())
}

/// How a stage is set.
pub(crate) struct Set {
    pub(crate) start: Start,
    pub(crate) language: &'static str,
    pub(crate) ask_language: bool,
    pub(crate) size: (u16, u16),
    pub(crate) settings: Settings,
    pub(crate) glyphs: Glyphs,
    pub(crate) theme: Theme,
    pub(crate) paste: Paste,
    pub(crate) practice: bool,
    pub(crate) shelf: Shelf,
}

impl Set {
    pub(crate) fn take(language: &'static str) -> Self {
        Self::of(Start::Take(core()), language)
    }

    pub(crate) fn of(start: Start, language: &'static str) -> Self {
        Self {
            start,
            language,
            ask_language: false,
            size: (80, 24),
            settings: Settings::default(),
            glyphs: Glyphs::Full,
            theme: Theme::named("dark").unwrap(),
            paste: Paste::Marked,
            practice: false,
            shelf: Shelf::default(),
        }
    }

    pub(crate) fn size(self, size: (u16, u16)) -> Self {
        Self { size, ..self }
    }

    pub(crate) fn over(self, kept: Shelf) -> Self {
        Self { shelf: kept, ..self }
    }

    pub(crate) fn play(self) -> Stage {
        let boot = Boot {
            core: match &self.start {
                Start::Take(questionnaire) => Arc::clone(questionnaire),
                Start::Kiosk(start) => Arc::clone(&start.questionnaire),
                _ => core(),
            },
            start: self.start,
            language: Language::by_tag(self.language).unwrap(),
            ask_language: self.ask_language,
            settings: self.settings,
            theme: self.theme,
            colourless: false,
            glyphs: self.glyphs,
            paste: self.paste,
            library: Library(Arc::new(|| BUILTIN.iter().map(|builtin| Arc::new(builtin.read().unwrap())).collect())),
            practice: self.practice,
            exports: "/hasil".into(),
            exporter: kohesi::tui::Exports(Arc::new(|_, _, _| unreachable!("the stage answers itself"))),
            new_id,
            local: |ms| {
                let time = jiff::Timestamp::from_millisecond(ms).unwrap();
                jiff::tz::TimeZone::fixed(jiff::tz::offset(7)).to_datetime(time)
            },
        };
        let now = Now { at: At { unix_ms: NOON, doubtful: false }, elapsed: Duration::ZERO };
        let mut stage = Stage {
            app: App::new(boot, now).unwrap(),
            shelf: self.shelf,
            files: Vec::new(),
            settings: Vec::new(),
            spoken: Vec::new(),
            exports: Vec::new(),
            exited: false,
            elapsed: Duration::from_secs(1),
            pace: Duration::from_millis(900),
            terminal: Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap(),
        };
        stage.draw();
        let interviews = stage.shelf.summaries();
        stage.event(Event::Store(Box::new(Word::Ready {
            interviews,
            notices: Vec::new(),
            protected: !stage.shelf.passphrase.is_empty(),
        })));
        stage
    }
}

/// A key that was taken out of its file.
fn some_key() -> kohesi::store::Key {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), kohesi::store::Identity::generate().text().as_bytes()).unwrap();
    kohesi::store::Key::read(file.path(), None).unwrap()
}

/// Identities that differ, and are the same in every run of a test that makes one interview.
fn new_id() -> InterviewId {
    thread_local!(static NEXT: AtomicU8 = const { AtomicU8::new(1) });
    let number = NEXT.with(|next| next.fetch_add(1, Ordering::Relaxed));
    let mut id = [0x5a; 16];
    id[0] = number;
    id[15] = number.wrapping_mul(37);
    InterviewId(id)
}

impl Shelf {
    pub(crate) fn summaries(&self) -> Vec<Summary> {
        let summary = |(id, record): (&InterviewId, &Record)| {
            let interview = record.interview(*id);
            let at = |event: Option<&Kept>| event.map_or(At { unix_ms: 0, doubtful: true }, |event| event.at);
            Summary {
                id: *id,
                questionnaire: record.questionnaire.hash(),
                key: record.questionnaire.key().to_string(),
                version: record.questionnaire.version().to_string(),
                started: at(record.events.first()),
                last: at(record.events.last()),
                answered: (!self.seals || record.packed.is_none()).then(|| interview.progress().answered),
                items: interview.progress().items,
                state: match record.packed {
                    Some(_) if self.seals => State::Sealed,
                    Some(_) => State::Finished,
                    None => State::Unfinished,
                },
            }
        };
        self.records.iter().map(summary).collect()
    }

    fn load(&self, id: InterviewId) -> Loaded {
        let record = &self.records[&id];
        Loaded {
            id,
            questionnaire: record.questionnaire.source().to_owned(),
            questionnaire_key: record.questionnaire.key().to_string(),
            events: record.events.clone(),
            draft: record.draft.clone(),
            packed: record.packed.clone(),
            finished: record.packed.is_some(),
        }
    }

    fn gather(&self, id: WorkshopId) -> Gathered {
        let workshop = self.workshops.iter().find(|workshop| workshop.id == id).unwrap().clone();
        let of = |packed: &Packed| packed.circumstances.workshop == Some(id);
        let finished = self.records.iter().filter(|(_, record)| record.packed.as_ref().is_some_and(of));
        let interviews = finished.map(|(id, _)| self.load(*id)).collect();
        let core = core();
        let (key, questionnaire) = (core.key().to_string(), core.source().to_owned());
        Gathered { workshop, key, questionnaire, interviews, damaged: 0, sealed: 0 }
    }

    fn add(&mut self, id: InterviewId, events: Vec<Kept>) {
        let Some(record) = self.records.get_mut(&id) else { panic!("{id} was not begun") };
        for event in events {
            match usize::try_from(event.seq).unwrap().cmp(&record.events.len()) {
                std::cmp::Ordering::Less => assert_eq!(record.events[event.seq as usize], event),
                std::cmp::Ordering::Equal => record.events.push(event),
                std::cmp::Ordering::Greater => panic!("a gap before {}", event.seq),
            }
        }
    }

    pub(crate) fn obey(&mut self, ticket: kohesi::store::Ticket, order: Order) -> Word {
        self.orders += 1;
        if let Some(fault) = &self.fault {
            return Word::NotStored(ticket, fault.clone());
        }
        match order {
            Order::Begin { id, questionnaire, events, draft } => {
                self.records.entry(id).or_insert(Record {
                    questionnaire,
                    events: Vec::new(),
                    draft: None,
                    packed: None,
                });
                self.add(id, events);
                self.records.get_mut(&id).unwrap().draft = Some(draft);
            }
            Order::Append { id, events, draft } => {
                self.add(id, events);
                self.records.get_mut(&id).unwrap().draft = Some(draft);
            }
            Order::Draft { id, draft } => self.records.get_mut(&id).unwrap().draft = Some(draft),
            Order::Finish { id, events, packed } => {
                self.add(id, events);
                let record = self.records.get_mut(&id).unwrap();
                record.packed = Some(packed);
                record.draft = None;
            }
            Order::Erase { id } => {
                let events = self.records.remove(&id).map_or(0, |record| record.events.len());
                return Word::Erased(ticket, Erased { events, ..Erased::default() });
            }
            Order::EraseWorkshop { workshop } => {
                let ids: Vec<_> = self.gather(workshop).interviews.iter().map(|loaded| loaded.id).collect();
                self.records.retain(|id, _| !ids.contains(id));
                return Word::Erased(ticket, Erased { interviews: ids.len(), ..Erased::default() });
            }
            Order::Refuse { .. } => self.refusals += 1,
            Order::List => return Word::Listed(ticket, self.summaries()),
            Order::Load { id } => return Word::Loaded(ticket, Box::new(self.load(id))),
            Order::KeepWorkshop { workshop, .. } => {
                self.workshops.retain(|known| known.id != workshop.id);
                self.workshops.push(*workshop);
            }
            Order::Unlock { secret } if secret.text() == self.passphrase => {
                return Word::Ready { interviews: self.summaries(), notices: Vec::new(), protected: true };
            }
            Order::Unlock { .. } => return Word::NotUnlocked(ticket),
            Order::KeepPin { pin, .. } => self.pins.push(pin.text().to_owned()),
            Order::Workshops => return Word::Workshops(ticket, self.workshops.clone()),
            Order::ChangeWorkshop { workshop, .. } if self.locked => {
                assert!(self.workshops.iter().any(|known| known.id == workshop));
                return Word::NotStored(ticket, StoreError::Locked { pid: Some(7), since: None });
            }
            Order::ChangeWorkshop { workshop, change } => {
                let kept = self.workshops.iter_mut().find(|known| known.id == workshop).unwrap();
                change.apply(&mut kept.about);
            }
            Order::Attend => {}
            Order::Bundles(order) => return self.obey_with_bundles(ticket, order),
            Order::Gather { workshop, .. } => {
                let now = self.gather(workshop);
                let known = |first: &WorkshopId| self.workshops.iter().any(|workshop| workshop.id == *first);
                let before = now.workshop.about.second_of.filter(known).map(|first| Box::new(self.gather(first)));
                return Word::Gathered(ticket, Box::new(now), before);
            }
            Order::MoveTo { questionnaire, id, events, draft, .. } => {
                self.records.insert(id, Record { questionnaire, events, draft: Some(draft), packed: None });
            }
        }
        Word::Stored(ticket)
    }

    fn obey_with_bundles(&mut self, ticket: kohesi::store::Ticket, order: BundleOrder) -> Word {
        let word = match order {
            BundleOrder::LookAround { folder } => {
                BundleWord::Around(kohesi::store::Around { folder, ..self.around.clone() })
            }
            BundleOrder::Open { path, key, passphrase } => {
                let typed = passphrase.as_ref().map(kohesi::store::Secret::text);
                if key != self.key_file.0 {
                    return Word::NotStored(ticket, StoreError::NotAKey);
                }
                if typed != Some(&self.key_file.1) {
                    let needed = typed.map_or(StoreError::NeedsPassphrase, |_| StoreError::WrongPassphrase);
                    return Word::NotStored(ticket, needed);
                }
                let looked = Ok(self.sealed[&path].clone());
                BundleWord::Opened(kohesi::store::Found { path, looked }, some_key())
            }
            BundleOrder::Merge { path, key } if key.is_none() && self.sealed.contains_key(&path) => {
                panic!("{} is sealed", path.display())
            }
            BundleOrder::Merge { path, .. } => match self.merges.remove(&path) {
                Some(Ok(merged)) => BundleWord::Merged(merged),
                Some(Err(fault)) => return Word::NotStored(ticket, fault),
                None => panic!("{} is not there", path.display()),
            },
            BundleOrder::Make { folder, day } => {
                BundleWord::Made(folder.join(format!("kohesi-{day}-1f3a9c02.kohesi")), self.bundled)
            }
        };
        Word::Bundles(ticket, Box::new(word))
    }

    /// What is on the disk of the only interview, item by item: a choice's number, a number, a text in quotes, `?`
    /// don't know, `!` declined, `n` routed away, `[1,2]` several, `<2,1>` ranks, `-` left out, `.` not reached.
    pub(crate) fn stored(&self) -> String {
        let Some((id, record)) = self.records.iter().next() else { return "nothing".to_owned() };
        let interview = record.interview(*id);
        let said = |index: ItemIndex| match interview.response(index) {
            None => ".".to_owned(),
            Some(Response::Skipped) => "-".to_owned(),
            Some(Response::DontKnow) => "?".to_owned(),
            Some(Response::Declined) => "!".to_owned(),
            Some(Response::NotApplicable) => "n".to_owned(),
            Some(Response::Given(Answer::Choice(pick))) => (pick.0 + 1).to_string(),
            Some(Response::Given(Answer::Number(number))) => number.to_string(),
            Some(Response::Given(Answer::Text(text))) => format!("{text:?}"),
            Some(Response::Given(Answer::Other(pick, said))) => format!("{}:{said:?}", pick.0 + 1),
            Some(Response::Given(Answer::Choices(picks))) => {
                let other = picks.other.as_ref().map(|said| format!(":{said:?}")).unwrap_or_default();
                format!("[{}]{other}", places(&picks.picks))
            }
            Some(Response::Given(Answer::Date(day))) => day.civil().to_string(),
            Some(Response::Given(Answer::Ranking(ranks))) => format!("<{}>", places(ranks)),
        };
        let all: Vec<String> = record.questionnaire.indexes().map(said).collect();
        all.join(" ").trim_end_matches([' ', '.']).to_owned()
    }
}

impl Record {
    pub(crate) fn interview(&self, id: InterviewId) -> Interview {
        Interview::replay(Arc::clone(&self.questionnaire), id, self.events.clone()).unwrap()
    }
}

impl Stage {
    /// Presses the keys named in `keys`, with time between them: digits and letters are themselves, others have
    /// names, `'some text'` is typed letter by letter.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        for key in read_keys(keys) {
            self.elapsed += self.pace;
            self.event(Event::Key(key));
        }
        self
    }

    pub(crate) fn event(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let at = At { unix_ms: NOON + i64::try_from(self.elapsed.as_millis()).unwrap(), doubtful: false };
            let effects = self.app.update(event, Now { at, elapsed: self.elapsed });
            for effect in effects {
                match effect {
                    Effect::Order(ticket, order) if self.shelf.slow => self.shelf.waiting.push_back((ticket, *order)),
                    Effect::Order(ticket, order) => {
                        events.push_back(Event::Store(Box::new(self.shelf.obey(ticket, *order))));
                    }
                    Effect::OpenStore(_) => events.push_back(Event::Store(Box::new(match &self.shelf.fault {
                        Some(fault) => Word::NotReady(fault.clone()),
                        None => {
                            Word::Ready { interviews: self.shelf.summaries(), notices: Vec::new(), protected: false }
                        }
                    }))),
                    Effect::SaveSetting { key, word } => {
                        self.settings.push((key, word));
                        self.app.settings_saved(Ok(Ok(())));
                    }
                    Effect::SaveProfile { name, content } => {
                        self.app.profile_saved(Ok(std::path::PathBuf::from("/hasil").join(&name)));
                        self.files.push((name, content));
                    }
                    Effect::Speak(text, language) => self.spoken.push((text, language.to_string())),
                    Effect::SealPin(pin) => events.push_back(Event::PinSealed(Ok(format!("sealed {}", pin.text())))),
                    Effect::CheckPin { sealed, pin } => {
                        events.push_back(Event::PinChecked(sealed == format!("sealed {}", pin.text())));
                    }
                    Effect::Exit => self.exited = true,
                    Effect::Export(wanted) => {
                        let path = wanted.folder.join(format!("kohesi-inti.{}", wanted.format));
                        self.exports.push(wanted);
                        events.push_back(Event::Exported(Ok((1, path))));
                    }
                    Effect::StopBundles => self.shelf.stops += 1,
                    Effect::Mouse(_) | Effect::Suspend | Effect::EnterAgain => {}
                }
            }
        }
        self.draw();
    }

    /// Lets the slow store do what it was told.
    pub(crate) fn catch_up(&mut self) {
        self.shelf.slow = false;
        while let Some((ticket, order)) = self.shelf.waiting.pop_front() {
            let word = self.shelf.obey(ticket, order);
            self.event(Event::Store(Box::new(word)));
        }
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, time: Duration) -> &mut Self {
        self.elapsed += time;
        self.event(Event::Tick);
        self
    }

    pub(crate) fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        self.terminal.backend_mut().resize(columns, rows);
        self.event(Event::Resized);
        self
    }

    pub(crate) fn draw(&mut self) {
        self.terminal.draw(|frame| self.app.draw(frame)).unwrap();
    }

    pub(crate) fn buffer(&self) -> &Buffer {
        self.terminal.backend().buffer()
    }

    /// Where the terminal's cursor stands.
    pub(crate) fn cursor(&mut self) -> ratatui::layout::Position {
        self.terminal.get_cursor_position().unwrap()
    }

    /// The screen as text, a line a row.
    pub(crate) fn screen(&self) -> String {
        let buffer = self.buffer();
        let row = |y| {
            (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned() + "\n"
        };
        (0..buffer.area.height).map(row).collect()
    }

    /// The only interview in the store.
    pub(crate) fn record(&self) -> &Record {
        assert_eq!(self.shelf.records.len(), 1);
        self.shelf.records.values().next().unwrap()
    }

    /// What is on the disk; see [`Shelf::stored`].
    pub(crate) fn stored(&self) -> String {
        self.shelf.stored()
    }
}

fn places(picks: &[Pick]) -> String {
    picks.iter().map(|pick| (pick.0 + 1).to_string()).collect::<Vec<_>>().join(",")
}

/// `"3 Enter F2 'dua belas' Ctrl-c"` as key presses.
pub(crate) fn read_keys(keys: &str) -> Vec<KeyEvent> {
    let mut read = Vec::new();
    let mut rest = keys.trim_start();
    while !rest.is_empty() {
        let (word, after) = if let Some(text) = rest.strip_prefix('\'') {
            let (text, after) = text.split_once('\'').expect("a closing quote");
            read.extend(text.chars().map(|c| KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
            ("", after)
        } else {
            rest.split_once(' ').unwrap_or((rest, ""))
        };
        if !word.is_empty() {
            read.push(key(word));
        }
        rest = after.trim_start();
    }
    read
}

fn key(word: &str) -> KeyEvent {
    let (modifiers, name) = match word.strip_prefix("Ctrl-") {
        Some(name) => (KeyModifiers::CONTROL, name),
        None => (KeyModifiers::NONE, word),
    };
    let code = match name {
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        "Up" => KeyCode::Up,
        "Down" => KeyCode::Down,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "PageUp" => KeyCode::PageUp,
        "PageDown" => KeyCode::PageDown,
        "Backspace" => KeyCode::Backspace,
        "Delete" => KeyCode::Delete,
        "Tab" => KeyCode::Tab,
        "BackTab" => KeyCode::BackTab,
        "Space" => KeyCode::Char(' '),
        _ if name.chars().count() == 1 => KeyCode::Char(name.chars().next().unwrap()),
        _ => KeyCode::F(name.strip_prefix('F').and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("no key {name}"))),
    };
    KeyEvent::new(code, modifiers)
}
