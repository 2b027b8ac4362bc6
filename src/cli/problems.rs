use std::io::IsTerminal;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, renderer::DecorStyle};

use super::{Context, Failure};
use crate::questionnaire::{Lines, Problem, Problems, Severity};
use crate::text::Clean;

/// Bytes of the lines that are shown with a problem; of longer ones the place alone is told.
const LONGEST_SHOWN: usize = 4 << 10;

/// Every problem of a questionnaire, each with its place, the line, the cause and the remedy.
pub(super) fn failure(problems: &Problems, context: &Context<'_>) -> Failure {
    let mut text = told(problems, context, &std::io::stderr());
    let errors = problems.list.iter().filter(|problem| problem.severity == Severity::Error).count();
    let values = [("name", problems.name.as_str()), ("n", &errors.to_string())];
    text.push_str(&context.t.command.problems_found.with(&values));
    Failure(text)
}

/// Every problem as it is shown on `stream`: with lines drawn and colours where that is a terminal that has them.
pub(super) fn told(problems: &Problems, context: &Context<'_>, stream: &impl IsTerminal) -> String {
    let drawn = Context::draws(stream) && !context.glyphs.is_ascii();
    let decor = if drawn { DecorStyle::Unicode } else { DecorStyle::Ascii };
    let renderer = if context.colours(stream) { Renderer::styled() } else { Renderer::plain() }.decor_style(decor);
    let lines = problems.lines();
    problems.list.iter().map(|problem| one(problem, &problems.name, &lines, context, &renderer)).collect()
}

/// Cause and remedy of a problem.
pub(super) fn words(problem: &Problem, context: &Context<'_>) -> (String, String) {
    let values: Vec<(&str, &str)> =
        problem.values.iter().map(|(name, value)| (*name, if value.is_empty() { "…" } else { value })).collect();
    let (cause, mut remedy) = context.t.problem(problem.code.as_str(), &values);
    if let Some((_, suggestion)) = values.iter().find(|(name, value)| *name == "suggestion" && *value != "…") {
        remedy = format!("{remedy} {}", context.t.command.tip.with(&[("suggestion", suggestion)]));
    }
    (cause, remedy)
}

/// A fault of a file: its cause, its line with the spot marked, and the remedy.
pub(super) fn shown(
    cause: &str,
    remedy: &str,
    code: &str,
    (name, source, span): (&str, &str, Range<usize>),
    context: &Context<'_>,
) -> String {
    let decor = if context.glyphs.is_ascii() { DecorStyle::Ascii } else { DecorStyle::Unicode };
    let source = Clean::strip(source);
    // A text that was written by hand may hold what no terminal should see; then the places in it are others.
    let end = source.len();
    let span = span.start.min(end)..span.end.min(end);
    let span = if source.get(span.clone()).is_some() { span } else { end..end };
    let snippet =
        Snippet::source(source.as_str()).path(name).annotation(AnnotationKind::Primary.span(span).label(remedy));
    let title = Level::ERROR.with_name(context.t.command.problem.as_str()).primary_title(cause).id(code);
    let report: [Group<'_>; 1] = [title.element(snippet)];
    format!("{}\n\n", Renderer::plain().decor_style(decor).render(&report))
}

fn one(problem: &Problem, name: &str, lines: &Lines<'_>, context: &Context<'_>, renderer: &Renderer) -> String {
    let words = &context.t.command;
    let (cause, remedy) = self::words(problem, context);
    let level = match problem.severity {
        Severity::Error => Level::ERROR.with_name(words.problem.as_str()),
        Severity::Warning => Level::WARNING.with_name(words.warning.as_str()),
    };
    let title = level.primary_title(cause.as_str()).id(problem.code.as_str());
    // The lines alone: what is shown of a file of a megabyte does not take longer than of a small one.
    let (source, first, span) = lines.around(&problem.span);
    let report: [Group<'_>; 1] = if source.len() <= LONGEST_SHOWN {
        let spot = AnnotationKind::Primary.span(span).label(remedy.as_str());
        [title.element(Snippet::source(source).line_start(first).path(name).annotation(spot))]
    } else {
        let (line, column) = lines.line_column(problem.span.start);
        let origin = Origin::path(name).line(line).char_column(column);
        [title.element(origin).element(Level::HELP.no_name().message(remedy.as_str()))]
    };
    format!("{}\n\n", renderer.render(&report))
}
