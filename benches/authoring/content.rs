//! The same questions twice: as a questionnaire of kohesi, and as an `XLSForm`.

use std::fmt::Write;

/// Items of a section.
const SECTION: usize = 25;

/// A questionnaire of `items` items in two languages, as TOML.
pub(crate) fn toml(items: usize) -> String {
    let mut text = HEADER.to_owned();
    for number in 0..items {
        if number % SECTION == 0 {
            let section = number / SECTION;
            let _ = write!(
                text,
                "\n[[sections]]\nkey = \"part_{section}\"\ntitle.id = \"Bagian {section}\"\ntitle.en = \"Part {section}\"\n"
            );
        }
        let asked = Asked::of(number);
        let _ = write!(
            text,
            "\n[[sections.items]]\nkey = \"item_{number}\"\nkind = \"{}\"\ntext.id = \"{}\"\ntext.en = \"{}\"\n",
            asked.kind(),
            asked.text(number, 0),
            asked.text(number, 1)
        );
        match asked {
            Asked::Scale => text.push_str("format = \"agreement\"\n"),
            Asked::Choice | Asked::Several => {
                text.push_str("choices = [\n");
                for (key, id, en) in GOODS {
                    let _ = writeln!(text, "  {{ key = \"{key}\", text = {{ id = \"{id}\", en = \"{en}\" }} }},");
                }
                text.push_str("]\n");
            }
            Asked::Number => {
                let _ = writeln!(text, "show_if = \"item_{}\"\nmin = 0\nmax = 365", number - 1);
            }
            Asked::YesNo | Asked::Text => {}
        }
    }
    text
}

/// The same as an `XLSForm`, in the one file of comma-separated values that pyxform reads quickest.
pub(crate) fn xlsform(items: usize) -> String {
    let mut text = String::from(
        "\"survey\",,,,,,\n,\"type\",\"name\",\"label::Indonesia (id)\",\"label::English (en)\",\"relevant\",\"constraint\"\n",
    );
    for number in 0..items {
        if number % SECTION == 0 {
            let section = number / SECTION;
            let _ = writeln!(text, ",\"begin_group\",\"part_{section}\",\"Bagian {section}\",\"Part {section}\",,");
        }
        let asked = Asked::of(number);
        let kind = match asked {
            Asked::Scale => "select_one agreement".to_owned(),
            Asked::Choice => format!("select_one goods_{number}"),
            Asked::Several => format!("select_multiple goods_{number}"),
            Asked::YesNo => "select_one yes_no".to_owned(),
            Asked::Number => "integer".to_owned(),
            Asked::Text => "text".to_owned(),
        };
        let rules = if matches!(asked, Asked::Number) {
            format!("\"${{item_{}}} = 'yes'\",\". >= 0 and . <= 365\"", number - 1)
        } else {
            ",".to_owned()
        };
        let [id, en] = [0, 1].map(|language| asked.text(number, language));
        let _ = writeln!(text, ",\"{kind}\",\"item_{number}\",\"{id}\",\"{en}\",{rules}");
        if number % SECTION == SECTION - 1 || number + 1 == items {
            text.push_str(",\"end_group\",,,,,\n");
        }
    }
    text.push_str("\"choices\",,,,\n,\"list_name\",\"name\",\"label::Indonesia (id)\",\"label::English (en)\"\n");
    let mut list = |name: &str, choices: &[(&str, &str, &str)]| {
        for (key, id, en) in choices {
            let _ = writeln!(text, ",\"{name}\",\"{key}\",\"{id}\",\"{en}\"");
        }
    };
    list("agreement", &AGREEMENT);
    list("yes_no", &[("yes", "Ya", "Yes"), ("no", "Tidak", "No")]);
    for number in (0..items).filter(|number| matches!(Asked::of(*number), Asked::Choice | Asked::Several)) {
        list(&format!("goods_{number}"), &GOODS);
    }
    text
}

const AGREEMENT: [(&str, &str, &str); 5] = [
    ("strongly_disagree", "Sangat tidak setuju", "Strongly disagree"),
    ("disagree", "Tidak setuju", "Disagree"),
    ("neutral", "Netral", "Neutral"),
    ("agree", "Setuju", "Agree"),
    ("strongly_agree", "Sangat setuju", "Strongly agree"),
];

const GOODS: [(&str, &str, &str); 4] = [
    ("food", "Makanan", "Food"),
    ("produce", "Hasil kebun", "Garden produce"),
    ("crafts", "Kerajinan", "Crafts"),
    ("tools", "Perkakas", "Tools"),
];

/// What is asked, in the same turn again and again.
#[derive(Clone, Copy)]
enum Asked {
    Scale,
    Choice,
    Several,
    YesNo,
    Number,
    Text,
}

impl Asked {
    fn of(number: usize) -> Self {
        match number % 10 {
            0..=4 => Self::Scale,
            5 => Self::Choice,
            6 => Self::YesNo,
            7 => Self::Number,
            8 => Self::Several,
            _ => Self::Text,
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Scale => "scale",
            Self::Choice => "choice",
            Self::Several => "choices",
            Self::YesNo => "yes_no",
            Self::Number => "number",
            Self::Text => "text",
        }
    }

    /// What is asked, in Indonesian or English.
    fn text(self, number: usize, language: usize) -> String {
        let [id, en] = match self {
            Self::Scale => {
                ["Warga di gang ini saling menyapa setiap pagi", "People in this lane greet each other daily"]
            }
            Self::Choice => {
                ["Barang apa yang paling sering Anda beli di pasar", "What do you buy most often at market"]
            }
            Self::Several => {
                ["Barang apa saja yang ingin Anda jual di pasar", "Which goods would you like to sell there"]
            }
            Self::YesNo => ["Apakah Anda pernah ikut ronda malam di sini", "Have you ever joined the night watch here"],
            Self::Number => ["Berapa malam Anda ikut ronda dalam setahun", "How many nights did you join in a year"],
            Self::Text => ["Apa yang paling Anda sukai dari tempat ini", "What do you like best about this place"],
        };
        format!("{} {number}", [id, en][language])
    }
}

const HEADER: &str = r#"format = 1
key = "many-items"
version = "1.0.0"
languages = ["id", "en"]
authors = ["kohesi"]
licence = "CC0-1.0"
title.id = "Banyak pertanyaan"
title.en = "Many questions"
introduction.id = "Selamat datang."
introduction.en = "Welcome."
closing.id = "Terima kasih."
closing.en = "Thank you."

[consent]
version = "1"
text.id = "Ikut serta itu sukarela."
text.en = "Taking part is voluntary."
thanks.id = "Terima kasih."
thanks.en = "Thank you."

[[formats]]
key = "agreement"
choices = [
  { key = "strongly_disagree", text = { id = "Sangat tidak setuju", en = "Strongly disagree" } },
  { key = "disagree", text = { id = "Tidak setuju", en = "Disagree" } },
  { key = "neutral", text = { id = "Netral", en = "Neutral" } },
  { key = "agree", text = { id = "Setuju", en = "Agree" } },
  { key = "strongly_agree", text = { id = "Sangat setuju", en = "Strongly agree" } },
]
"#;
