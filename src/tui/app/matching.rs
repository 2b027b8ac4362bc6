//! Who came twice: codes that are nearly the same are looked at by the facilitator, others are matched by hand.

use super::App;
use super::gathering::Purpose;
use super::overlay::Dialog;
use super::saving::Errand;
use crate::interview::{Interview, InterviewId};
use crate::store::{Change, Order, Pair};
use crate::text::LANGUAGES;
use crate::tui::screen::Screen;
use crate::tui::widget::{Page, Tone};
use crate::tui::{Action, Rounds};
use crate::workshop::{Likeness, Proposal};

/// Who came twice, on the screen.
#[derive(Debug)]
pub(in crate::tui) struct Matching {
    rounds: Rounds,
    /// Whose interview of the round before is looked for.
    looking_for: Option<InterviewId>,
}

/// A line of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// Codes that are nearly the same.
    Near(Proposal),
    /// Two that the facilitator has matched.
    Confirmed(InterviewId, InterviewId),
    /// Somebody of now without a match.
    Alone(InterviewId),
    /// Somebody of the round before without a match, who may be the one that is looked for.
    Earlier(InterviewId),
}

impl Matching {
    fn lines(&self) -> Vec<Line> {
        let pairs = self.rounds.pairs();
        let without = |interviews: &[Interview], matched: &dyn Fn(InterviewId) -> bool| -> Vec<InterviewId> {
            interviews.iter().map(Interview::id).filter(|id| !matched(*id)).collect()
        };
        if self.looking_for.is_some() {
            let before = self.rounds.before.as_ref().map_or(&[][..], |(_, interviews)| interviews);
            let alone = without(before, &|id| pairs.iter().any(|(one, _)| *one == id));
            return alone.into_iter().map(Line::Earlier).collect();
        }
        let near: Vec<Proposal> =
            self.rounds.proposals().into_iter().filter(|one| one.likeness != Likeness::Same).collect();
        let confirmed = self.rounds.workshop.about.pairs.iter().filter(|pair| pair.confirmed);
        let confirmed = confirmed.map(|pair| Line::Confirmed(pair.before, pair.after));
        let matched = |id| pairs.iter().any(|(_, now)| *now == id) || near.iter().any(|one| one.after == id);
        let alone = without(&self.rounds.now, &matched).into_iter().map(Line::Alone);
        near.iter().copied().map(Line::Near).chain(confirmed).chain(alone).collect()
    }
}

impl App {
    /// Shows who came twice; the mark stays where it was.
    pub(super) fn show_matching(&mut self, rounds: Rounds) {
        let marked = match &self.screen {
            Screen::Matching(_) => self.view.marked,
            _ => None,
        };
        let matching = Matching { rounds, looking_for: None };
        let last = matching.lines().len().saturating_sub(1);
        self.show(Screen::Matching(Box::new(matching)), Some(marked.unwrap_or_default().min(last)));
    }

    pub(super) fn on_matching(&mut self, action: Action) {
        let Screen::Matching(matching) = &mut self.screen else { return };
        let lines = matching.lines();
        let line = self.view.marked.and_then(|at| lines.get(at)).copied();
        match (action, line) {
            (Action::Confirm, Some(Line::Near(one))) => self.open_dialog(Dialog::OnePerson(one.before, one.after)),
            (Action::Confirm, Some(Line::Confirmed(before, after))) => self.open_dialog(Dialog::Unpair(before, after)),
            (Action::Confirm, Some(Line::Alone(after))) => {
                matching.looking_for = Some(after);
                self.view = crate::tui::widget::View::at(0);
            }
            (Action::Confirm, Some(Line::Earlier(before))) => {
                let after = matching.looking_for;
                if let Some(after) = after {
                    self.open_dialog(Dialog::OnePerson(before, after));
                }
            }
            (Action::Back | Action::Leave, _) if matching.looking_for.is_some() => {
                matching.looking_for = None;
                self.view = crate::tui::widget::View::at(0);
            }
            (Action::Back | Action::Leave, _) => {
                let workshop = matching.rounds.workshop.clone();
                let all = std::mem::take(&mut self.shelf.workshops);
                self.show_workshop(workshop, all);
            }
            (other, _) if lines.is_empty() => self.scroll(other),
            (other, _) => self.move_mark(other, lines.len()),
        }
    }

    /// Keeps what the facilitator says of two interviews.
    pub(super) fn pair(&mut self, change: Change) {
        if let Screen::Matching(matching) = &self.screen {
            let workshop = matching.rounds.workshop.id;
            self.order(Errand::Pair(workshop), Order::ChangeWorkshop { workshop, change });
        }
    }

    /// What the facilitator answered: later, one person, two people.
    pub(super) fn answer_one_person(&mut self, (before, after): (InterviewId, InterviewId), answer: usize) {
        let pair = |confirmed| Change::Pair(Pair { before, after, confirmed });
        match answer {
            1 => self.pair(pair(true)),
            2 => self.pair(pair(false)),
            _ => {}
        }
    }

    pub(super) fn paired(&mut self, workshop: crate::interview::WorkshopId) {
        self.gather(Purpose::Match, workshop);
    }

    pub(super) fn matching(&self, page: &mut Page<'_>, matching: &Matching) {
        let words = &self.t().workshop;
        let rounds = &matching.rounds;
        page.heading.clone_from(&rounds.workshop.about.name);
        let lines = matching.lines();
        match matching.looking_for {
            Some(after) => {
                let code = self.typed_code(rounds, after);
                page.column.text(Tone::Question, words.looking_for.with(&[("code", &code)])).gap();
            }
            None if rounds.before.is_none() => _ = page.column.text(Tone::Plain, words.other_questionnaire.to_string()),
            None => {
                page.column.text(Tone::Plain, self.told_of_pairs(rounds)).gap();
            }
        }
        if lines.is_empty() && rounds.before.is_some() {
            page.column.text(Tone::Quiet, words.nobody_alone.to_string());
        }
        for line in lines {
            page.column.numbered(self.match_line(rounds, line));
        }
    }

    /// How many are matched, and how many are not.
    fn told_of_pairs(&self, rounds: &Rounds) -> String {
        let counts = rounds.counts().map(|count| count.to_string());
        let [n, open, before, after] = counts.each_ref().map(String::as_str);
        self.t().workshop.pairs_told.with(&[("n", n), ("open", open), ("before", before), ("after", after)])
    }

    fn match_line(&self, rounds: &Rounds, line: Line) -> String {
        let words = &self.t().workshop;
        match line {
            Line::Near(one) => {
                let how = match one.likeness {
                    Likeness::Same | Likeness::Twice => &words.near_twice,
                    Likeness::OtherOrder => &words.near_order,
                    Likeness::OneLetter => &words.near_letter,
                    Likeness::OneWord => &words.near_word,
                };
                let (typed, given) =
                    (self.typed_code(rounds, one.after), self.given_code(rounds, one.before, one.after));
                words.line_near.with(&[("typed", &typed), ("given", &given), ("how", how.as_str())])
            }
            Line::Confirmed(before, after) => {
                let (typed, given) = (self.typed_code(rounds, after), self.given_code(rounds, before, after));
                words.line_confirmed.with(&[("typed", &typed), ("given", &given)])
            }
            Line::Alone(after) => words.line_alone.with(&[("typed", &self.typed_code(rounds, after))]),
            Line::Earlier(before) => format!("{} ({})", before.words(self.language), before.code()),
        }
    }

    /// The code that was named in the second round; where none was, the one that was given there.
    fn typed_code(&self, rounds: &Rounds, after: InterviewId) -> String {
        let named = rounds.now.iter().find(|interview| interview.id() == after).and_then(Interview::recalled);
        let none = || self.t().workshop.none_named.with(&[("code", &after.code())]);
        named.map_or_else(none, str::to_owned)
    }

    /// The code that was given in the first round, written as the one that was named most likely was.
    fn given_code(&self, rounds: &Rounds, before: InterviewId, after: InterviewId) -> String {
        let typed = self.typed_code(rounds, after).to_lowercase();
        let written = LANGUAGES.map(|language| before.words(language)).into_iter().chain([before.code()]);
        let alike = |code: &String| code.to_lowercase().split(' ').filter(|word| typed.contains(word)).count();
        let nearest = written.max_by_key(alike).filter(|code| alike(code) > 0);
        nearest.unwrap_or_else(|| before.words(self.language))
    }

    /// The two codes that a question is about, one under the other.
    pub(super) fn codes_of_pair(&self, before: InterviewId, after: InterviewId) -> Vec<String> {
        let Screen::Matching(matching) = &self.screen else { return Vec::new() };
        let words = &self.t().workshop;
        vec![
            words.code_then.with(&[("code", &self.given_code(&matching.rounds, before, after))]),
            words.code_now.with(&[("code", &self.typed_code(&matching.rounds, after))]),
        ]
    }
}
