use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle};

use super::{Context, Failure};
use crate::questionnaire::{Problem, Problems, Severity};

/// Every problem of a questionnaire, each with its place, the line, the cause and the remedy.
pub(super) fn failure(problems: &Problems, context: &Context<'_>) -> Failure {
    let words = &context.t.command;
    let decor = if context.glyphs.is_ascii() { DecorStyle::Ascii } else { DecorStyle::Unicode };
    let renderer = Renderer::plain().decor_style(decor);
    let mut text: String = problems.list.iter().map(|problem| one(problem, problems, context, &renderer)).collect();
    let errors = problems.list.iter().filter(|problem| problem.severity == Severity::Error).count();
    text.push_str(&words.problems_found.with(&[("name", &problems.name), ("n", &errors.to_string())]));
    Failure(text)
}

fn one(problem: &Problem, problems: &Problems, context: &Context<'_>, renderer: &Renderer) -> String {
    let words = &context.t.command;
    let values: Vec<(&str, &str)> =
        problem.values.iter().map(|(name, value)| (*name, if value.is_empty() { "…" } else { value })).collect();
    let (cause, mut remedy) = context.t.problem(problem.code.as_str(), &values);
    if let Some((_, suggestion)) = values.iter().find(|(name, value)| *name == "suggestion" && *value != "…") {
        remedy = format!("{remedy} {}", words.tip.with(&[("suggestion", suggestion)]));
    }
    let level = match problem.severity {
        Severity::Error => Level::ERROR.with_name(words.problem.as_str()),
        Severity::Warning => Level::WARNING.with_name(words.warning.as_str()),
    };
    let snippet = Snippet::source(problems.source.as_str())
        .path(problems.name.as_str())
        .annotation(AnnotationKind::Primary.span(problem.span.clone()).label(remedy.as_str()));
    let title = level.primary_title(cause.as_str()).id(problem.code.as_str());
    let report: [Group<'_>; 1] = [title.element(snippet)];
    format!("{}\n\n", renderer.render(&report))
}
