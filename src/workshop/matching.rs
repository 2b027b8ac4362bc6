use crate::interview::InterviewId;

/// How a code that was typed is like a code that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Word for word.
    Same,
    /// Word for word, by two people.
    Twice,
    /// The same words in another order.
    OtherOrder,
    /// One letter more, fewer, another or changed with its neighbour.
    OneLetter,
    /// One word is another.
    OneWord,
}

/// A person of the first round who may be this one of the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The interview before.
    pub before: InterviewId,
    /// The interview after.
    pub after: InterviewId,
    /// How the codes are alike. Only [`Likeness::Same`] needs nobody to look.
    pub likeness: Likeness,
}

/// Who may be whom: for each code of `after` the nearest codes of `before`, those that are taken by an equal code left
/// out. Of `before` each interview is given with the ways to write its code, of `after` with what was typed.
#[must_use]
pub fn propose(before: &[(InterviewId, Vec<String>)], after: &[(InterviewId, String)]) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let likeness = |written: &[String], typed: &str| written.iter().filter_map(|one| alike(one, typed)).min();
    let mut taken: Vec<InterviewId> = Vec::new();
    for (after, typed) in after {
        let same = |(_, written): &&(InterviewId, Vec<String>)| likeness(written, typed) == Some(Likeness::Same);
        if let Some((before, _)) = before.iter().find(same) {
            taken.extend([*before, *after]);
            proposals.push(Proposal { before: *before, after: *after, likeness: Likeness::Same });
        }
    }
    let named: Vec<InterviewId> = proposals.iter().map(|one| one.before).collect();
    for one in &mut proposals {
        if named.iter().filter(|before| **before == one.before).count() > 1 {
            one.likeness = Likeness::Twice;
        }
    }
    for (after, typed) in after.iter().filter(|(after, _)| !taken.contains(after)) {
        let open = before.iter().filter(|(before, _)| !taken.contains(before));
        let mut near: Vec<Proposal> = open
            .filter_map(|(before, written)| {
                let likeness = likeness(written, typed)?;
                Some(Proposal { before: *before, after: *after, likeness })
            })
            .collect();
        near.sort_by_key(|proposal| proposal.likeness);
        let nearest = near.first().map(|proposal| proposal.likeness);
        near.retain(|proposal| Some(proposal.likeness) == nearest);
        proposals.extend(near);
    }
    proposals
}

fn words(text: &str) -> Vec<String> {
    let parts = text.split(|sign: char| !sign.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(str::to_lowercase).collect()
}

fn alike(given: &str, typed: &str) -> Option<Likeness> {
    let (given, typed) = (words(given), words(typed));
    if typed.is_empty() {
        return None;
    }
    if given == typed || given.concat() == typed.concat() {
        return Some(Likeness::Same);
    }
    let sorted = |words: &[String]| {
        let mut sorted = words.to_vec();
        sorted.sort();
        sorted
    };
    if sorted(&given) == sorted(&typed) {
        return Some(Likeness::OtherOrder);
    }
    if strsim::osa_distance(&given.concat(), &typed.concat()) == 1 {
        return Some(Likeness::OneLetter);
    }
    let others = given.iter().zip(&typed).filter(|(one, other)| one != other).count();
    (given.len() == typed.len() && given.len() > 2 && others == 1).then_some(Likeness::OneWord)
}
