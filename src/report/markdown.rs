use super::{Block, Report};

/// A report as `CommonMark`; charts become tables, so that nothing is told by drawing alone.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let blocks = report.blocks.iter().filter_map(block);
    std::iter::once(format!("# {}\n", escape(&report.title))).chain(blocks).collect::<Vec<_>>().join("\n")
}

fn block(block: &Block) -> Option<String> {
    Some(match block {
        Block::Heading(heading) => format!("## {}\n", escape(heading)),
        Block::Paragraph(paragraph) => escape(paragraph) + "\n",
        Block::Aside(aside) => format!("*{}*\n", escape(aside)),
        Block::Question(question) => format!("> {}\n", escape(question)),
        Block::List(list) => list.iter().map(|line| format!("- {}\n", escape(line))).collect::<Vec<_>>().concat(),
        Block::Bars(bars) => table(bars.iter().map(|bar| [&bar.label, &bar.reading, &bar.basis])),
        Block::Said(said) => format!("> {}\n", escape(said).replace('\n', "\n> ")),
        Block::Boxed { title, texts } => {
            let texts = texts.iter().map(|text| format!("\n{}\n", escape(text)));
            std::iter::once(format!("## {}\n", escape(title))).chain(texts).collect()
        }
        Block::Stacks(stacks) => table(stacks.iter().map(|one| [&one.label, &one.reading, &one.basis])),
        // The bars say the same.
        Block::Radar(_) => return None,
    })
}

fn table<'a>(rows: impl Iterator<Item = [&'a String; 3]>) -> String {
    let row = |cells: [&String; 3]| format!("| {} |\n", cells.map(|cell| escape(cell)).join(" | "));
    std::iter::once("| | | |\n|---|---|---|\n".to_owned()).chain(rows.map(row)).collect()
}

/// The text with every sign that Markdown or the HTML inside it would act on made inert.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '&' | '~') {
            safe.push('\\');
        }
        safe.push(character);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_becomes_markup() {
        let report = Report {
            title: "a <b> | c".into(),
            blocks: vec![Block::Paragraph("*x* [y](z)".into()), Block::Question("why?".into())],
        };
        assert_eq!(markdown(&report), "# a \\<b\\> \\| c\n\n\\*x\\* \\[y\\](z)\n\n> why?\n");
    }
}
