//! Reading a bundle as it streams by: nothing of it is believed before it was checked, and nothing is held that grows
//! with the number of interviews.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use super::line::{
    self, Counts, EndLine, Head, Id, InterviewLine, LaptopLine, Line, ManifestLine, QuestionnaireLine, SealedLine,
    WorkshopLine,
};
use super::workshop::Refused;
use super::{BundleFault, Carried, Changes, LaptopId, workshop};
use crate::interview::{At, InterviewId, WorkshopId};
use crate::questionnaire::{self, Hash, Questionnaire};
use crate::store::codec::Seal;
use crate::store::envelope::Envelope;
use crate::store::fault::{self, Fault};
use crate::store::{StoreError, Workshop, codec};
use crate::text::Clean;

/// The most bytes of a line.
pub(super) const LONGEST_LINE: usize = 8 << 20;
/// The most bytes of a questionnaire's text, and of all of them together.
pub(super) const LONGEST_TEXT: usize = 4 << 20;
const ALL_TEXTS: usize = 16 << 20;
/// The most questionnaires.
const QUESTIONNAIRES: usize = 256;
/// The most laptops.
const LAPTOPS: usize = 10_000;
/// The most bytes of a history.
pub(super) const LONGEST_HISTORY: usize = 4 << 20;
/// The most characters of a laptop's name.
pub(super) const LONGEST_NAME: usize = 64;

/// Something that stands in a bundle.
pub(super) enum Record {
    Questionnaire(Arc<Questionnaire>),
    Workshop(Box<Workshop>, Changes, Refused),
    Refusals { laptop: LaptopId, questionnaire: Hash, count: u32 },
    Interview(Carried),
    Sealed(Envelope),
    Erased(InterviewId),
}

/// A bundle that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) manifest: ManifestLine,
    /// BLAKE3 of everything but its last line, which follows from it.
    pub(super) blake3: [u8; 32],
}

/// Reads a bundle to its end and hands out what stands in it, each once it was checked. Only when all of it was read is
/// it known to be whole: whoever keeps something of it keeps it in a transaction.
pub(super) fn read(
    source: &mut dyn Read,
    path: &Path,
    known: &dyn Fn(Hash) -> Option<Arc<Questionnaire>>,
    each: &mut dyn FnMut(&ManifestLine, Record) -> Result<(), Fault>,
) -> Result<Whole, Fault> {
    let mut lines = Lines { source: BufReader::with_capacity(1 << 16, source), path, line: Vec::new(), number: 0 };
    let mut hasher = blake3::Hasher::new();
    let manifest = manifest(&mut lines)?;
    hasher.update(&lines.line);
    let mut seen = Seen::default();
    let elsewhere = |hash| known(hash).filter(|_| manifest.counts.questionnaires == 0);
    loop {
        lines.next()?;
        if lines.line.starts_with(b"{\"end\":") {
            break;
        }
        hasher.update(&lines.line);
        let record = seen.record(&manifest, &elsewhere, &lines.line).map_err(|fault| lines.said(fault))?;
        each(&manifest, record)?;
    }
    let blake3 = *hasher.finalize().as_bytes();
    if lines.line != EndLine::bytes(lines.number - 1, blake3) || !seen.agrees(&manifest) || !lines.is_at_end()? {
        return Err(lines.said(BundleFault::Altered));
    }
    Ok(Whole { manifest, blake3 })
}

/// The first line.
fn manifest(lines: &mut Lines<'_>) -> Result<ManifestLine, Fault> {
    let said = |fault| StoreError::Bundle { path: lines.path.to_owned(), line: 1, fault }.into();
    lines.next().map_err(|fault| match fault {
        // A file without an end of its first line is none of ours.
        Fault::Said(StoreError::Bundle { .. }) => said(BundleFault::NotABundle),
        other => other,
    })?;
    let head: Head = serde_json::from_slice(&lines.line).map_err(|_| said(BundleFault::NotABundle))?;
    if head.kohesi != line::KIND {
        return Err(said(BundleFault::NotABundle));
    }
    if head.format > line::FORMAT {
        return Err(said(BundleFault::Newer { found: head.format, known: line::FORMAT }));
    }
    let manifest: ManifestLine = serde_json::from_slice(&lines.line).map_err(|_| said(BundleFault::Line))?;
    let is_short = |text: &str| text.chars().count() <= LONGEST_NAME && Clean::strip(text).as_str() == text;
    let names = manifest.laptops.iter().all(|laptop| is_short(&laptop.name)) && is_short(&manifest.program);
    let rising = manifest.laptops.is_sorted_by(|one, other| one.id < other.id);
    let own = manifest.laptops.iter().any(|laptop| laptop.id == manifest.laptop);
    if manifest.laptops.len() > LAPTOPS || manifest.counts.questionnaires > QUESTIONNAIRES as u64 {
        return Err(said(BundleFault::TooMuch));
    }
    if head.format == line::FORMAT && names && rising && own { Ok(manifest) } else { Err(said(BundleFault::Line)) }
}

/// The lines of a file, one at a time.
struct Lines<'a> {
    source: BufReader<&'a mut dyn Read>,
    path: &'a Path,
    /// The line, with its end.
    line: Vec<u8>,
    number: u64,
}

impl Lines<'_> {
    fn said(&self, fault: BundleFault) -> Fault {
        StoreError::Bundle { path: self.path.to_owned(), line: self.number, fault }.into()
    }

    fn next(&mut self) -> Result<(), Fault> {
        self.line.clear();
        self.number += 1;
        let limit = LONGEST_LINE as u64 + 1;
        let read = (&mut self.source).take(limit).read_until(b'\n', &mut self.line);
        read.map_err(|error| self.failed(&error))?;
        match self.line.last() {
            Some(b'\n') => Ok(()),
            _ if self.line.len() > LONGEST_LINE => Err(self.said(BundleFault::TooMuch)),
            _ => Err(self.said(BundleFault::CutShort)),
        }
    }

    fn is_at_end(&mut self) -> Result<bool, Fault> {
        match self.source.fill_buf() {
            Ok(rest) => Ok(rest.is_empty()),
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn failed(&self, error: &io::Error) -> Fault {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => self.said(BundleFault::CutShort),
            _ => match fault::of_io(error, self.path) {
                // What an envelope says of bytes that are not what was put into it.
                StoreError::Altered => self.said(BundleFault::Altered),
                fault => fault.into(),
            },
        }
    }
}

/// What was seen of a bundle so far: enough to hold it to its order and to what its first line says.
#[derive(Default)]
struct Seen {
    questionnaires: HashMap<Hash, Arc<Questionnaire>>,
    texts: usize,
    /// The section, and what the last line of it stands under; the next one stands under more.
    last: (u8, Vec<u8>),
    counts: [u64; 6],
    laptops: HashMap<LaptopId, OfLaptop>,
}

#[derive(Default)]
struct OfLaptop {
    interviews: u64,
    unfinished: u64,
    sealed: u64,
    hasher: blake3::Hasher,
}

impl Seen {
    fn record(
        &mut self,
        manifest: &ManifestLine,
        elsewhere: &dyn Fn(Hash) -> Option<Arc<Questionnaire>>,
        line: &[u8],
    ) -> Result<Record, BundleFault> {
        match serde_json::from_slice(line).map_err(|_| BundleFault::Line)? {
            Line::Questionnaire(line) => {
                self.rises(0, &line.blake3.0)?;
                self.questionnaire(&line).map(Record::Questionnaire)
            }
            Line::Workshop(line) => {
                self.rises(1, &line.id.0)?;
                self.known(line.questionnaire.0)?;
                line.refused.iter().try_for_each(|(laptop, _)| listed(manifest, laptop.0).map(|_| ()))?;
                of_workshop(*line)
            }
            Line::Refusals(line) => {
                self.rises(2, &[line.laptop.0.as_slice(), &line.questionnaire.0].concat())?;
                self.known(line.questionnaire.0)?;
                let laptop = listed(manifest, line.laptop.0)?;
                Ok(Record::Refusals { laptop, questionnaire: Hash(line.questionnaire.0), count: line.count })
            }
            Line::Interview(line) => {
                self.rises(3, &[line.id.0, line.head.0].concat())?;
                listed(manifest, line.laptop.0)?;
                let of = Hash(line.questionnaire.0);
                if !self.questionnaires.contains_key(&of)
                    && let Some(read) = elsewhere(of)
                {
                    self.questionnaires.insert(of, read);
                }
                self.interview(line).map(Record::Interview)
            }
            Line::Sealed(line) => {
                self.rises(4, &[&line.id.0[..], &line.blake3.0].concat())?;
                self.known(line.questionnaire.0)?;
                let laptop = listed(manifest, line.laptop.0)?;
                self.sealed(*line, laptop).map(Record::Sealed)
            }
            Line::Erased(id) => {
                self.rises(5, &id.0)?;
                Ok(Record::Erased(InterviewId(id.0)))
            }
            Line::End(_) => Err(BundleFault::Line),
        }
    }

    /// Sections stand in one order, and what stands in them too: so nothing can stand there twice.
    fn rises(&mut self, section: u8, under: &[u8]) -> Result<(), BundleFault> {
        let (before, last) = &self.last;
        if (section, under) <= (*before, last.as_slice()) && self.counts != [0; 6] {
            return Err(BundleFault::Line);
        }
        self.last = (section, under.to_vec());
        self.counts[usize::from(section)] += 1;
        Ok(())
    }

    fn known(&self, hash: [u8; 32]) -> Result<&Arc<Questionnaire>, BundleFault> {
        self.questionnaires.get(&Hash(hash)).ok_or(BundleFault::Questionnaire)
    }

    fn questionnaire(&mut self, line: &QuestionnaireLine) -> Result<Arc<Questionnaire>, BundleFault> {
        self.texts += line.text.len();
        let too_many = self.questionnaires.len() >= QUESTIONNAIRES;
        if line.text.len() > LONGEST_TEXT || self.texts > ALL_TEXTS || too_many {
            return Err(BundleFault::TooMuch);
        }
        if Hash::of(&line.text).0 != line.blake3.0 {
            return Err(BundleFault::Questionnaire);
        }
        let read = questionnaire::read_again("", &line.text).map_err(|_| BundleFault::Questionnaire)?;
        let read = Arc::new(read);
        self.questionnaires.insert(read.hash(), Arc::clone(&read));
        Ok(read)
    }

    fn interview(&mut self, line: InterviewLine) -> Result<Carried, BundleFault> {
        let questionnaire = Arc::clone(self.known(line.questionnaire.0)?);
        let InterviewLine { id, laptop, events: count, head, history, .. } = line;
        if history.0.len() > LONGEST_HISTORY || count as usize > codec::MOST_EVENTS {
            return Err(BundleFault::TooMuch);
        }
        let events = codec::history_from_elsewhere(&history.0).ok_or(BundleFault::History)?;
        let laptop = LaptopId(laptop.0);
        let carried = Carried::new(InterviewId(id.0), questionnaire, laptop, events).ok_or(BundleFault::History)?;
        if carried.events.len() != count as usize || carried.head() != head.0 {
            return Err(BundleFault::History);
        }
        let of_laptop = self.laptops.entry(laptop).or_default();
        of_laptop.interviews += 1;
        of_laptop.unfinished += u64::from(!carried.is_finished());
        of_laptop.hasher.update(&id.0);
        of_laptop.hasher.update(&head.0);
        Ok(carried)
    }

    fn sealed(&mut self, line: SealedLine, laptop: LaptopId) -> Result<Envelope, BundleFault> {
        let SealedLine { id, questionnaire, workshop, started_unix_ms, last_unix_ms, doubtful, .. } = line;
        if doubtful > 3 || *blake3::hash(&line.envelope.0).as_bytes() != line.blake3.0 {
            return Err(BundleFault::Line);
        }
        let of_laptop = self.laptops.entry(laptop).or_default();
        of_laptop.sealed += 1;
        of_laptop.hasher.update(&id.0);
        of_laptop.hasher.update(&line.blake3.0);
        let at = |unix_ms, bit| At { unix_ms, doubtful: doubtful & bit != 0 };
        Ok(Envelope {
            id: InterviewId(id.0),
            questionnaire: Hash(questionnaire.0),
            workshop: workshop.map(|Id(id)| WorkshopId(id)),
            laptop,
            started: at(started_unix_ms, 1),
            last: at(last_unix_ms, 2),
            body: line.envelope.0,
        })
    }

    /// Whether all that the first line says is there.
    fn agrees(&self, manifest: &ManifestLine) -> bool {
        let Counts { questionnaires, workshops, refusals, interviews, sealed, erased } = manifest.counts;
        let said = [questionnaires, workshops, refusals, interviews, sealed, erased];
        let none = OfLaptop::default();
        said == self.counts
            && manifest.laptops.iter().all(|line| {
                let found = self.laptops.get(&LaptopId(line.id.0)).unwrap_or(&none);
                line.interviews == found.interviews
                    && line.unfinished == found.unfinished
                    && line.sealed == found.sealed
                    && line.blake3.0 == *found.hasher.finalize().as_bytes()
            })
    }
}

fn listed(manifest: &ManifestLine, laptop: Seal) -> Result<LaptopId, BundleFault> {
    let place = manifest.laptops.binary_search_by(|line: &LaptopLine| line.id.0.cmp(&laptop));
    place.map(|_| LaptopId(laptop)).map_err(|_| BundleFault::Line)
}

fn of_workshop(line: WorkshopLine) -> Result<Record, BundleFault> {
    let (workshop, changes, refused) = workshop::of_line(line).ok_or(BundleFault::Workshop)?;
    Ok(Record::Workshop(Box::new(workshop), changes, refused))
}
