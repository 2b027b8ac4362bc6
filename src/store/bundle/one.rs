//! One interview as a bundle of its own, in its envelope.

use std::path::Path;
use std::sync::Arc;

use super::line::{self, Counts, Hex, InterviewLine, LaptopLine, ManifestLine};
use super::paper::LineWriter;
use super::read::{self, Record};
use super::{BundleFault, Carried, LaptopId};
use crate::interview::{Event, InterviewId};
use crate::questionnaire::{Hash, Questionnaire};
use crate::store::codec;
use crate::store::envelope::Envelope;
use crate::store::fault::Fault;
use crate::store::rows;
use crate::store::vault::Access;
use crate::store::{Identity, Recipients, StoreError, clock};

/// An interview that began under this identity on this laptop, as an age file with a bundle in it; the questionnaire stays
/// outside, where it can be read.
pub(in crate::store) fn sealed(
    access: &Access<'_>,
    (id, questionnaire, laptop): (InterviewId, Hash, LaptopId),
    events: &[Event],
    recipients: &Recipients,
) -> Result<Vec<u8>, Fault> {
    let head = codec::chain(codec::origin(id, questionnaire), events)?;
    let interview = InterviewLine::of((id, questionnaire, laptop), events, head)?;
    let (own, of) = (super::laptop::own(access)?, interview.laptop);
    let mut hasher = blake3::Hasher::new();
    hasher.update(&id.0);
    hasher.update(&interview.head.0);
    let (whole, nothing) = (Hex(*hasher.finalize().as_bytes()), Hex(*blake3::hash(&[]).as_bytes()));
    let laptops = super::laptop::all(access)?.into_iter().filter(|one| one.id == own || one.id.0 == of.0);
    let laptops = laptops.map(|one| {
        let here = one.id.0 == of.0;
        let blake3 = if here { whole } else { nothing };
        LaptopLine { id: Hex(one.id.0), name: one.name, interviews: here.into(), unfinished: 0, sealed: 0, blake3 }
    });
    let manifest = ManifestLine {
        kohesi: line::KIND.to_owned(),
        format: line::FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        laptop: Hex(own.0),
        made_unix_ms: clock::now().unix_ms,
        counts: Counts { interviews: 1, ..Counts::default() },
        left_unfinished: 0,
        laptops: laptops.collect(),
    };
    let mut plain = zeroize::Zeroizing::new(Vec::with_capacity(2 * interview.history.0.len() + 4_096));
    let mut lines = LineWriter::new(&mut *plain);
    lines.put(&manifest)?;
    lines.put(&line::Line::Interview(interview))?;
    lines.end()?;
    Ok(recipients.seal(&plain)?)
}

/// The interview in an envelope; nothing where the key does not open it.
pub(super) fn opened(
    envelope: &Envelope,
    key: &Identity,
    known: &dyn Fn(Hash) -> Option<Arc<Questionnaire>>,
) -> Result<Option<Carried>, Fault> {
    let plain = match key.open(&envelope.body) {
        Ok(plain) => plain,
        Err(StoreError::NotForKey) => return Ok(None),
        Err(StoreError::Altered | StoreError::NotSealed) => return Err(super::said(BundleFault::Altered)),
        Err(fault) => return Err(fault.into()),
    };
    let mut found = None;
    read::read(&mut plain.as_slice(), Path::new(""), known, &mut |_, record| match record {
        Record::Interview(carried) if found.is_none() => {
            found = Some(carried);
            Ok(())
        }
        _ => Err(super::said(BundleFault::Line)),
    })?;
    let is_it = |carried: &Carried| {
        (carried.id, carried.laptop, carried.questionnaire.hash())
            == (envelope.id, envelope.laptop, envelope.questionnaire)
    };
    found.filter(is_it).map(Some).ok_or_else(|| super::said(BundleFault::Altered))
}

/// Questionnaires that a store keeps, by their hash.
pub(super) fn kept(access: &Access<'_>, hash: Hash) -> Option<Arc<Questionnaire>> {
    let number = crate::store::write::questionnaire_number(access, hash).ok().flatten()?;
    super::questionnaire_again(&rows::questionnaire(access, number).ok()?.1).ok()
}
