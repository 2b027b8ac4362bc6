use super::{Form, Style};
use crate::report::escape::escaped;
use crate::text::Tag;

/// How the page looks, on a screen and on A4.
const LOOK: &str = include_str!("../../../assets/form.css");

/// Nothing is loaded and nothing runs, whatever a questionnaire's author wrote.
const POLICY: &str =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">";

/// A form as one page of HTML that needs nothing else, its languages side by side.
#[must_use]
pub fn html(form: &Form) -> String {
    let first = form.languages.first().map_or("", Tag::as_str);
    let title = form.rows.first().and_then(|row| row.texts.first()).map(|text| escaped(text)).unwrap_or_default();
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{first}\">\n<head>\n<meta charset=\"utf-8\">\n{POLICY}\n<title>{title}</title>\n\
         <style>\n{LOOK}</style>\n</head>\n<body>\n<table>\n"
    );
    for row in &form.rows {
        page.push_str(&["<tr class=\"", class(row.style), "\">"].concat());
        for (tag, text) in form.languages.iter().zip(&row.texts) {
            let text = escaped(text).replace('\n', "<br>");
            page.push_str(&["<td lang=\"", tag.as_str(), "\" dir=\"auto\">", &text, "</td>"].concat());
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</table>\n</body>\n</html>\n");
    page
}

fn class(style: Style) -> &'static str {
    match style {
        Style::Title => "title",
        Style::Heading => "heading",
        Style::Plain => "plain",
        Style::Quiet => "quiet",
        Style::Question => "question",
        Style::Answer => "answer",
    }
}
