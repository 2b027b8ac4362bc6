//! A questionnaire as a paper form.

use kohesi::questionnaire::read;

use super::format::{kohesi, out, shipped};

const FORMS: [&str; 3] = ["text", "markdown", "html"];

fn files() -> Vec<std::path::PathBuf> {
    let files = std::fs::read_dir(shipped()).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "toml")).collect()
}

/// Letters and digits alone, so that neither lines nor escapes matter.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn every_word_of_every_item_is_on_the_form_in_each_language() {
    let folder = tempfile::tempdir().unwrap();
    for file in files() {
        let questionnaire = read("file", &std::fs::read_to_string(&file).unwrap()).unwrap();
        for form in FORMS {
            for tag in questionnaire.languages() {
                let args = ["show", file.to_str().unwrap(), "--as", form, "--language", tag.as_str()];
                let shown = out(&kohesi(folder.path(), &args));
                assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{}", file.display());
                let shown = bare(&shown.replace("&#39;", "'").replace("&quot;", "\"").replace("&amp;", "&"));
                for item in questionnaire.items() {
                    let choices = questionnaire.choices(item).iter().map(|choice| &choice.text);
                    for text in choices.chain([&item.text]).map(|text| text.get(tag).as_str()) {
                        let parts = text.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after));
                        for part in parts {
                            assert!(shown.contains(&bare(part)), "{} {form}: {text}", file.display());
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn both_languages_stand_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let shown = out(&kohesi(folder.path(), &["show", "lokakarya"]));
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("lokakarya", shown);
    });
    let widest = shown.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(100), "{widest:?}");
}

#[test]
fn nothing_of_a_questionnaire_becomes_markup() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(shipped().join("lokakarya.toml")).unwrap();
    let hostile = "<script>alert(1)</script> | `x` *y* [z](w) & 'q'";
    let text = text.replacen("title.en = \"", &format!("title.en = \"{hostile}"), 1);
    std::fs::write(folder.path().join("hostile.toml"), text).unwrap();
    let html = out(&kohesi(folder.path(), &["show", "hostile.toml", "--as", "html"]));
    assert!(html.contains("default-src 'none'"), "{html}");
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;alert(1)&lt;/script&gt; | `x`"), "{html}");
    for tag in ["html", "head", "body", "table", "tr", "td", "title", "style"] {
        let (open, close) = (html.matches(&format!("<{tag}")).count(), html.matches(&format!("</{tag}>")).count());
        // "<t" begins several names; what matters is that each that is opened is closed.
        let nested = if tag == "head" { 0 } else { html.matches(&format!("<{tag}er")).count() };
        assert_eq!(open - nested, close, "{tag}");
    }
    let markdown = out(&kohesi(folder.path(), &["show", "hostile.toml", "--as", "markdown"]));
    assert!(markdown.contains("\\<script\\>") && markdown.contains("\\| \\`x\\` \\*y\\*"), "{markdown}");
    let columns: Vec<usize> = markdown.lines().map(|line| line.replace("\\|", "").matches('|').count()).collect();
    assert!(columns.iter().all(|count| *count == 3), "{columns:?}");
}

#[test]
fn a_form_is_written_to_a_file_and_never_over_one() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["show", "kohesi-singkat", "--as", "html", "--output", "form.html"];
    assert!(kohesi(folder.path(), &args).status.success());
    assert!(std::fs::read_to_string(folder.path().join("form.html")).unwrap().ends_with("</html>\n"));
    assert_eq!(kohesi(folder.path(), &args).status.code(), Some(1));
    assert_eq!(kohesi(folder.path(), &["show", "kohesi-singkat", "--language", "jv"]).status.code(), Some(1));
    assert_eq!(kohesi(folder.path(), &["show", "kohesi-singkat", "--as", "pdf"]).status.code(), Some(2));
}
