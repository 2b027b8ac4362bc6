//! Names of columns that every format takes. SPSS asks the most: 64 bytes, a letter first, no word of its language,
//! and a case that is no matter.

use std::collections::HashSet;

/// Words of SPSS that may be no name.
const RESERVED: [&str; 13] = ["all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"];

/// The most bytes of a name.
const LONGEST: usize = 64;

/// Gives names that are not given yet.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// `wanted`, or what is closest to it that is a name and not given yet.
    pub(super) fn give(&mut self, wanted: &str) -> String {
        let mut name: String =
            wanted.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(LONGEST).collect();
        let is_letter = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if !is_letter || RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
            name = format!("q_{}", &name[..name.len().min(LONGEST - 2)]);
        }
        let numbered = (2..).map(|number: u32| {
            let number = format!("_{number}");
            format!("{}{number}", &name[..name.len().min(LONGEST - number.len())])
        });
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| self.0.insert(name.to_ascii_lowercase()));
        free.unwrap_or(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_spss_takes_and_unique_whatever_its_case() {
        let mut names = Names::default();
        let long = "a".repeat(70);
        for (wanted, given) in [
            ("trust", "trust"),
            ("Trust", "Trust_2"),
            ("trust", "trust_3"),
            ("all", "q_all"),
            ("WITH", "q_WITH"),
            ("_x", "q__x"),
            ("1.2-x", "q_1_2_x"),
            ("", "q_"),
            (long.as_str(), &long[..64]),
            (long.as_str(), &format!("{}_2", &long[..62])),
        ] {
            assert_eq!(names.give(wanted), given, "{wanted}");
        }
    }
}
