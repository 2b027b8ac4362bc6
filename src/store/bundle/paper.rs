//! The file that is to become a bundle: its lines, its envelope, and whether the disk gives back what was written.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use super::line::EndLine;
use super::{BundleFault, files};
use crate::store::fault::{self, Fault};
use crate::store::{Recipients, StoreError};

/// What the disk says of the file that is written; which file that is, is added by whoever knows.
pub(super) struct Paper(io::Error);

impl From<Paper> for Fault {
    fn from(Paper(error): Paper) -> Self {
        fault::of_io(&error, Path::new("")).into()
    }
}

/// Writes lines, and at their end what they must come to.
pub(super) struct LineWriter<'a> {
    paper: &'a mut dyn Write,
    hasher: blake3::Hasher,
    count: u64,
}

impl<'a> LineWriter<'a> {
    pub(super) fn new(paper: &'a mut dyn Write) -> Self {
        Self { paper, hasher: blake3::Hasher::new(), count: 0 }
    }

    pub(super) fn put(&mut self, line: &impl serde::Serialize) -> Result<(), Fault> {
        let mut bytes = serde_json::to_vec(line).map_err(|_| StoreError::Encoding)?;
        bytes.push(b'\n');
        self.hasher.update(&bytes);
        self.count += 1;
        Ok(self.paper.write_all(&bytes).map_err(Paper)?)
    }

    pub(super) fn end(self) -> Result<(), Fault> {
        let end = EndLine::bytes(self.count, *self.hasher.finalize().as_bytes());
        Ok(self.paper.write_all(&end).map_err(Paper)?)
    }
}

/// Puts what is written into an envelope.
pub(super) fn seal(
    recipients: &Recipients,
    paper: &mut dyn Write,
    fill: &dyn Fn(&mut dyn Write) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut envelope = recipients.writer(paper).map_err(Paper)?;
    fill(&mut envelope)?;
    envelope.finish().map_err(Paper)?;
    Ok(())
}

/// Everything that goes through it is hashed on its way to the file.
struct Hashing {
    file: BufWriter<File>,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes the file that is to become the bundle, synced, and holds what the disk gives back against what was written.
/// Gives how many bytes it has.
pub(super) fn write_part(
    part: &Path,
    path: &Path,
    fill: &mut dyn FnMut(&mut dyn Write) -> Result<(), Fault>,
) -> Result<u64, Fault> {
    let said = |error: io::Error| fault::of_io(&error, path);
    match fs::remove_file(part) {
        // One left behind by a power cut is nobody's.
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(said(error).into()),
        _ => {}
    }
    let fresh = files::create_private(part).map_err(said)?;
    let mut paper = Hashing { file: BufWriter::with_capacity(1 << 16, fresh), hasher: blake3::Hasher::new(), bytes: 0 };
    fill(&mut paper).map_err(|fault| at(fault, path))?;
    paper.flush().and_then(|()| paper.file.get_ref().sync_all()).map_err(said)?;
    let mut back = File::open(part).map_err(said)?;
    forget_cached(&back);
    let mut hasher = blake3::Hasher::new();
    let mut window = vec![0; 1 << 16];
    loop {
        match back.read(&mut window).map_err(said)? {
            0 => break,
            read => _ = hasher.update(&window[..read]),
        }
    }
    if hasher.finalize() == paper.hasher.finalize() { Ok(paper.bytes) } else { Err(super::said(BundleFault::Changed)) }
}

/// Names the file where a fault of writing does not.
fn at(fault: Fault, path: &Path) -> Fault {
    let named = |old: PathBuf| if old.as_os_str().is_empty() { path.to_owned() } else { old };
    match fault {
        Fault::Said(StoreError::Full { path, reason }) => StoreError::Full { path: named(path), reason }.into(),
        Fault::Said(StoreError::ReadOnly { path, reason }) => StoreError::ReadOnly { path: named(path), reason }.into(),
        Fault::Said(StoreError::Io { path, reason }) => StoreError::Io { path: named(path), reason }.into(),
        other => other,
    }
}

/// Lets the system forget what it keeps of the file in memory, so that it is read from the disk.
fn forget_cached(file: &File) {
    #[cfg(target_os = "linux")]
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
    #[cfg(not(target_os = "linux"))]
    let _ = file;
}
