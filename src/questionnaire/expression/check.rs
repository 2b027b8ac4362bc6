//! Syntax tree to expression: every name known and in reach, every type right.

use std::ops::Range;

use super::parse::{Fault, Part, What, parse};
use super::{Binary, Expression, Function, MAX_DEPTH, MAX_LENGTH, MAX_STEPS, Node, Type, Value};
use crate::questionnaire::definition::Named;
use crate::questionnaire::item::Day;
use crate::questionnaire::model::{ItemIndex, Key, ValueIndex};
use crate::questionnaire::problem::{ProblemCode, quoted};
use crate::questionnaire::reading::{Names, Reading, suggestion};
use crate::questionnaire::spot::spot;

/// Everything a name can mean.
pub(in crate::questionnaire) struct Scope {
    /// Items first, then calculated values.
    pub(in crate::questionnaire) names: Names,
    /// Each item's type; nothing where it is answered by nothing.
    pub(in crate::questionnaire) items: Vec<Option<Type>>,
    /// Each item's key.
    pub(in crate::questionnaire) keys: Vec<Option<Key>>,
    /// Keys of each item's choices.
    pub(in crate::questionnaire) choices: Vec<Vec<Key>>,
    /// The calculated values that could be read.
    pub(in crate::questionnaire) values: Vec<Option<Expression>>,
}

/// How far an expression reaches.
#[derive(Clone, Debug)]
pub(in crate::questionnaire) struct Reach {
    /// Items from this one on come later.
    pub(in crate::questionnaire) before: usize,
    /// Items that are shuffled together with the one the expression belongs to.
    pub(in crate::questionnaire) block: Range<usize>,
    /// The item it belongs to, which a check may look at.
    pub(in crate::questionnaire) own: Option<usize>,
    /// Calculated values from this one on come later.
    pub(in crate::questionnaire) values: usize,
}

/// The functions: name, what they take, what they give is in [`Checker::call`].
const FUNCTIONS: [(&str, &str); 10] = [
    ("size", "size(list), size(string)"),
    ("answered", "answered(name)"),
    ("point", "point(name)"),
    ("int", "int(double)"),
    ("double", "double(int)"),
    ("date", "date(\"2024-01-31\")"),
    ("contains", "string.contains(string)"),
    ("startsWith", "string.startsWith(string)"),
    ("endsWith", "string.endsWith(string)"),
    ("getFullYear", "date.getFullYear()"),
];

/// Reads the expression `text`, written as a TOML string at `span`; nothing where it has a problem.
pub(in crate::questionnaire) fn compile(
    text: &str,
    span: &Range<usize>,
    scope: &Scope,
    reach: &Reach,
    reading: &mut Reading<'_>,
) -> Option<Expression> {
    let mut checker = Checker { text, span, scope, reach, reading, uses: Vec::new(), steps: 0 };
    let found = text.chars().count();
    if found > MAX_LENGTH {
        let values = [MAX_LENGTH.to_string(), found.to_string()];
        checker.reading.report(ProblemCode::ExpressionTooLong, span.clone(), |_| values);
        return None;
    }
    let part = match parse(text) {
        Ok(part) => part,
        Err(Fault::TooDeep { span }) => {
            checker.report(ProblemCode::ExpressionTooDeep, &span, [MAX_DEPTH.to_string()]);
            return None;
        }
        Err(Fault::Unexpected { span, expected }) => {
            let found = quoted(&text[span.clone()]);
            checker.report(ProblemCode::ExpressionSyntax, &span, [found, expected.to_owned()]);
            return None;
        }
    };
    let (root, kind) = checker.part(&part)?;
    let (mut uses, steps) = (checker.uses, checker.steps);
    uses.sort_unstable();
    uses.dedup();
    if steps > MAX_STEPS {
        let values = [MAX_STEPS.to_string(), steps.to_string()];
        reading.report(ProblemCode::ExpressionTooCostly, span.clone(), |_| values);
        return None;
    }
    Some(Expression { root, kind, uses, steps, text: text.to_owned() })
}

impl Scope {
    /// What `name` means within `reach`; else why it may not stand there.
    pub(in crate::questionnaire) fn look_up(&self, name: &str, reach: &Reach) -> Result<Named, (ProblemCode, bool)> {
        let place = self.names.get(name).ok_or((ProblemCode::UnknownName, true))?;
        let Some(value) = place.checked_sub(self.items.len()) else {
            let own = reach.own == Some(place);
            return match &self.items[place] {
                None => Err((ProblemCode::NotAnAnswer, false)),
                Some(_) if own => Ok(Named::Item(index(place))),
                Some(_) if place >= reach.before && !reach.block.contains(&place) => {
                    Err((ProblemCode::LaterName, false))
                }
                Some(_) if reach.block.contains(&place) => Err((ProblemCode::ShuffledTogether, false)),
                Some(_) => Ok(Named::Item(index(place))),
            };
        };
        // What could not be read has its own problem.
        let uses = self.values.get(value).and_then(Option::as_ref).map_or(&[][..], |value| &value.uses);
        let in_reach = |item: &ItemIndex| {
            let place = item.get();
            reach.own == Some(place) || (place < reach.before && !reach.block.contains(&place))
        };
        if value < reach.values && uses.iter().all(in_reach) {
            Ok(Named::Value(ValueIndex(value)))
        } else {
            Err((ProblemCode::LaterName, false))
        }
    }
}

fn index(place: usize) -> ItemIndex {
    ItemIndex(u16::try_from(place).unwrap_or(u16::MAX))
}

struct Checker<'c, 'r, 's> {
    text: &'c str,
    span: &'c Range<usize>,
    scope: &'c Scope,
    reach: &'c Reach,
    reading: &'r mut Reading<'s>,
    uses: Vec<ItemIndex>,
    steps: usize,
}

type Checked = (Node, Type);

impl Checker<'_, '_, '_> {
    fn report<const N: usize>(&mut self, code: ProblemCode, part: &Range<usize>, values: [String; N]) {
        let raw = self.reading.source_at(self.span);
        let start = spot(raw, part.start);
        let end = if part.is_empty() { start.end } else { spot(raw, part.end - last_width(self.text, part)).end };
        let place = self.span.start + start.start..self.span.start + end.max(start.end);
        self.reading.report(code, place, |_| values);
    }

    fn part(&mut self, part: &Part) -> Option<Checked> {
        self.steps += 1;
        match &part.what {
            What::Literal(value) => Some((Node::Literal(value.clone()), type_of(value))),
            What::Name(name) => self.name(name, &part.span),
            What::List(parts) => self.list(parts),
            What::Not(inner) => {
                let (node, kind) = self.part(inner)?;
                self.expect_operand("!", &kind, kind == Type::Bool, "bool", &inner.span)?;
                Some((Node::Not(Box::new(node)), Type::Bool))
            }
            What::Negative(inner) => {
                let (node, kind) = self.part(inner)?;
                self.expect_operand("-", &kind, kind.is_number(), "int, double", &inner.span)?;
                Some((Node::Negative(Box::new(node)), kind))
            }
            What::Binary(operator, sides) => self.binary(*operator, sides, &part.span),
            What::If(parts) => self.choose(parts),
            What::Call { function, name, arguments } => self.call(function, name, arguments, &part.span),
        }
    }

    fn expect_operand(
        &mut self,
        operator: &str,
        found: &Type,
        fits: bool,
        expected: &str,
        span: &Range<usize>,
    ) -> Option<()> {
        if !fits {
            self.report(ProblemCode::WrongOperands, span, [operator.to_owned(), expected.to_owned(), found.written()]);
        }
        fits.then_some(())
    }

    fn name(&mut self, name: &str, span: &Range<usize>) -> Option<Checked> {
        match self.scope.look_up(name, self.reach) {
            Ok(Named::Item(item)) => {
                self.uses.push(item);
                let kind = self.scope.items.get(item.get())?.clone()?;
                (kind != Type::Unknown).then_some((Node::Item(item), kind))
            }
            Ok(Named::Value(value)) => {
                let expression = self.scope.values.get(value.0)?.as_ref()?;
                self.uses.extend(&expression.uses);
                self.steps += expression.steps;
                Some((Node::Value(value), expression.kind.clone()))
            }
            Err((code, suggests)) => {
                let mut values = vec![quoted(name)];
                if suggests {
                    values.push(self.scope.names.suggestion(name, "[[sections.items]]"));
                }
                match values.try_into() {
                    Ok::<[String; 2], _>(values) => self.report(code, span, values),
                    Err(values) => self.report(code, span, [values.concat()]),
                }
                None
            }
        }
    }

    fn list(&mut self, parts: &[Part]) -> Option<Checked> {
        let mut nodes = Vec::with_capacity(parts.len());
        let mut of: Option<Type> = None;
        for part in parts {
            let (node, kind) = self.part(part)?;
            match &of {
                Some(first) if !first.is_like(&kind) => {
                    let values = ["[ ]".to_owned(), first.written(), kind.written()];
                    self.report(ProblemCode::WrongOperands, &part.span, values);
                    return None;
                }
                Some(_) => {}
                None => of = Some(kind),
            }
            nodes.push(node);
        }
        Some((Node::List(nodes), Type::List(of.map(Box::new))))
    }

    fn choose(&mut self, parts: &[Part; 3]) -> Option<Checked> {
        let [condition, yes, no] = parts;
        let (condition_node, kind) = self.part(condition)?;
        self.expect_operand("? :", &kind, kind == Type::Bool, "bool", &condition.span)?;
        let (yes_node, first) = self.part(yes)?;
        let (no_node, second) = self.part(no)?;
        self.expect_operand("? :", &second, first.is_like(&second), &first.written(), &no.span)?;
        let kind = if first == second { first } else { without_choices(first) };
        Some((Node::If(Box::new([condition_node, yes_node, no_node])), kind))
    }

    fn binary(&mut self, operator: Binary, sides: &[Part; 2], span: &Range<usize>) -> Option<Checked> {
        let [left, right] = sides;
        // Both sides are looked at, so that all problems are told at once.
        let (left_checked, right_checked) = (self.part(left), self.part(right));
        let ((left_node, one), (right_node, two)) = (left_checked?, right_checked?);
        let wrong = |checker: &mut Self, expected: &str, found: &Type, place: &Range<usize>| {
            checker.expect_operand(operator.written(), found, false, expected, place)
        };
        let kind = match operator {
            Binary::And | Binary::Or => {
                self.expect_operand(operator.written(), &one, one == Type::Bool, "bool", &left.span)?;
                self.expect_operand(operator.written(), &two, two == Type::Bool, "bool", &right.span)?;
                Type::Bool
            }
            Binary::Equal | Binary::Unequal => {
                self.expect_operand(operator.written(), &two, one.is_like(&two), &one.written(), &right.span)?;
                self.known_choices(&one, right)?;
                self.known_choices(&two, left)?;
                Type::Bool
            }
            Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual => {
                let alike = one.is_like(&two) && matches!(one, Type::Text(None) | Type::Date | Type::Bool);
                if let (Type::Text(Some(_)), _) | (_, Type::Text(Some(_))) = (&one, &two) {
                    // The keys of choices have no order; their places have.
                    return wrong(self, "int (point(x))", &Type::Text(None), span).map(|()| (left_node, one));
                }
                let numbers = one.is_number() && two.is_number();
                if !(alike || numbers) {
                    return wrong(self, &one.written(), &two, &right.span).map(|()| (left_node, one));
                }
                Type::Bool
            }
            Binary::In => {
                let Type::List(of) = &two else {
                    return wrong(self, "list", &two, &right.span).map(|()| (left_node, one));
                };
                if let Some(of) = of.as_deref() {
                    self.expect_operand("in", &one, of.is_like(&one), &of.written(), &left.span)?;
                    self.known_choices(of, left)?;
                }
                self.known_choices(&one, right)?;
                Type::Bool
            }
            Binary::Index => match (&one, &two) {
                (Type::List(Some(of)), Type::Int) => of.as_ref().clone(),
                (Type::List(_), _) => return wrong(self, "int", &two, &right.span).map(|()| (left_node, one)),
                _ => return wrong(self, "list", &one, &left.span).map(|()| (left_node, one)),
            },
            Binary::Add if one.is_like(&two) && matches!(one, Type::Text(_) | Type::List(_)) => without_choices(one),
            Binary::Remainder => {
                self.expect_operand("%", &one, one == Type::Int, "int", &left.span)?;
                self.expect_operand("%", &two, two == Type::Int, "int", &right.span)?;
                Type::Int
            }
            Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Divide => {
                self.expect_operand(operator.written(), &one, one.is_number(), "int, double", &left.span)?;
                self.expect_operand(operator.written(), &two, one == two, &one.written(), &right.span)?;
                one
            }
        };
        Some((Node::Binary(operator, Box::new([left_node, right_node])), kind))
    }

    /// Every choice that is written in `part` beside an item with `kind` must be one of that item's.
    fn known_choices(&mut self, kind: &Type, part: &Part) -> Option<()> {
        let item = match kind {
            Type::Text(Some(item)) => *item,
            Type::List(Some(of)) => return self.known_choices(of, part),
            _ => return Some(()),
        };
        match &part.what {
            What::Literal(Value::Text(found)) => {
                let keys = self.scope.choices.get(item.get())?;
                if keys.iter().any(|key| key.as_str() == found) {
                    return Some(());
                }
                // What is wrong with the choices is told there.
                if keys.is_empty() {
                    return None;
                }
                let name = self.scope.keys.get(item.get())?.as_ref()?.to_string();
                let values = [quoted(found), name, suggestion(found, keys.iter().map(Key::as_str))];
                self.report(ProblemCode::UnknownChoice, &part.span, values);
                None
            }
            What::List(parts) => {
                // All of them are looked at, so that all problems are told at once.
                let known: Vec<_> = parts.iter().map(|part| self.known_choices(kind, part)).collect();
                known.into_iter().collect()
            }
            _ => Some(()),
        }
    }

    fn call(
        &mut self,
        function: &str,
        name: &Range<usize>,
        arguments: &[Part],
        span: &Range<usize>,
    ) -> Option<Checked> {
        let Some((_, expected)) = FUNCTIONS.iter().find(|(known, _)| *known == function) else {
            let suggestion = suggestion(function, FUNCTIONS.iter().map(|(name, _)| *name));
            self.report(ProblemCode::UnknownFunction, name, [quoted(function), suggestion]);
            return None;
        };
        if let ("date", [Part { what: What::Literal(Value::Text(text)), span }]) = (function, arguments) {
            let day = Day::from_iso(text);
            if day.is_none() {
                self.report(ProblemCode::NotADate, span, [quoted(text)]);
            }
            return day.map(|day| (Node::Literal(Value::Date(day)), Type::Date));
        }
        let checked: Vec<Option<Checked>> = arguments.iter().map(|part| self.part(part)).collect();
        let checked: Vec<Checked> = checked.into_iter().collect::<Option<_>>()?;
        let found: Vec<String> = checked.iter().map(|(_, kind)| kind.written()).collect();
        let call = of_types(function, checked);
        if call.is_none() {
            let found = format!("{function}({})", found.join(", "));
            self.report(ProblemCode::WrongArguments, span, [function.to_owned(), (*expected).to_owned(), found]);
        }
        call
    }
}

/// The call of a function with arguments of these types; nothing where it does not take them.
fn of_types(function: &str, mut checked: Vec<Checked>) -> Option<Checked> {
    let kinds: Vec<&Type> = checked.iter().map(|(_, kind)| kind).collect();
    let (function, kind) = match (function, kinds.as_slice()) {
        ("answered", [_]) => {
            let (node, _) = checked.pop()?;
            return matches!(node, Node::Item(_) | Node::Value(_))
                .then(|| (Node::Answered(Box::new(node)), Type::Bool));
        }
        ("point", [Type::Text(Some(_))]) => {
            let (node, _) = checked.pop()?;
            return match node {
                Node::Item(item) => Some((Node::Point(item), Type::Int)),
                _ => None,
            };
        }
        ("size", [Type::List(_) | Type::Text(None)]) => (Function::Size, Type::Int),
        ("int", [Type::Double | Type::Int]) => (Function::Int, Type::Int),
        ("double", [Type::Int | Type::Double]) => (Function::Double, Type::Double),
        ("contains", [Type::Text(_), Type::Text(_)]) => (Function::Contains, Type::Bool),
        ("startsWith", [Type::Text(_), Type::Text(_)]) => (Function::StartsWith, Type::Bool),
        ("endsWith", [Type::Text(_), Type::Text(_)]) => (Function::EndsWith, Type::Bool),
        ("getFullYear", [Type::Date]) => (Function::FullYear, Type::Int),
        _ => return None,
    };
    Some((Node::Call(function, checked.into_iter().map(|(node, _)| node).collect()), kind))
}

fn type_of(value: &Value) -> Type {
    match value {
        Value::Bool(_) => Type::Bool,
        Value::Int(_) => Type::Int,
        Value::Double(_) => Type::Double,
        Value::Text(_) => Type::Text(None),
        Value::Date(_) => Type::Date,
        Value::List(_) => Type::List(None),
    }
}

/// The type where it is no longer known of which item's choices the keys are.
fn without_choices(kind: Type) -> Type {
    match kind {
        Type::Text(_) => Type::Text(None),
        Type::List(of) => Type::List(of.map(|of| Box::new(without_choices(*of)))),
        other => other,
    }
}

/// Bytes of the last character of a part.
fn last_width(text: &str, part: &Range<usize>) -> usize {
    text[part.clone()].chars().next_back().map_or(0, char::len_utf8)
}
