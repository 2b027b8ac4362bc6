use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use serde::Deserialize;

use super::phrase::Phrase;
use super::{LANGUAGES, Language};

/// Why a catalogue could not be read: a sentence is missing, or one is there that nothing asks for.
#[derive(Debug)]
pub struct CatalogueError {
    language: &'static str,
    cause: String,
}

impl CatalogueError {
    pub(super) fn new(language: &'static str, cause: &impl ToString) -> Self {
        Self { language, cause: cause.to_string() }
    }
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "assets/lang/{}.toml: {}", self.language, self.cause)
    }
}

impl std::error::Error for CatalogueError {}

macro_rules! phrases {
    ($($(#[$about:meta])* $section:ident { $($phrase:ident),* $(,)? })*) => {
        $(
            $(#[$about])*
            #[derive(Clone, Debug, Deserialize)]
            #[serde(deny_unknown_fields)]
            #[allow(missing_docs, clippy::struct_field_names, reason = "a phrase's name and its sentence say what it is")]
            pub struct $section { $(pub $phrase: Phrase),* }
        )*
    };
}

phrases! {
    /// The program itself.
    App { name }
    /// Names of keys that have no sign.
    Keys { left, right, up, down, space }
    /// What a key does, short.
    Hints {
        next, choose, go_on, back, forward, up, down, first, last, page_up, page_down, save, discard, language, keys,
        dont_know, decline, note, overview, take_back, leave, suspend, keep, cancel,
        choose_left, choose_right, pick,
    }
    /// The home screen.
    Home { what, begin, choose, go_on, results, settings, quit, opening }
    /// The choice of a language.
    LanguageChoice { choose }
    /// The list of unfinished interviews.
    Unfinished { title, what, line, begin, discarded }
    /// The consent screen.
    Consent { title, question, yes, no }
    /// What is said of saving.
    Saving { saved, saving, not_saved }
    /// An item's screen.
    ItemWords {
        counter, dont_know, decline, skipped, not_applicable, not_asked, note, given, interviewer, several,
        several_range, by_number, by_letter, rank, rank_top, type_date, date_read, other, practice, reading,
    }
    /// Yes and no, and agreement and none.
    AnswerWords { yes, no, agree, refuse }
    /// Why an answer was not taken.
    Rejections {
        not_offered, not_whole, not_decimal, out_of_range, not_a_date, out_of_dates, too_long, not_so_many,
        excluded, not_ranked, not_open, empty,
    }
    /// A questionnaire as a paper form.
    Form { identity, shuffled, only_if, required, answer_to, several, rank, date, range, alone }
    /// The overview of all items.
    Overview { title, open, skipped, missing, legend }
    /// The review before finishing.
    Review { title, complete, incomplete, finish, go_to }
    /// A profile.
    ProfileWords {
        title, about, one_view, clock_doubtful, how_to_read, score, too_few, nothing_applies, no_norm, answered,
        dont_know, declined, skipped, not_applicable, standing_out, too_close, clearly_higher, others_too_close, level,
        level_or, level_or_either, method_title, method, norms, norms_provisional, saved_as, unfinished, answers_title, total_alone,
        change_title, change_higher, change_lower, change_chance, change_step, change_why,
    }
    /// A report as a page.
    ReportWords {
        command, workshop, interview, html, pdf, markdown, output, force, which_form, not_written, aspect, score, statement, counts,
        no_score, radar, page, replaced, group_method,
    }
    /// Finished interviews.
    Results { title, what, none, line, damaged, unreadable, sealed, is_sealed }
    /// Questions on top of a screen.
    Dialogs {
        unanswered, back_to_item, leave_unanswered, quit, quit_practice, keep_answering, stop_here, discard, keep_it, discard_it,
        not_saved, no_store, try_again, other_folder, leave_unsaved, save_as, as_text, as_markdown, as_html, as_pdf, as_json, note, note_refused, folder,
        folder_refused, other, required, understood,
    }
    /// Workshops, on the command line and in lists.
    WorkshopWords {
        menu, name_refused,
        command, new, list, show, open, close, rename, matching, name, new_name, which, place, date,
        facilitator, questionnaire, languages, minimum, second, keep_until, no_profile, confirm, refuse, made,
        renamed, closed, opened, none, unknown, ambiguous, taken, empty_name, too_few, not_a_date, no_language,
        not_first, is_closed, no_second, state_open, state_closed, column_id, column_name, column_place,
        column_date, column_people, row_facilitator, row_minimum, row_keep, row_second, row_refused, made_up,
        past_keeping, keep, kept, erase, erase_ask, erase_script, erased, not_erased, overdue, was_erased, erased_told,
        erased_traces, erase_menu,
        erase_type, pair_same, pair_near, pair_confirmed, near_order, near_letter, near_word, pairs_told,
        no_pair,
        start_kiosk, aside, details, make, row_name, row_questionnaire, row_languages, row_profile, none_before,
        unset, yes, no, why_second, why_minimum, why_profile, why_keep, questionnaire_stays, date_refused,
        minimum_refused, looking_for, other_questionnaire, nobody_alone, line_near, line_confirmed, line_alone,
        none_named, code_then, code_now, near_twice, look_later, one_person, two_people, ask_one_person,
        stay_matched, unmatch, ask_unmatch,
    }
    /// The screens of one laptop that many answer on.
    KioskWords {
        command, welcome, welcome_text, welcome_go, finished, thanks, code, code_also, code_why, code_go,
        hand_on, hand_on_text, hand_on_go, resting, resting_text, still_there, here, stop, earlier, pin_title,
        pin_choose, pin_again, pin_ask, pin_differs, pin_short, pin_wrong, pin_wait, pin_checking, menu,
        menu_hint, menu_back, menu_next, menu_unfinished, menu_picture, menu_leave, killed, new_pin,
        pin_row, pin_why, pin_later, pin_chosen,
    }
    /// What is said of a store under a passphrase.
    ProtectWords {
        command, off, show, new_file, file, before, ask, ask_new, ask_again, short, differs, wrong, wait,
        only_passphrase, done, done_traces, pins, removed, is_open, is_protected, is_protected_pins, list_locked,
        title, screen_ask, screen_wrong, screen_wait, screen_checking, hint_open, hint_leave, pin_choose
    }
    /// The picture of a group.
    GroupWords {
        no_sample_short,
        command, private, private_flag, no_sample, made_up, too_few, people, people_figure, waiting, rules,
        start_title, start_question, agreed_title, agreed_question, none_agreed, split_title, split_question,
        none_split, agreement_needs, accord_split, accord_spread, accord_mixed, accord_most, accord_nearly, low,
        middle, high, legend, too_few_answers, profile_title, profile_question, shape_title, mean_needs,
        from_people, clearly_higher, others_too_close, too_close, how_to_read, missing_title, missing_question,
        all_answered, missing_caption, not_answered, dont_know, declined, skipped, least_answered, least_line, change_title,
        change_question, followed, change_clear, change_chance, change_none, change_too_few, change_why,
        room_said, flagged_title, flagged_none, flagged, with_without, parts_title, parts_none, part,
        parts_hidden, hidden, slide, note_ask, note_kept, note_hint, big_hint, next_hint, back_hint, none,
        unreadable,
        note_elsewhere, private_short, aside_few, followed_waiting,
    }
    /// The list of all keys.
    Help { title, what, digits, saving }
    /// What is written in the place of an answer, line by line: words parted by commas, the shortest first.
    Commands { back, help, language, quit, repeat, note, overview, take_back, finish, again, folder }
    /// The interview line by line.
    Plain {
        question, begin, or, now, suggested, several, several_range, rank, date, saved, practised, noted, note_hint,
        note_empty, half_note, other_hint, unknown, unknown_typed, ambiguous, alone, repeated, first, nothing_back, taken_back, review,
        no_such_question, overview, answers, text_help, is_help, kept, kept_nothing, resume, refused, save_hint,
        not_saved, gave_up, too_long_line, not_text, answer_help, with_letter, goodbye, help_hint, quit_hint, repeat_hint,
    }
    /// Reading aloud.
    Speech { missing, failed, repeat, off }
    /// What the terminal must be.
    TerminalWords { too_small, not_a_terminal, broke, unsaved }
    /// `kohesi config`, the man pages and the completions.
    ConfigWords {
        about, key, value, which, set, set_value, unset, path, keys, setting, of_default, of_system, of_file, of_variable, of_flag,
        choices, no_such, not_offered, written, nothing_set, faults, faults_elsewhere, place, everywhere, man, man_command,
        folder, man_output, man_written, man_no_such, completions, shell, set_flag, not_a_pair, values, default,
    }
    /// The headings of a man page.
    ManHeadings { name, synopsis, description, version }
    /// Words in exported files, and what is said of exporting.
    ExportWords {
        yes, no, dont_know, declined, not_applicable, skipped, not_asked, why_missing, interview, version, workshop,
        workshop_name, mode, mode_self, mode_interviewer, language, started, ended, shown_ms, clock_doubtful, sheet_codes,
        sheet_labels, sheet_codebook, sheet_summary, column_variable, column_text, column_code, column_label,
        column_value, answers, lowest, highest, mean, summary_of, summary_too_few, not_random, no_figure, scored, unscored,
        mean_score, mean_from, mean_to, sd, alpha, total, page, page_what, line_format, line_labels, line_folder, line_write,
        as_codes, as_csv, as_xlsx, as_sav, as_parquet, as_json, as_codebook, writing, command, format, of_workshop, of_questionnaire, labels, since,
        events, output, force, bom, schema, no_output, no_questionnaire, several_questionnaires, not_a_day, too_many,
        interrupted, none, written, progress, damaged, no_labels,
    }
    /// Bundles, and what comes of merging them.
    BundleWords {
        command, output, of_workshop, of_questionnaire, unfinished, force, written, marks, left, damaged, readable, sealed, key, none, sealed_ones, kept_sealed,
        merge, files, look, made_on, from, total, new, known, open, longer, conflict, erased, broken, erases,
        would_erase, traces, left_there, workshops, column_laptop, progress, page, page_what, page_none, page_make, page_refused, line_make,
        line_folder, line_look, line_take, line_back, working, working_stop, stopping, from_file, found_sealed, page_sealed, line_key,
        line_key_file, key_file, key_file_refused, ask_passphrase,
    }
    /// Group statistics on the command line.
    Stats {
        command, of_workshop, of_questionnaire, replicates, as_r, no_questionnaire, reading, computing,
        interrupted, none, heading, not_random, synthetic, damaged, interviews, quality, without_flagged, scored,
        interval, between, too_few_to_show, too_few_interviews, items, items_legend, item, n, dont_know, declined,
        not_applicable, skipped, mean, sd, agreement, item_rest, legend, workshops, fewer, more_workshops,
    }
    /// `kohesi key`.
    KeyWords {
        sealed_now, opening, opened, left_sealed, none_sealed, broken_sealed, not_counted, taken_out, close_ends, closed_sealed, command, new, output, passphrase_file, using, using_key, recovery, drill, drill_key, show, stop, yes_words,
        ask, not_asked, given_up, lost, ask_make, passphrase_about, unseen, passphrase, passphrase_again,
        passphrase_differs, passphrase_of, no_passphrase_in, made, public, made_next, using_about, using_former,
        ask_use, same_key, already, recovery_title, recovery_about, recovery_next, row, drill_title, drill_about,
        drill_show, drill_later, row_differs, slip, not_this_key, passed, owed, none_chosen, other_laptops, show_none,
        state_in_force, state_untried, state_former, coordinator, recovery_name, stop_about, ask_stop, stopped,
    }
    /// People who do not exist.
    DemoWords { before, after, command, size, home, seed, making, made_workshop, made_many, how, gone }
    /// Whether everything is sound.
    DoctorWords {
        command, repair, salvage, output, from, progress, sound, attention, broken, all_sound, some_attention,
        some_broken, no_store, private, open_to_others, open_to_others_do, shared, shared_do, space, little_space,
        little_space_do, clock, clock_wrong, clock_wrong_do, nobody_writes, someone_writes, file, earlier, earlier_do,
        index_damaged, pages_damaged, log_left, log_damaged, log_damaged_do, questionnaires, questionnaire_damaged,
        questionnaire_damaged_do, questionnaire_unknown, questionnaire_unknown_do, workshops_damaged, restore_do,
        interviews, event_damaged, events_missing, draft_damaged, history_damaged, history_differs, both_damaged,
        answers_damaged, origin_damaged, blocks_damaged, of_damaged_questionnaire, whole_damaged, differing, strays, cut_off, erased_there,
        salvage_do, repair_do, aside, aside_do, copies, no_copies, no_copies_do, copies_old, copy_damaged,
        copy_damaged_do, copies_hold_erased, copies_hold_erased_do, overdue, overdue_do, sealed, lies_open, lies_open_do, settings, settings_faulty,
        settings_do, own_faulty, own_do, terminal, terminal_ascii, terminal_small, terminal_small_do, nothing_mended,
        mended_private, mended_backup, mended_opened, mended_index, mended_answers, mended_origin, mended_blocks, mended_copy, mended_copy_removed,
        mended_erased, salvaged_from, salvaged_finished, salvaged_answers, salvaged_unfinished, salvaged_cut,
        salvaged_lost, salvaged_erased, salvaged_texts, salvaged_singles, salvaged_how, salvaged_nothing,
    }
    /// Backups.
    BackupWords {
        command, output, made, made_damaged, elsewhere, restore, file, none, listed, line, restored, restored_damaged,
        restored_erased, before, only_before,
    }
    /// All that is kept of one person.
    AccessWords {
        command, title, code, questionnaire, finished, unfinished, times, workshop, kept_until, damaged,
        consent_title, consented, no_consent, consent_text_lost, answers_title, note, being_typed, history_title,
        started, agreed, responded, taken_back, noted, resumed, ended, joined, recalled, elsewhere_title, same_person,
        another_person, in_picture, copies, no_copies, not_known, erased,
    }
    /// The command line.
    Command {
        about, usage, commands, arguments, options, help, version, take, take_questionnaire, lang, list, profile,
        profile_id, json, markdown, answers, output, paths, forget, forget_code, yes, home_folder, settings_file, log_file,
        forget_ask, forgotten, forgotten_traces, forgotten_copies, forgotten_removed, forgotten_paired, traces, no_interviews, or_force, file, list_finished, list_unfinished, list_damaged, list_sealed, column_code, column_when,
        column_questionnaire, column_answered, column_state, written, no_such_questionnaire, no_finished,
        problem, warning, problems_found, shared_folder, ascii, error, tip, unknown_argument,
        missing_argument, invalid_value, conflicting, unknown_command, missing_value, practice, mode, check, check_files,
        max_items, check_errors, check_warnings, check_sound, no_such_file, new, new_file, new_written, add,
        add_replace, add_shipped, add_exists, added, schema, show, show_as, show_language, show_no_language, color, plain, resume, profile_plain,
    }
}

/// How numbers, dates and times are written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "a form's name says what it is")]
pub struct Forms {
    pub thousands: Phrase,
    pub decimal: Phrase,
    pub hour_minute: Phrase,
    pub months: Vec<Phrase>,
}

/// The letters that stand for what is often done, in the language's own words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "a letter's name says what it does")]
pub struct Letters {
    pub dont_know: char,
    pub decline: char,
    pub note: char,
    pub overview: char,
    pub take_back: char,
    pub discard: char,
    pub save: char,
    pub quit: char,
}

/// What is said of the settings, each by its key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "a phrase's name and its sentence say what it is")]
pub struct SettingsWords {
    pub title: Phrase,
    pub what: Phrase,
    pub saved: Phrase,
    names: BTreeMap<String, Phrase>,
    about: BTreeMap<String, Phrase>,
    values: BTreeMap<String, BTreeMap<String, Phrase>>,
}

impl SettingsWords {
    /// A setting's name in words; its key where it has none.
    #[must_use]
    pub fn name<'a>(&'a self, key: &'a str) -> &'a str {
        self.names.get(key).map_or(key, Phrase::as_str)
    }

    /// What a setting is for.
    #[must_use]
    pub fn about(&self, key: &str) -> &str {
        self.about.get(key).map_or("", Phrase::as_str)
    }

    /// A setting's value in words; the value itself where it has none.
    #[must_use]
    pub fn value<'a>(&'a self, key: &str, value: &'a str) -> &'a str {
        self.values.get(key).and_then(|values| values.get(value)).map_or(value, Phrase::as_str)
    }
}

/// What went wrong, and what to do about it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advice {
    cause: Phrase,
    remedy: Phrase,
}

/// What a statistic is called, and what it says, for people who are no statisticians.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "a phrase's name says what it is")]
pub struct StatisticWords {
    pub name: Phrase,
    pub says: Phrase,
}

/// The statistics by their keys, and by their codes the reasons why there is none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "told above")]
pub struct Statistics {
    pub named: BTreeMap<String, StatisticWords>,
    pub reasons: BTreeMap<String, Phrase>,
}

/// Every sentence of the interface in one language. A missing or unknown one is an error when it is read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "a section is documented at its type")]
pub struct Catalogue {
    pub forms: Forms,
    pub letters: Letters,
    pub app: App,
    pub keys: Keys,
    pub hints: Hints,
    pub home: Home,
    pub language: LanguageChoice,
    pub unfinished: Unfinished,
    pub consent: Consent,
    pub saving: Saving,
    pub item: ItemWords,
    pub answers: AnswerWords,
    pub rejections: Rejections,
    pub form: Form,
    pub overview: Overview,
    pub review: Review,
    pub profile: ProfileWords,
    pub report: ReportWords,
    pub results: Results,
    pub settings: SettingsWords,
    pub dialogs: Dialogs,
    pub workshop: WorkshopWords,
    pub kiosk: KioskWords,
    pub protect: ProtectWords,
    pub group: GroupWords,
    pub help: Help,
    pub commands: Commands,
    pub plain: Plain,
    pub speech: Speech,
    pub terminal: TerminalWords,
    pub config: ConfigWords,
    pub man: ManHeadings,
    pub command: Command,
    pub statistics: Statistics,
    setting_faults: BTreeMap<String, Advice>,
    pub export: ExportWords,
    pub bundle: BundleWords,
    pub stats: Stats,
    pub demo: DemoWords,
    pub key: KeyWords,
    pub doctor: DoctorWords,
    pub backup: BackupWords,
    pub access: AccessWords,
    faults: BTreeMap<String, Advice>,
    problems: BTreeMap<String, Advice>,
}

impl Catalogue {
    /// The catalogue of a language.
    ///
    /// # Errors
    /// [`CatalogueError`] where a sentence is missing or unknown.
    pub fn of(language: Language) -> Result<Self, CatalogueError> {
        toml::from_str(language.sentences()).map_err(|fault| CatalogueError::new(language.tag(), &fault))
    }

    /// Cause and remedy of a fault of the store, by its code; the code itself where it has no sentence.
    #[must_use]
    pub fn fault(&self, code: &str, values: &[(&str, &str)]) -> (String, String) {
        advice(&self.faults, code, values)
    }

    /// Cause and remedy of a problem in a questionnaire, by its code; the code itself where it has no sentence.
    #[must_use]
    pub fn problem(&self, code: &str, values: &[(&str, &str)]) -> (String, String) {
        advice(&self.problems, code, values)
    }

    /// Cause and remedy of a fault in the settings, by its code; the code itself where it has no sentence.
    #[must_use]
    pub fn setting_fault(&self, code: &str, values: &[(&str, &str)]) -> (String, String) {
        advice(&self.setting_faults, code, values)
    }

    /// Whether there is a sentence for this fault.
    #[must_use]
    pub fn has_fault(&self, code: &str) -> bool {
        self.faults.contains_key(code)
    }

    /// Whether there is a sentence for this problem.
    #[must_use]
    pub fn has_problem(&self, code: &str) -> bool {
        self.problems.contains_key(code)
    }
}

/// The interface's words for an answer, `yes`, `no`, `agree` or `refuse`, in the language with this tag; nothing where
/// it does not speak that language.
#[must_use]
pub fn answer_words(tag: &str, name: &str) -> Option<String> {
    static KNOWN: OnceLock<Vec<(&'static str, AnswerWords)>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| {
        let words = |language: Language| Some((language.tag(), Catalogue::of(language).ok()?.answers));
        LANGUAGES.into_iter().filter_map(words).collect()
    });
    let (_, words) = known.iter().find(|(known, _)| *known == tag)?;
    let phrase = match name {
        "yes" => &words.yes,
        "no" => &words.no,
        "agree" => &words.agree,
        "refuse" => &words.refuse,
        _ => return None,
    };
    Some(phrase.to_string())
}

fn advice(known: &BTreeMap<String, Advice>, code: &str, values: &[(&str, &str)]) -> (String, String) {
    known.get(code).map_or_else(
        || (code.to_owned(), String::new()),
        |advice| (advice.cause.with(values), advice.remedy.with(values)),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::text::LANGUAGES;

    fn sentences(language: Language) -> Vec<(String, Phrase)> {
        fn walk(path: &str, value: &toml::Value, found: &mut Vec<(String, Phrase)>) {
            match value {
                toml::Value::String(text) => found.push((path.to_owned(), Phrase(text.clone()))),
                toml::Value::Table(table) => {
                    table.iter().for_each(|(key, inner)| walk(&format!("{path}.{key}"), inner, found));
                }
                toml::Value::Array(list) => list.iter().for_each(|inner| walk(path, inner, found)),
                _ => {}
            }
        }
        let mut found = Vec::new();
        walk("", &toml::from_str(language.sentences()).unwrap(), &mut found);
        found
    }

    #[test]
    fn no_language_lacks_a_sentence_or_a_place_in_one() {
        let [first, ..] = LANGUAGES;
        let expected = sentences(first);
        for language in LANGUAGES {
            Catalogue::of(language).unwrap();
            let found = sentences(language);
            let names = |list: &[(String, Phrase)]| list.iter().map(|(name, _)| name.clone()).collect::<BTreeSet<_>>();
            let (ours, theirs) = (names(&expected), names(&found));
            assert_eq!(
                ours.symmetric_difference(&theirs).collect::<Vec<_>>(),
                Vec::<&String>::new(),
                "{}",
                language.tag()
            );
            for ((name, sentence), (_, other)) in expected.iter().zip(&found) {
                assert_eq!(sentence.places(), other.places(), "{} {name}", language.tag());
            }
        }
    }

    #[test]
    fn no_sentence_is_empty_or_carries_a_control_character() {
        for language in LANGUAGES {
            for (name, sentence) in sentences(language) {
                assert!(!sentence.as_str().is_empty(), "{name}");
                crate::text::Clean::check(sentence.as_str()).unwrap();
            }
        }
    }

    #[test]
    fn letters_do_not_clash() {
        for language in LANGUAGES {
            let letters = Catalogue::of(language).unwrap().letters;
            // `j` and `k` move, so no language may use them.
            let on_items = [
                letters.dont_know,
                letters.decline,
                letters.note,
                letters.overview,
                letters.take_back,
                letters.quit,
                'j',
                'k',
            ];
            assert_eq!(on_items.iter().collect::<BTreeSet<_>>().len(), on_items.len(), "{}", language.tag());
            let elsewhere = [letters.discard, letters.save, letters.quit, 'j', 'k'];
            assert_eq!(elsewhere.iter().collect::<BTreeSet<_>>().len(), elsewhere.len(), "{}", language.tag());
        }
    }

    #[test]
    fn a_value_is_never_taken_for_a_place() {
        let phrase = Phrase("{a} dan {b}".into());
        assert_eq!(phrase.with(&[("a", "{b}"), ("b", "x")]), "{b} dan x");
    }
}
