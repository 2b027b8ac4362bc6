//! How far something is that takes long, and Ctrl-C in the midst of it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::store::{self, Watch};
use crate::text::Catalogue;

/// So long it takes before it is told how far it is.
const PATIENCE: Duration = Duration::from_secs(1);
/// How an interrupted program ends: 128 and the number of its signal.
pub(super) const INTERRUPTED: u8 = 130;

/// How far it is, on a terminal and once it has taken a second.
pub(super) struct Progress<'t> {
    t: &'t Catalogue,
    of: String,
    bar: ProgressBar,
    began: std::time::Instant,
    /// Becomes true where someone wants it to stop.
    pub(super) stop: Arc<AtomicBool>,
}

impl<'t> Progress<'t> {
    /// Of these things so many were gone through.
    ///
    /// # Errors
    /// Where the system does not tell of signals.
    pub(super) fn new(t: &'t Catalogue, of: &str) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        #[cfg(unix)]
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            signal_hook::flag::register(signal, Arc::clone(&stop))?;
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{msg}");
        let bar = style.map_or(bar.clone(), |style| bar.with_style(style));
        Ok(Self { t, of: of.to_owned(), bar, began: store::monotonic(), stop })
    }

    /// What the store asks and tells.
    pub(super) fn watch<'a>(&'a self, tell: &'a dyn Fn(u64)) -> Watch<'a> {
        Watch { stop: &self.stop, progress: tell }
    }

    pub(super) fn tell(&self, done: u64) {
        if store::monotonic().saturating_duration_since(self.began) >= PATIENCE {
            let count = self.t.whole(i64::try_from(done).unwrap_or(i64::MAX));
            self.bar.set_message(format!("{}: {count}", self.of));
        }
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
