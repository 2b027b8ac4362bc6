use super::{Problems, Questionnaire, read};

/// A questionnaire that comes with the program.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// Its key, which is also the name of its file.
    pub key: &'static str,
    source: &'static str,
}

/// Every shipped questionnaire; the first is begun where none is named.
pub const BUILTIN: [Builtin; 4] = [
    Builtin { key: "kohesi-inti", source: include_str!("../../questionnaires/kohesi-inti.toml") },
    Builtin { key: "kohesi-singkat", source: include_str!("../../questionnaires/kohesi-singkat.toml") },
    Builtin { key: "lokakarya", source: include_str!("../../questionnaires/lokakarya.toml") },
    Builtin { key: "contoh-lengkap", source: include_str!("../../questionnaires/contoh-lengkap.toml") },
];

impl Builtin {
    /// Its exact text.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// Reads it, on the same path as a file of one's own.
    ///
    /// # Errors
    /// Its problems; a test holds that there are none.
    pub fn read(&self) -> Result<Questionnaire, Problems> {
        read(self.key, self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_questionnaire_is_sound_and_has_its_key() {
        for builtin in BUILTIN {
            let questionnaire = builtin.read().unwrap();
            assert_eq!(questionnaire.key().as_str(), builtin.key);
        }
    }
}
