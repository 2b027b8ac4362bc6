use kohesi::report::{html, markdown};

use super::{HOSTILE, LANGUAGES, of_person, of_text, of_workshop, spoken, told, words};

/// A tag of a page: its name and its attributes.
struct Opened {
    name: String,
    attributes: Vec<(String, String)>,
}

/// A page as a strict reader takes it: every tag that was opened, and the text between; it fails on what is not well
/// formed.
fn read(page: &str) -> (Vec<Opened>, String) {
    let mut rest = page.strip_prefix("<!DOCTYPE html>").expect("it says that it is HTML");
    let (mut open, mut opened, mut text) = (Vec::<String>::new(), Vec::new(), String::new());
    while let Some((before, tag)) = rest.split_once('<') {
        if open.last().is_none_or(|name| name != "style") {
            assert!(!before.contains('>'), "a bare > in {before:?}");
            text.push_str(before);
            text.push(' ');
        }
        let (inside, after) = tag.split_once('>').expect("a tag ends");
        rest = after;
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "closed in another order than opened");
            continue;
        }
        let (name, attributes) =
            inside.trim_end_matches('/').split_once(' ').unwrap_or((inside.trim_end_matches('/'), ""));
        opened.push(Opened { name: name.to_owned(), attributes: attributes_of(attributes) });
        if !inside.ends_with('/') && !["meta", "br"].contains(&name) {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty(), "never closed: {open:?}");
    (opened, text)
}

fn attributes_of(mut rest: &str) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    while let Some((name, after)) = rest.trim_start().split_once("=\"") {
        let (value, after) = after.split_once('"').expect("a value ends");
        attributes.push((name.to_owned(), value.to_owned()));
        rest = after;
    }
    assert!(rest.trim().is_empty(), "not an attribute: {rest:?}");
    attributes
}

/// Letters and digits alone, so that neither lines nor escapes matter.
pub(super) fn bare(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    plain.replace("&amp;", "&").chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn it_tells_everything_and_asks_for_nothing() {
    for language in LANGUAGES {
        let (t, _) = spoken(language);
        for report in [of_person(language, false), of_workshop(language, 20, true), of_text(HOSTILE, 3)] {
            let page = html(&report, &words(language, &t));
            let (opened, text) = read(&page);
            let text = bare(&text);
            for told in told(&report) {
                assert!(text.contains(&bare(&told)), "{told:?}");
            }
            let look = page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).unwrap();
            assert!(!look.contains("url(") && !look.contains("@import"), "the look asks for nothing");
            for tag in &opened {
                assert!(!["script", "link", "img", "iframe", "object", "base", "form"].contains(&tag.name.as_str()));
                for (name, value) in &tag.attributes {
                    let fetches = ["src", "href", "style", "srcset", "action"].contains(&name.as_str());
                    assert!(!fetches && !name.starts_with("on"), "{}: {name}={value}", tag.name);
                }
            }
            let has = |name: &str, value: &str| {
                opened.iter().flat_map(|tag| &tag.attributes).any(|(n, v)| n == name && v.contains(value))
            };
            assert!(has("http-equiv", "Content-Security-Policy") && has("content", "default-src 'none'"));
            assert!(has("lang", language));
        }
    }
}

#[test]
fn every_figure_has_a_table_behind_it() {
    let (t, _) = spoken("en");
    let page = html(&of_workshop("en", 20, false), &words("en", &t));
    let (opened, _) = read(&page);
    let count = |name: &str| opened.iter().filter(|tag| tag.name == name).count();
    let hidden = opened
        .iter()
        .filter(|tag| tag.name == "svg" && tag.attributes.contains(&("aria-hidden".into(), "true".into())));
    assert_eq!(count("svg"), hidden.count() + 1, "the radar alone is told as a picture");
    assert_eq!((count("figure"), page.matches("<figure>\n<svg").count()), (1, 1));
    assert!(page.split("<figure>").nth(1).unwrap().split("</figure>").next().unwrap().contains("<table"));
    for row in
        page.split("<tr>").skip(1).map(|row| row.split("</tr>").next().unwrap()).filter(|row| row.contains("<svg"))
    {
        assert!(row.starts_with("<th scope=\"row\">") && row.contains("class=\"reading\""), "{row}");
    }
}

#[test]
fn pages_of_a_person_and_a_workshop() {
    for language in LANGUAGES {
        let (t, _) = spoken(language);
        for (name, report) in [("person", of_person(language, false)), ("workshop", of_workshop(language, 20, true))] {
            let page = html(&report, &words(language, &t));
            let look = page.find("<style>").unwrap()..page.find("</style>").unwrap();
            let without_look = format!("{}{}", &page[..look.start], &page[look.end..]);
            insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(format!("{name}_html_{language}"), without_look);
                insta::assert_snapshot!(format!("{name}_md_{language}"), markdown(&report));
            });
        }
    }
}

#[test]
fn too_few_people_are_told_and_nothing_of_them() {
    let (t, _) = spoken("id");
    let report = of_workshop("id", 4, false);
    let page = html(&report, &words("id", &t));
    assert!(!page.contains("<svg") && page.contains("tidak dipilih lewat undian"), "{page}");
}
