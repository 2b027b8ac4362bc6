use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use age::armor::ArmoredReader;
use age::secrecy::{ExposeSecret, SecretString};
use age::stream::StreamReader;
use age::{DecryptError, Decryptor, Encryptor, scrypt, x25519};
use zeroize::Zeroizing;

use super::super::{StoreError, fault};
use super::header::{self, Begun};
use super::{PublicKey, Recipients};

/// The work a new passphrase costs who guesses it, as a power of two: 128 MiB, what OWASP recommends for scrypt, and
/// a second on an old laptop.
const WORK: u8 = 17;
/// The most work that is done for a passphrase: 1 GiB.
const MOST_WORK: u8 = 20;
/// What a file begins with that is itself sealed, as bytes and as letters.
const SEALED: [&[u8]; 2] = [b"age-encryption.org/", b"-----BEGIN AGE"];

/// Private keys, one or more: what was sealed to the public half of one of them is opened. They are wiped from memory
/// when they are dropped.
pub struct Identity(Vec<x25519::Identity>);

impl Identity {
    /// The most bytes of a key file.
    pub const LARGEST: u64 = 64 * 1024;

    /// Whether these are the bytes of a key file, under a passphrase or not.
    pub(in crate::store) fn is_in(file: &[u8]) -> bool {
        matches!(Self::read(file, None), Ok(_) | Err(StoreError::NeedsPassphrase))
    }

    /// A new pair of keys.
    #[must_use]
    pub fn generate() -> Self {
        Self(vec![x25519::Identity::generate()])
    }

    /// The keys in the bytes of a key file: lines of `AGE-SECRET-KEY-1…` and of comments, or the same under a passphrase
    /// as `age -p` seals it.
    ///
    /// # Errors
    /// [`StoreError::NotAKey`], and of a file under a passphrase [`StoreError::NeedsPassphrase`],
    /// [`StoreError::WrongPassphrase`], [`StoreError::CostlyPassphrase`] or [`StoreError::Altered`].
    pub fn read(file: &[u8], passphrase: Option<&str>) -> Result<Self, StoreError> {
        if u64::try_from(file.len()).is_ok_and(|length| length > Self::LARGEST) {
            return Err(StoreError::NotAKey);
        }
        let Some(sealed) = under_passphrase(file)? else { return Self::of_text(file) };
        let passphrase = SecretString::from(passphrase.ok_or(StoreError::NeedsPassphrase)?);
        let mut identity = scrypt::Identity::new(passphrase);
        identity.set_max_work_factor(MOST_WORK);
        let mut opened = sealed.decrypt(std::iter::once(&identity as _)).map_err(|error| match error {
            DecryptError::DecryptionFailed => StoreError::WrongPassphrase,
            DecryptError::ExcessiveWork { .. } => StoreError::CostlyPassphrase,
            _ => StoreError::Altered,
        })?;
        // As long as it can become, so that no copy of it stays behind where it grew.
        let mut text = Zeroizing::new(Vec::with_capacity(file.len()));
        opened.read_to_end(&mut text).map_err(|_| StoreError::Altered)?;
        Self::of_text(&text)
    }

    fn of_text(text: &[u8]) -> Result<Self, StoreError> {
        let text = std::str::from_utf8(text).map_err(|_| StoreError::NotAKey)?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys: Vec<x25519::Identity> =
            lines.map(str::parse).collect::<Result<_, _>>().map_err(|_| StoreError::NotAKey)?;
        if keys.is_empty() { Err(StoreError::NotAKey) } else { Ok(Self(keys)) }
    }

    /// The keys as the lines of a key file.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(self.0.len() * 80));
        for key in &self.0 {
            text.push_str(key.to_string().expose_secret());
            text.push('\n');
        }
        text
    }

    /// The bytes of a key file with `text`, under a passphrase.
    ///
    /// # Errors
    /// [`StoreError::Encoding`] where it cannot be computed.
    pub fn lock(text: &str, passphrase: &str) -> Result<Vec<u8>, StoreError> {
        let mut recipient = scrypt::Recipient::new(SecretString::from(passphrase));
        recipient.set_work_factor(WORK);
        let encryptor = Encryptor::with_recipients(std::iter::once(&recipient as _));
        let encryptor = encryptor.map_err(|_| StoreError::Encoding)?;
        let sealed = || {
            let mut writer = encryptor.wrap_output(Vec::new())?;
            writer.write_all(text.as_bytes())?;
            writer.finish()
        };
        sealed().map_err(|_: io::Error| StoreError::Encoding)
    }

    /// The public halves.
    #[must_use]
    pub fn public_keys(&self) -> Vec<PublicKey> {
        self.0.iter().map(|key| PublicKey(key.to_public())).collect()
    }

    /// Everyone it opens for, as those to seal to.
    #[must_use]
    pub fn recipients(&self) -> Option<Recipients> {
        Recipients::new(self.public_keys())
    }

    /// Opens what fits into memory. Nothing of it is handed on unless all of it is as it was sealed.
    ///
    /// # Errors
    /// [`StoreError::NotForKey`], [`StoreError::Altered`] or [`StoreError::NotSealed`].
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        // What is opened is shorter than what was sealed; where a buffer grows a copy stays behind.
        let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
        let opened = self.reader(sealed).and_then(|mut reader| reader.read_to_end(&mut plain));
        opened.map_err(|error| fault::of_io(&error, Path::new("")))?;
        Ok(plain)
    }

    /// Opens as a stream, 64 KiB at a time.
    ///
    /// Each piece is handed on when it alone is found to be as it was sealed. That none is missing is known at the end:
    /// **until the reader has given 0 bytes, nothing that was read may be counted as whole.**
    ///
    /// # Errors
    /// [`StoreError::NotForKey`], [`StoreError::Altered`] or [`StoreError::NotSealed`] within the error, as
    /// [`of_io`](super::super::of_io) takes it out; or what `sealed` says.
    pub fn reader<R: BufRead>(&self, sealed: R) -> io::Result<OpenedReader<R>> {
        let decryptor = Decryptor::new_buffered(header::look(sealed)?).map_err(said)?;
        let keys = self.0.iter().map(|key| key as &dyn age::Identity);
        decryptor.decrypt(keys).map(OpenedReader).map_err(said)
    }
}

/// A key file under a passphrase; none where the file is in plain text.
fn under_passphrase(file: &[u8]) -> Result<Option<Decryptor<Begun<impl BufRead>>>, StoreError> {
    if !SEALED.iter().any(|begins| file.starts_with(begins)) {
        return Ok(None);
    }
    let begun = header::look(BufReader::new(ArmoredReader::new(file))).map_err(|_| StoreError::Altered)?;
    let sealed = Decryptor::new_buffered(begun).map_err(|_| StoreError::Altered)?;
    if sealed.is_scrypt() { Ok(Some(sealed)) } else { Err(StoreError::NotAKey) }
}

/// The public halves alone.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identity").field(&self.public_keys()).finish()
    }
}

fn said(error: DecryptError) -> io::Error {
    match error {
        DecryptError::NoMatchingKeys => io::Error::other(StoreError::NotForKey),
        DecryptError::Io(error) => cut_short(error),
        _ => io::Error::other(StoreError::Altered),
    }
}

/// What the disk says stays as it is.
fn cut_short(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => io::Error::other(StoreError::Altered),
        _ => error,
    }
}

/// Gives what was sealed; see [`Identity::reader`].
pub struct OpenedReader<R>(StreamReader<Begun<R>>);

impl<R: BufRead> Read for OpenedReader<R> {
    fn read(&mut self, plain: &mut [u8]) -> io::Result<usize> {
        self.0.read(plain).map_err(cut_short)
    }
}
