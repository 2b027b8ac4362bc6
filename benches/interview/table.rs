//! The figures of both programs side by side, with the limits kohesi keeps to.

use std::io::{self, Write};
use std::time::Duration;

use crate::measure::Figures;

/// What a line's last columns say.
#[derive(Clone, Copy, Debug)]
enum Limit {
    /// kohesi's figure is at most so many times the bare form's.
    Times(f64),
    /// kohesi's figure is at most this.
    AtMost(f64),
    /// kohesi's figure is exactly this.
    Exactly(f64),
    /// For information.
    None,
}

/// One line of the table.
pub(crate) struct Line {
    what: &'static str,
    digits: usize,
    /// Smallest, median and 99th percentile of each program; none where it was not measured.
    spreads: Option<[[f64; 3]; 2]>,
    /// Which of the three is compared.
    compared: usize,
    limit: Limit,
}

impl Line {
    fn new(what: &'static str, digits: usize, samples: [Vec<f64>; 2], compared: usize, limit: Limit) -> Self {
        let [one, other] = samples.map(spread);
        Self { what, digits, spreads: one.zip(other).map(|(one, other)| [one, other]), compared, limit }
    }

    fn figures(&self) -> Option<[f64; 2]> {
        self.spreads.map(|spreads| spreads.map(|spread| spread[self.compared]))
    }

    /// Whether the limit is kept; what could not be measured breaks none.
    pub(crate) fn holds(&self) -> bool {
        let Some([one, other]) = self.figures() else { return true };
        match self.limit {
            Limit::Times(times) => other <= one * times,
            Limit::AtMost(most) => other <= most,
            Limit::Exactly(exact) => (other - exact).abs() < 1e-9,
            Limit::None => true,
        }
    }
}

/// Smallest, median and 99th percentile.
fn spread(mut samples: Vec<f64>) -> Option<[f64; 3]> {
    samples.sort_by(f64::total_cmp);
    let at = |hundredths: usize| samples.get((samples.len() * hundredths).div_ceil(100).saturating_sub(1)).copied();
    Some([at(0)?, at(50)?, at(99)?])
}

fn ms(times: &[Duration]) -> Vec<f64> {
    times.iter().map(|time| time.as_secs_f64() * 1_000.0).collect()
}

/// The table's lines for interviews of `items` items.
pub(crate) fn lines(figures: &[Figures; 2], items: usize) -> Vec<Line> {
    const MEDIAN: usize = 1;
    const P99: usize = 2;
    let of = |samples: fn(&Figures) -> Vec<f64>| [samples(&figures[0]), samples(&figures[1])];
    let per_item = figures.each_ref().map(|figures| {
        #[expect(clippy::cast_precision_loss, reason = "there are few items")]
        let items = items as f64;
        ms(&figures.ahead).into_iter().map(|time| time / items).collect()
    });
    vec![
        Line::new("start to first full frame, ms", 2, of(|f| ms(&f.start)), MEDIAN, Limit::Times(1.3)),
        Line::new("Enter to painted and saved, ms, p50", 3, of(|f| ms(&f.save)), MEDIAN, Limit::Times(1.2)),
        Line::new("Enter to painted and saved, ms, p99", 3, of(|f| ms(&f.save)), P99, Limit::Times(1.2)),
        Line::new("digit to painted, ms, p50", 3, of(|f| ms(&f.mark)), MEDIAN, Limit::None),
        Line::new("digit to painted, ms, p99", 3, of(|f| ms(&f.mark)), P99, Limit::None),
        Line::new("bytes to the terminal an answer", 0, of(|f| f.bytes.clone()), MEDIAN, Limit::Times(1.2)),
        Line::new("syncs an answer", 2, of(|f| f.syncs.into_iter().collect()), MEDIAN, Limit::Exactly(1.0)),
        Line::new("CPU an answer, ms", 3, of(|f| f.cpu.clone()), MEDIAN, Limit::Times(1.5)),
        Line::new("peak memory, KiB", 0, of(|f| f.peak.clone()), P99, Limit::AtMost(8_192.0)),
        Line::new("typed ahead, whole interview, ms", 1, of(|f| ms(&f.ahead)), MEDIAN, Limit::None),
        Line::new("typed ahead, an item, ms", 3, per_item, MEDIAN, Limit::None),
    ]
}

/// Writes the table.
///
/// # Errors
/// Where it cannot be written.
pub(crate) fn print(
    figures: &[Figures; 2],
    lines: &[Line],
    runs: usize,
    items: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let [one, other] = figures.each_ref().map(|figures| figures.name);
    let columns = "min / median / p99";
    writeln!(out, "{runs} runs of each in turn, {items} items, 80×24; each figure min / median / p99\n")?;
    writeln!(out, "{:<36} {one:^28} {other:^28} {:>6}  limit", "", "ratio")?;
    writeln!(out, "{:<36} {columns:^28} {columns:^28}", "")?;
    for line in lines {
        let Some((spreads, [first, second])) = line.spreads.zip(line.figures()) else {
            writeln!(out, "{:<36} NOT MEASURED: strace is not here", line.what)?;
            continue;
        };
        let [left, right] = spreads.map(|spread| {
            let [min, median, p99] = spread.map(|figure| format!("{figure:.*}", line.digits));
            format!("{min} / {median} / {p99}")
        });
        let limit = match line.limit {
            Limit::Times(times) => format!("≤ {times} times"),
            Limit::AtMost(most) => format!("≤ {most:.0}"),
            Limit::Exactly(exact) => format!("{exact:.0}"),
            Limit::None => "-".into(),
        };
        let verdict = if line.holds() { "" } else { "  BROKEN" };
        writeln!(out, "{:<36} {left:^28} {right:^28} {:>6.2}  {limit}{verdict}", line.what, second / first)?;
    }
    writeln!(out)?;
    for figures in figures {
        let Figures { name, right, .. } = figures;
        writeln!(out, "{name}: every answer right in {right} of {} interviews", runs * 2)?;
        for wrong in &figures.wrong {
            writeln!(out, "  WRONG: {wrong}")?;
        }
    }
    Ok(())
}
