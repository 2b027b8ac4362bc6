//! What is sealed in the store is opened and taken in.

use super::merge::{self, Tally};
use super::{Watch, kin, one};
use crate::store::fault::Fault;
use crate::store::{Identity, Store, StoreError, connection, envelope};

/// What became of interviews that were sealed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsealed {
    /// What was in the envelopes that were opened, as if it had arrived in a bundle.
    pub taken: Tally,
    /// Envelopes that this key does not open; they stay.
    pub left: u64,
    /// Envelopes that are damaged; they stay.
    pub damaged: u64,
}

impl Store {
    /// Opens what is sealed here with a private key and takes it in as interviews that can be read, all in one
    /// transaction. In a protected store they are enciphered.
    ///
    /// # Errors
    /// [`StoreError::NeedsKey`] while the store is locked, [`StoreError::Bundle`] where an envelope holds what is no
    /// interview, or what the disk says. Nothing has changed then.
    pub fn open_sealed(&mut self, key: &Identity, watch: Watch<'_>) -> Result<Unsealed, StoreError> {
        let told = self.write(None, |access| {
            if access.is_closed() {
                return Err(Fault::Closed);
            }
            let (mut told, mut done, mut sound) = (Unsealed::default(), 0, Vec::new());
            envelope::every(access, |number, envelope| {
                match envelope {
                    Ok(_) => sound.push(number),
                    Err(fault) if fault.is_damage() => told.damaged += 1,
                    Err(fault) => return Err(fault),
                }
                Ok(())
            })?;
            for number in sound {
                let envelope = envelope::at(access, number)?;
                match one::opened(&envelope, key, &|hash| one::kept(access, hash))? {
                    Some(carried) => {
                        merge::take(access, &carried, &mut told.taken)?;
                        envelope.remove(access)?;
                    }
                    None => told.left += 1,
                }
                watch.next(&mut done)?;
            }
            kin::arrange_all(access)?;
            Ok(told)
        })?;
        connection::empty_log(self.reading()?);
        Ok(told)
    }
}
