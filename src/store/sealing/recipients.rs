use std::io::{self, Write};

use age::stream::StreamWriter;
use age::{EncryptError, Encryptor};

use super::super::StoreError;
use super::PublicKey;

/// Those to whom something is sealed, at least one. Any one of their keys opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipients(Vec<PublicKey>);

impl Recipients {
    /// These; none where there are none.
    #[must_use]
    pub fn new(keys: Vec<PublicKey>) -> Option<Self> {
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// These two.
    #[must_use]
    pub fn of(coordinator: PublicKey, recovery: PublicKey) -> Self {
        Self(vec![coordinator, recovery])
    }

    /// Their keys.
    #[must_use]
    pub fn keys(&self) -> &[PublicKey] {
        &self.0
    }

    /// Seals what fits into memory. It grows by some 400 bytes, and 16 for each 64 KiB.
    ///
    /// # Errors
    /// [`StoreError::Encoding`] where it cannot be computed.
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        let seal = || {
            let mut writer = self.writer(Vec::with_capacity(plain.len() + 1_024))?;
            writer.write_all(plain)?;
            writer.finish()
        };
        seal().map_err(|_: io::Error| StoreError::Encoding)
    }

    /// Seals what is written, 64 KiB at a time, into `to`, which should have a buffer of its own.
    ///
    /// # Errors
    /// What `to` says.
    pub fn writer<W: Write>(&self, to: W) -> io::Result<SealedWriter<W>> {
        let keys = self.0.iter().map(|key| &key.0 as &dyn age::Recipient);
        let encryptor = Encryptor::with_recipients(keys).map_err(|error| match error {
            EncryptError::Io(error) => error,
            _ => io::Error::other(StoreError::Encoding),
        })?;
        encryptor.wrap_output(to).map(SealedWriter)
    }
}

/// Seals what is written into it. Without [`SealedWriter::finish`] what was written opens for nobody.
pub struct SealedWriter<W>(StreamWriter<W>);

impl<W: Write> SealedWriter<W> {
    /// Writes the end, and gives back what was written into. It is not flushed.
    ///
    /// # Errors
    /// What the writer within says.
    pub fn finish(self) -> io::Result<W> {
        self.0.finish()
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, plain: &[u8]) -> io::Result<usize> {
        self.0.write(plain)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
