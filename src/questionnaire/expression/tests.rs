use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::questionnaire::model::Key;
use crate::questionnaire::problem::Problems;
use crate::questionnaire::reading::{Limits, Names, Reading};

/// Answers by hand: 0 `role` (a choice), 1 `born_here` (yes or no), 2 `groups` (choices), 3 `years` (a whole number),
/// 4 `land` (a decimal number), 5 `since` (a date), 6 `wish` (a text), 7 `said` (only read).
#[derive(Default)]
struct Table(BTreeMap<u16, Value>);

const NAMES: [&str; 8] = ["role", "born_here", "groups", "years", "land", "since", "wish", "said"];

impl Answers for Table {
    fn of_item(&self, item: ItemIndex) -> Option<Value> {
        self.0.get(&item.0).cloned()
    }
    fn point(&self, item: ItemIndex) -> Option<i64> {
        self.0.get(&item.0).map(|_| 2)
    }
    fn of_value(&self, _: ValueIndex) -> Option<Value> {
        None
    }
}

fn scope() -> Scope {
    let mut names = Names::default();
    for (place, name) in NAMES.iter().enumerate() {
        names.insert(&Key::new(name).unwrap(), place);
    }
    let keys = |keys: &[&str]| keys.iter().map(|key| Key::new(key).unwrap()).collect::<Vec<_>>();
    let (role, groups) = (Type::Text(Some(ItemIndex(0))), Type::Text(Some(ItemIndex(2))));
    let items = vec![
        Some(role),
        Some(Type::Bool),
        Some(Type::List(Some(Box::new(groups)))),
        Some(Type::Int),
        Some(Type::Double),
        Some(Type::Date),
        Some(Type::Text(None)),
        None,
    ];
    let mut choices = vec![Vec::new(); 8];
    choices[0] = keys(&["resident", "rt_rw"]);
    choices[2] = keys(&["pkk", "arisan"]);
    Scope { names, items, keys: NAMES.iter().map(|name| Key::new(name)).collect(), choices, values: Vec::new() }
}

fn read(text: &str, reach: &Reach) -> Result<Expression, Problems> {
    let source = format!("{text:?}");
    let mut reading = Reading::new(&source, Limits::default());
    let expression = compile(text, &(0..source.len()), &scope(), reach, &mut reading);
    let problems = reading.into_problems("test");
    match expression {
        Some(expression) => {
            assert!(problems.list.is_empty(), "{text}: {:?}", problems.list);
            Ok(expression)
        }
        None => Err(problems),
    }
}

fn everything() -> Reach {
    Reach { before: 8, block: 0..0, own: None, values: 0 }
}

fn value(text: &str, answers: &Table) -> Option<Value> {
    read(text, &everything()).unwrap_or_else(|problems| panic!("{text}: {:?}", problems.list)).value(answers)
}

fn answers() -> Table {
    let text = |text: &str| Value::Text(text.to_owned());
    Table(BTreeMap::from([
        (0, text("resident")),
        (1, Value::Bool(true)),
        (2, Value::List(vec![text("arisan")])),
        (3, Value::Int(12)),
        (4, Value::Double(1.5)),
        (5, Value::Date(Day::from_iso("2001-02-03").unwrap())),
        (6, text("Jalan \"baru\"")),
    ]))
}

#[test]
fn an_expression_means_what_it_means_in_cel() {
    for (text, expected) in [
        ("role == 'resident'", true),
        ("role != \"rt_rw\" && born_here", true),
        ("!born_here || years > 10", true),
        ("'arisan' in groups && !('pkk' in groups)", true),
        ("role in ['rt_rw', 'resident']", true),
        ("size(groups) == 1 && groups.size() < 2", true),
        ("years * 2 + 1 == 25 && years / 5 == 2 && years % 5 == 2 && -years < 0", true),
        ("1 + 2 * 3 == 7 && (1 + 2) * 3 == 9 && 10 - 3 - 2 == 5", true),
        ("land > 1 && land + 0.5 == 2.0 && land < years", true),
        ("double(years) == 12.0 && int(land) == 1", true),
        ("since >= date('2001-02-03') && since < date(\"2002-01-01\") && since.getFullYear() == 2001", true),
        ("wish.contains('\"baru\"') && wish.startsWith('Jalan') && !wish.endsWith('x') && size(wish) == 12", true),
        ("wish + '!' == 'Jalan \"baru\"!'", true),
        ("(born_here ? 1 : 2) == 1", true),
        ("groups[0] == 'arisan' && answered(wish) && point(role) == 2", true),
        ("[] == [] && [1, 2] == [1, 2] && [1] + [2] == [1, 2] && !(1 in [])", true),
        ("true ? false : true", false),
        ("1 == 1 && 2 == 3 || false", false),
    ] {
        assert_eq!(value(text, &answers()), Some(Value::Bool(expected)), "{text}");
    }
}

#[test]
fn missing_is_a_third_value() {
    for (text, expected) in [
        ("born_here && false", Some(false)),
        ("false && born_here", Some(false)),
        ("born_here || true", Some(true)),
        ("true || born_here", Some(true)),
        ("born_here && true", None),
        ("born_here || false", None),
        ("!born_here", None),
        ("years > 3", None),
        ("role == role", None),
        ("born_here ? true : true", None),
        ("answered(role)", Some(false)),
        ("!answered(role) || role == 'resident'", Some(true)),
        ("1 / 0 == 1", None),
        ("1 % 0 == 1", None),
        ("1.0 / 0.0 > 1.0", None),
        ("9223372036854775807 + 1 > 0", None),
        ("[1][1] == 1", None),
    ] {
        assert_eq!(value(text, &Table::default()), expected.map(Value::Bool), "{text}");
    }
}

#[test]
fn a_problem_is_told_where_it_is() {
    for (text, code, spot) in [
        ("role = 'resident'", "expression_syntax", "="),
        ("role == ", "expression_syntax", ""),
        ("(role == 'resident'", "expression_syntax", ""),
        ("role == 'resident", "expression_syntax", "'resident"),
        ("years > 1x", "expression_syntax", "1x"),
        ("roles == 'resident'", "unknown_name", "roles"),
        ("role == 'resdent'", "unknown_choice", "'resdent'"),
        ("role in ['rt_rw', 'x']", "unknown_choice", "'x'"),
        ("'x' in groups", "unknown_choice", "'x'"),
        ("role == 1", "wrong_operands", "1"),
        ("years == 1.0", "wrong_operands", "1.0"),
        ("years + land > 1", "wrong_operands", "land"),
        ("role > 'a'", "wrong_operands", "role > 'a'"),
        ("years && born_here", "wrong_operands", "years"),
        ("!years", "wrong_operands", "years"),
        ("years in years", "wrong_operands", "years"),
        ("[1, 'a'] == [1]", "wrong_operands", "'a'"),
        ("born_here ? 1 : 'a'", "wrong_operands", "'a'"),
        ("sice(groups) > 1", "unknown_function", "sice"),
        ("size(years) > 1", "wrong_arguments", "size(years)"),
        ("date('2001-02-30') == since", "not_a_date", "'2001-02-30'"),
        ("said == 'x'", "not_an_answer", "said"),
    ] {
        let problems = read(text, &everything()).unwrap_err();
        let [problem] = problems.list.as_slice() else { panic!("{text}: {:?}", problems.list) };
        assert_eq!(problem.code.as_str(), code, "{text}");
        assert_eq!(problems.source[problem.span.clone()].trim_matches('"'), spot, "{text}");
    }
}

#[test]
fn a_name_is_used_where_it_is_in_reach() {
    let reach = Reach { before: 3, block: 1..3, own: Some(3), values: 0 };
    for (text, code) in [
        ("role == 'resident'", None),
        ("years > 1", None),
        ("born_here", Some("shuffled_together")),
        ("land > 1.0", Some("later_name")),
    ] {
        let found = read(text, &reach).err().map(|problems| problems.list[0].code.as_str());
        assert_eq!(found, code, "{text}");
    }
}

#[test]
fn an_expression_built_to_explode_is_refused_quickly() {
    for (text, code) in [
        ("(".repeat(900), "expression_too_deep"),
        ("!".repeat(900), "expression_too_deep"),
        ("[".repeat(900), "expression_too_deep"),
        ("true ? ".repeat(120), "expression_syntax"),
        ("1 +".repeat(400), "expression_too_long"),
        ("size(".repeat(180), "expression_too_deep"),
    ] {
        let problems = read(&text, &everything()).unwrap_err();
        assert_eq!(problems.list[0].code.as_str(), code, "{}", &text[..20]);
    }
    assert_eq!(value(&("1+".repeat(496) + "4 == 500"), &Table::default()), Some(Value::Bool(true)));
}

proptest! {
    #[test]
    fn any_text_is_an_expression_or_has_a_problem(text in any::<String>()) {
        let _ = read(&text, &everything());
    }

    #[test]
    fn any_expression_like_text_is_one_or_has_a_problem(
        parts in proptest::collection::vec(prop_oneof![
            Just("role"), Just("years"), Just("land"), Just("groups"), Just("born_here"), Just("1"), Just("2.5"),
            Just("'pkk'"), Just("\"x\""), Just("("), Just(")"), Just("["), Just("]"), Just(","), Just("."), Just("!"),
            Just("-"), Just(" && "), Just(" || "), Just(" == "), Just(" in "), Just(" ? "), Just(" : "), Just("+"),
            Just("/"), Just("%"), Just("size("), Just("answered("), Just("date("), Just("é"), Just("\\"),
        ], 0..25),
    ) {
        if let Ok(expression) = read(&parts.concat(), &everything()) {
            let _ = expression.value(&answers());
            let _ = expression.value(&Table::default());
        }
    }
}
