use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Terminal columns that `text` takes: 2 for wide characters and emoji, 0 for combining marks.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` in lines of at most `columns` columns: broken at spaces and line feeds, and inside a word only where the
/// word alone is too wide. Spaces at a break are dropped. At least one line, possibly empty.
#[must_use]
pub fn wrap(text: &str, columns: usize) -> Vec<&str> {
    text.split('\n').flat_map(|paragraph| wrap_paragraph(paragraph, columns.max(1))).collect()
}

fn wrap_paragraph(paragraph: &str, columns: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = paragraph.trim_end_matches(' ');
    while width(rest) > columns {
        let fit = prefix(rest, columns);
        let space = rest[..fit].rfind(' ').filter(|space| !rest[..*space].trim().is_empty());
        let at = space.filter(|_| !rest[fit..].starts_with(' ')).unwrap_or(fit);
        lines.push(rest[..at].trim_end_matches(' '));
        rest = rest[at..].trim_start_matches(' ');
    }
    lines.push(rest);
    lines
}

/// Bytes of the longest beginning of `text` that fits into `columns`.
fn fitting(text: &str, columns: usize) -> usize {
    let mut taken = 0;
    for (start, grapheme) in text.grapheme_indices(true) {
        taken += width(grapheme);
        if taken > columns {
            return start;
        }
    }
    text.len()
}

/// The same, and at least one grapheme, so that wrapping ends.
fn prefix(text: &str, columns: usize) -> usize {
    let first = text.graphemes(true).next().map_or(0, str::len);
    fitting(text, columns).max(first)
}

/// `text` cut to `columns` columns, with `…` (or `...` where `ascii`) in place of what was cut.
#[must_use]
pub fn truncate(text: &str, columns: usize, ascii: bool) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let dots = if ascii { "..." } else { "…" };
    if columns <= width(dots) {
        return Cow::Owned(
            dots[..dots.len().min(if ascii { columns } else { dots.len() * columns.min(1) })].to_owned(),
        );
    }
    let fit = fitting(text, columns - width(dots));
    Cow::Owned(format!("{}{dots}", text[..fit].trim_end()))
}

/// `text` with spaces after it up to `columns` columns.
#[must_use]
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_break_at_words() {
        for (text, columns, lines) in [
            ("", 10, vec![""]),
            ("gotong royong", 20, vec!["gotong royong"]),
            ("gotong royong", 13, vec!["gotong royong"]),
            ("gotong royong", 12, vec!["gotong", "royong"]),
            ("gotong  royong", 7, vec!["gotong", "royong"]),
            ("musyawarah", 4, vec!["musy", "awar", "ah"]),
            ("a musyawarah", 5, vec!["a", "musya", "warah"]),
            ("satu\n\ndua", 10, vec!["satu", "", "dua"]),
            ("日本語", 4, vec!["日本", "語"]),
        ] {
            assert_eq!(wrap(text, columns), lines, "{text:?} at {columns}");
        }
    }

    #[test]
    fn what_is_cut_shows_it() {
        assert_eq!(truncate("keadilan", 8, false), "keadilan");
        assert_eq!(truncate("keadilan", 6, false), "keadi…");
        assert_eq!(truncate("keadilan", 6, true), "kea...");
        assert_eq!(truncate("keadilan", 1, false), "…");
        assert_eq!(truncate("keadilan", 0, false), "");
        assert_eq!(truncate("keadilan", 2, true), "..");
        assert_eq!(truncate("日本語", 2, false), "…");
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_word_is_lost(text in "[a-z日é \n]{0,200}", columns in 2usize..60) {
            let lines = wrap(&text, columns);
            prop_assert!(lines.iter().all(|line| width(line) <= columns));
            let squeeze = |s: &str| s.split_whitespace().collect::<String>();
            prop_assert_eq!(squeeze(&lines.join(" ")), squeeze(&text));
        }

        #[test]
        fn what_is_cut_fits(text in "\\PC{0,40}", columns in 0usize..30, ascii: bool) {
            prop_assert!(width(&truncate(&text, columns, ascii)) <= columns);
        }
    }
}
