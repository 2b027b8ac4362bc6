use std::time::Duration;

use crate::support::pty::{BOUND, Pty};

/// Items of the core questionnaire.
pub(super) const ANSWERS: usize = 39;

/// What ends a frame the program has sent.
const END_FRAME: &[u8] = b"\x1b[?2026l";

/// What the screen said of saving in one whole frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// The number of the item on the screen, from 1, and of all items.
    pub(super) counter: Option<(usize, usize)>,
    /// The status line.
    pub(super) status: String,
    /// Everything.
    pub(super) text: String,
}

impl Frame {
    fn of(screen: &vt100::Screen) -> Self {
        let text = screen.contents();
        let rows: Vec<String> = screen.rows(0, screen.size().1.get()).collect();
        let counter = rows.first().and_then(|row| counter(row));
        let status = rows.get(rows.len().saturating_sub(2)).map(|row| row.trim().to_owned()).unwrap_or_default();
        Self { counter, status, text }
    }

    pub(super) fn heading_is(&self, heading: &str) -> bool {
        self.text.trim_start().starts_with(heading)
    }

    pub(super) fn is_profile(&self) -> bool {
        self.counter.is_none() && self.text.contains("Your profile")
    }

    pub(super) fn says_saved(&self) -> bool {
        self.status.split_whitespace().any(|word| word == "saved")
    }

    pub(super) fn says_not_saved(&self) -> bool {
        self.status.contains("NOT SAVED")
    }

    /// The answers that are on the disk by what this frame says.
    fn claim(&self) -> Option<usize> {
        match self.counter {
            _ if !self.says_saved() => None,
            Some((at, _)) => Some(at - 1),
            None if self.heading_is("Before you finish") || self.is_profile() => Some(ANSWERS),
            None => None,
        }
    }
}

fn counter(row: &str) -> Option<(usize, usize)> {
    let (before, of) = row.trim_end().rsplit_once(" / ")?;
    Some((before.rsplit(' ').next()?.parse().ok()?, of.parse().ok()?))
}

/// What the screen has claimed of one interview.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Claim {
    /// So many answers are saved; none where not even the beginning is.
    pub(super) saved: Option<usize>,
    /// The finished interview is saved.
    pub(super) finished: bool,
}

/// Reads every whole frame of a program and keeps what was claimed. Half a frame claims nothing: it mixes two screens.
pub(super) struct Watch {
    parser: vt100::Parser,
    seen: usize,
    in_interview: bool,
    /// One for each interview that was begun or taken up.
    pub(super) claims: Vec<Claim>,
    /// The last whole frame.
    pub(super) last: Option<Frame>,
}

impl Watch {
    pub(super) fn new() -> Self {
        let [rows, columns] = [24, 80].map(|cells| std::num::NonZeroU16::new(cells).unwrap());
        Self {
            parser: vt100::Parser::new(rows, columns, 0),
            seen: 0,
            in_interview: false,
            claims: Vec::new(),
            last: None,
        }
    }

    /// Waits for the first frame: what is typed before it goes to a terminal that is not yet the program's.
    pub(super) fn begin(pty: &mut Pty) -> Self {
        let mut watch = Self::new();
        watch.until(pty, "the first frame", |_| true);
        watch
    }

    /// Takes what has arrived; the new frames.
    pub(super) fn look(&mut self, pty: &mut Pty) -> Vec<Frame> {
        let mut frames = Vec::new();
        let bytes = pty.bytes();
        while let Some(end) = bytes[self.seen..].windows(END_FRAME.len()).position(|window| window == END_FRAME) {
            let until = self.seen + end + END_FRAME.len();
            self.parser.process(&bytes[self.seen..until]);
            self.seen = until;
            frames.push(Frame::of(self.parser.screen()));
        }
        for frame in &frames {
            self.note(frame);
        }
        self.last = frames.last().cloned().or(self.last.take());
        frames
    }

    fn note(&mut self, frame: &Frame) {
        // Keys typed ahead may leave out every screen before the first item.
        if frame.counter.is_some() && !self.in_interview {
            self.claims.push(Claim::default());
        }
        self.in_interview = frame.counter.is_some() || (self.in_interview && !frame.is_profile());
        if let Some(claim) = self.claims.last_mut() {
            claim.saved = claim.saved.max(frame.claim());
            claim.finished |= frame.says_saved() && frame.is_profile();
        }
    }

    /// Waits until a whole frame is as it should be, and gives every frame up to there.
    pub(super) fn until(&mut self, pty: &mut Pty, what: &str, holds: impl Fn(&Frame) -> bool) -> Vec<Frame> {
        self.within(BOUND, pty, what, holds)
    }

    pub(super) fn within(
        &mut self,
        bound: Duration,
        pty: &mut Pty,
        what: &str,
        holds: impl Fn(&Frame) -> bool,
    ) -> Vec<Frame> {
        let mut frames = Vec::new();
        let begun = std::time::Instant::now();
        loop {
            frames.extend(self.look(pty));
            if self.last.as_ref().is_some_and(&holds) {
                return frames;
            }
            assert!(
                begun.elapsed() < bound,
                "waited for {what} (the program's process: {:?}); the last frame:\n{}",
                pty.program(),
                self.text()
            );
            wait_for_output(pty, Duration::from_millis(20).min(bound));
        }
    }

    /// Goes on with the unfinished interview that is offered; the number of the item that is on the screen then.
    pub(super) fn taken_up(&mut self, pty: &mut Pty) -> usize {
        self.until(pty, "the offer to go on", |frame| frame.text.contains("Would you like to go on with it?"));
        pty.type_keys(b"1\r").unwrap();
        self.until(pty, "the interview", |frame| frame.counter.is_some() && frame.says_saved());
        self.last.as_ref().and_then(|last| last.counter).unwrap().0
    }

    /// The last whole frame's text.
    pub(super) fn text(&self) -> &str {
        self.last.as_ref().map_or("", |frame| &frame.text)
    }
}

/// Waits until something has arrived, or for `bound`.
pub(super) fn wait_for_output(pty: &mut Pty, bound: Duration) {
    let mut asked = false;
    // Nothing arriving is no error here.
    let _ = pty.wait_for(|_| std::mem::replace(&mut asked, true), bound);
}
