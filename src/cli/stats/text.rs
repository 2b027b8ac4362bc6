use super::figures::{Figure, Figures, GroupFigures, ItemFigures, Quality, ScaleFigures, Shown, Told};
use super::gather::Answers;
use crate::scoring::ScaleOf;
use crate::stats::{ALL, Statistic};
use crate::text::{Catalogue, Phrase, Tag, pad, width, wrap};

/// Columns of a page.
const COLUMNS: usize = 80;
/// So many workshops are listed; programs get all of them.
const LISTED: usize = 40;

/// The figures as people read them, in one language.
pub(super) struct Page<'a> {
    pub(super) t: &'a Catalogue,
    pub(super) tag: &'a Tag,
    pub(super) answers: &'a Answers,
}

/// What is said below a table, each once.
#[derive(Default)]
struct Notes(Vec<String>);

impl Notes {
    /// The mark of a note.
    fn mark(&mut self, note: String) -> String {
        let place = self.0.iter().position(|known| *known == note).unwrap_or_else(|| {
            self.0.push(note);
            self.0.len() - 1
        });
        format!("- ({})", place + 1)
    }
}

impl Page<'_> {
    /// Everything of one questionnaire.
    pub(super) fn all<'t>(&self, told: &Told, workshops: impl ExactSizeIterator<Item = (&'t str, &'t Told)>) -> String {
        let words = &self.t.stats;
        let questionnaire = &self.answers.questionnaire;
        let (key, version) = (questionnaire.key().as_str(), questionnaire.version().as_str());
        let title = questionnaire.title().get(self.tag);
        let heading = words.heading.with(&[("title", title.as_str()), ("key", key), ("version", version)]);
        let mut said = headed(&heading);
        said += &paragraph(words.not_random.as_str());
        if let Some(quality) = &told.quality {
            said += &self.quality(quality);
        }
        said += &self.group(&told.all, true);
        if let Some(without) = &told.without_flagged {
            let heading = words.without_flagged.to_string();
            said += &headed(&heading);
            said += &self.group(without, false);
        }
        if workshops.len() > 0 {
            said += &self.workshops(workshops);
        }
        said + "\n"
    }

    fn count(&self, count: u64) -> String {
        self.t.whole(i64::try_from(count).unwrap_or(i64::MAX))
    }

    fn number(&self, value: f64, decimals: usize) -> String {
        let text = format!("{value:.decimals$}");
        let is_zero = text.chars().all(|sign| matches!(sign, '-' | '0' | '.'));
        let text = if is_zero { text.trim_start_matches('-').to_owned() } else { text };
        text.replace('.', self.t.forms.decimal.as_str())
    }

    fn reason(&self, code: &str, values: &[(&str, u64)]) -> String {
        let words = &self.t.stats;
        let filled: Vec<(&str, String)> = values.iter().map(|(name, value)| (*name, self.count(*value))).collect();
        let filled: Vec<(&str, &str)> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let own = match code {
            "too_few_to_show" => Some(&words.too_few_to_show),
            "too_few_interviews" => Some(&words.too_few_interviews),
            _ => self.t.statistics.reasons.get(code),
        };
        own.map_or_else(|| code.to_owned(), |phrase: &Phrase| phrase.with(&filled))
    }

    fn none(&self, figure: &Figure) -> Option<String> {
        let Figure::None { reason, values } = figure else { return None };
        let values: Vec<(&str, u64)> = values.iter().map(|(name, value)| (*name, *value)).collect();
        Some(self.reason(reason, &values))
    }

    fn quality(&self, quality: &Quality) -> String {
        let words = &self.t.stats;
        let count = |count| self.count(count);
        paragraph(&words.quality.with(&[
            ("flagged", &count(quality.flagged)),
            ("run", &count(quality.longstring)),
            ("irv", &count(quality.irv)),
            ("quick", &count(quality.page_time)),
            ("self", &count(quality.self_administered)),
        ]))
    }

    fn group(&self, group: &Shown, explained: bool) -> String {
        let group = match group {
            Shown::Figures(group) => group,
            Shown::None(figure) => return paragraph(&self.none(figure).unwrap_or_default()),
        };
        let interviews = self.t.stats.interviews.with(&[("n", &self.count(group.interviews))]);
        let mut said = paragraph(&interviews);
        let scales = &self.answers.gathering.sheet().scales;
        let mut notes = Notes::default();
        for (scale, figures) in scales.iter().zip(&group.scales) {
            said += &self.scale(scale.of, figures, &mut notes);
        }
        said += &footnotes(&notes);
        said += &self.items(&group.items);
        if explained {
            said += &self.legend(group);
        }
        said
    }

    fn scale(&self, of: ScaleOf, figures: &ScaleFigures, notes: &mut Notes) -> String {
        let questionnaire = &self.answers.questionnaire;
        let name = match of {
            ScaleOf::Aspect(aspect) => questionnaire.aspects().get(aspect.0).map(|aspect| &aspect.name),
            ScaleOf::Total => questionnaire.total().map(|total| &total.name),
        };
        let name = name.map_or("", |name| name.get(self.tag).as_str());
        let values = [self.count(figures.scored), self.count(figures.unscored), self.count(figures.complete)];
        let [scored, unscored, complete] = values.each_ref().map(String::as_str);
        let scored = self.t.stats.scored.with(&[("n", scored), ("without", unscored), ("complete", complete)]);
        let mut rows = vec![[String::new(), String::new(), self.t.stats.interval.to_string(), "n".to_owned()]];
        for (statistic, figure) in shown(&figures.figures) {
            rows.push(self.row(statistic, figure, notes));
        }
        format!("{name}\n{scored}\n{}\n", table(&rows))
    }

    fn row(&self, statistic: &Statistic, figure: &Figure, notes: &mut Notes) -> [String; 4] {
        let named = self.t.statistics.named.get(statistic.key);
        let name = named.map_or(statistic.key, |words| words.name.as_str()).to_owned();
        let decimals = if in_percent(statistic) { 1 } else { 3 };
        match figure {
            Figure::Value { value, low, high, n } => {
                let ends = low.zip(*high);
                let between = |(low, high)| {
                    let (low, high) = (self.number(low, decimals), self.number(high, decimals));
                    self.t.stats.between.with(&[("low", &low), ("high", &high)])
                };
                let n = if *n == 0 { String::new() } else { self.count(*n) };
                [name, self.number(*value, decimals), ends.map(between).unwrap_or_default(), n]
            }
            Figure::None { .. } => {
                let mark = notes.mark(self.none(figure).unwrap_or_default());
                [name, mark, String::new(), String::new()]
            }
        }
    }

    fn items(&self, items: &[ItemFigures]) -> String {
        let words = &self.t.stats;
        let columns = ["mean", "sd", "agreement", "item_rest"];
        let mut notes = Notes::default();
        let head = [
            &words.item,
            &words.n,
            &words.dont_know,
            &words.declined,
            &words.not_applicable,
            &words.skipped,
            &words.mean,
            &words.sd,
            &words.agreement,
            &words.item_rest,
        ];
        let mut rows = vec![head.map(ToString::to_string)];
        for item in items {
            let missing = item.missing;
            let counts = [item.n, missing.dont_know, missing.declined, missing.not_applicable, missing.skipped];
            let [n, dont_know, declined, not_applicable, skipped] = counts.map(|count| self.count(count));
            let [mean, sd, agreement, rest] = columns.map(|key| {
                let figure = item.figures.iter().find(|(known, _)| *known == key).map(|(_, figure)| figure);
                match figure {
                    Some(Figure::Value { value, .. }) => self.number(*value, 2),
                    Some(figure) => notes.mark(self.none(figure).unwrap_or_default()),
                    None => String::new(),
                }
            });
            let key = item.item.clone();
            rows.push([key, n, dont_know, declined, not_applicable, skipped, mean, sd, agreement, rest]);
        }
        let legend = wrap(words.items_legend.as_str(), COLUMNS).join("\n");
        format!("{}\n{}{}{legend}\n\n", words.items, table(&rows), footnotes(&notes))
    }

    /// What each statistic that was shown says, in plain words.
    fn legend(&self, group: &GroupFigures) -> String {
        let keys: Vec<&str> =
            group.scales.iter().flat_map(|scale| shown(&scale.figures)).map(|(one, _)| one.key).collect();
        let of_items = ["agreement", "item_rest"];
        let used = ALL.iter().filter(|one| keys.contains(&one.key) || of_items.contains(&one.key));
        let lines = used.filter_map(|one| {
            let words = self.t.statistics.named.get(one.key)?;
            Some(wrap(&format!("{}: {}", words.name, words.says), COLUMNS).join("\n") + "\n")
        });
        format!("{}\n{}\n", self.t.stats.legend, lines.collect::<String>())
    }

    fn workshops<'t>(&self, workshops: impl ExactSizeIterator<Item = (&'t str, &'t Told)>) -> String {
        let words = &self.t.stats;
        let count = workshops.len();
        let aspects = self.answers.questionnaire.aspects().iter().map(|aspect| aspect.short.get(self.tag).to_string());
        let mut rows: Vec<Vec<String>> = vec![[words.n.to_string()].into_iter().chain(aspects).collect()];
        let mut names = Vec::new();
        for (id, told) in workshops.take(LISTED) {
            names.push(id);
            rows.push(match &told.all {
                Shown::Figures(group) => {
                    let means = group.scales.iter().map(|scale| self.mean_of(scale));
                    [self.count(group.interviews)].into_iter().chain(means).collect()
                }
                Shown::None(_) => vec![words.fewer.to_string()],
            });
        }
        let table = lines(&rows);
        let mut table = table.lines();
        let mut said = format!("{}\n    {}\n", words.workshops, table.next().unwrap_or_default());
        for (name, line) in names.iter().zip(table) {
            said += &[name, "\n    ", line, "\n"].concat();
        }
        if count > LISTED {
            said += &words.more_workshops.with(&[("n", &self.count(u64::try_from(count - LISTED).unwrap_or(0)))]);
            said.push('\n');
        }
        said
    }

    fn mean_of(&self, scale: &ScaleFigures) -> String {
        let mean = scale.figures.iter().find(|(key, _)| *key == crate::stats::mean::STATISTIC.key);
        match mean {
            Some((_, Figure::Value { value, .. })) => self.number(*value, 1),
            _ => "-".to_owned(),
        }
    }
}

/// Whether its unit is percent of maximum possible, which one decimal is enough for.
fn in_percent(statistic: &Statistic) -> bool {
    ["mean", "sd", "bootstrap_percentile", "bootstrap_bca", "change", "mdc95"].contains(&statistic.key)
}

/// What is shown to people, in the order of the registry.
fn shown(figures: &Figures) -> impl Iterator<Item = (&'static Statistic, &Figure)> {
    let of = |statistic: &&'static Statistic| figures.iter().find(|(key, _)| *key == statistic.key);
    let for_people = ALL.into_iter().filter(|statistic| statistic.shown_from.is_some());
    for_people.filter_map(move |statistic| of(&statistic).map(|(_, figure)| (statistic, figure)))
}

fn headed(heading: &str) -> String {
    format!("{heading}\n{}\n\n", "=".repeat(width(heading).min(COLUMNS)))
}

fn paragraph(text: &str) -> String {
    wrap(text, COLUMNS).join("\n") + "\n\n"
}

fn footnotes(notes: &Notes) -> String {
    let lines = notes.0.iter().enumerate().map(|(place, note)| {
        let marked = format!("({}) {note}", place + 1);
        wrap(&marked, COLUMNS).join("\n") + "\n"
    });
    lines.chain((!notes.0.is_empty()).then(|| "\n".to_owned())).collect()
}

fn table<const N: usize>(rows: &[[String; N]]) -> String {
    lines(&rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>())
}

/// Rows as lines, aligned by display width: texts to the left, numbers to the right.
fn lines(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max();
    let widths: Vec<usize> = (0..columns).map(|column| widest(column).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, wide))| {
            if column == 0 { pad(cell, *wide) } else { " ".repeat(wide.saturating_sub(width(cell))) + cell }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}
