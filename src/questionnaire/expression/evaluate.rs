use std::cmp::Ordering;

use super::{Binary, Function, Node, Value};
use crate::questionnaire::model::{ItemIndex, ValueIndex};

/// What expressions are evaluated for.
pub trait Answers {
    /// The answer of an item; nothing where it is missing.
    fn of_item(&self, item: ItemIndex) -> Option<Value>;
    /// The place from 1 of an item's answer among its choices.
    fn point(&self, item: ItemIndex) -> Option<i64>;
    /// A calculated value.
    fn of_value(&self, value: ValueIndex) -> Option<Value>;
}

impl Node {
    pub(super) fn value(&self, answers: &impl Answers) -> Option<Value> {
        match self {
            Self::Literal(value) => Some(value.clone()),
            Self::List(nodes) => nodes.iter().map(|node| node.value(answers)).collect::<Option<_>>().map(Value::List),
            Self::Item(item) => answers.of_item(*item),
            Self::Value(value) => answers.of_value(*value),
            Self::Answered(node) => Some(Value::Bool(node.value(answers).is_some())),
            Self::Point(item) => answers.point(*item).map(Value::Int),
            Self::Not(node) => match node.value(answers)? {
                Value::Bool(holds) => Some(Value::Bool(!holds)),
                _ => None,
            },
            Self::Negative(node) => match node.value(answers)? {
                Value::Int(number) => number.checked_neg().map(Value::Int),
                Value::Double(number) => Some(Value::Double(-number)),
                _ => None,
            },
            Self::Binary(Binary::And, sides) => absorb(sides, false, answers),
            Self::Binary(Binary::Or, sides) => absorb(sides, true, answers),
            Self::Binary(operator, sides) => {
                let [left, right] = sides.as_ref();
                binary(*operator, left.value(answers)?, right.value(answers)?)
            }
            Self::If(parts) => {
                let [condition, yes, no] = parts.as_ref();
                match condition.value(answers)? {
                    Value::Bool(true) => yes.value(answers),
                    Value::Bool(false) => no.value(answers),
                    _ => None,
                }
            }
            Self::Call(function, arguments) => {
                let arguments: Option<Vec<Value>> = arguments.iter().map(|node| node.value(answers)).collect();
                call(*function, &arguments?)
            }
        }
    }
}

impl Node {
    /// Every literal in it, and the calculated values it names.
    pub(super) fn literals(&self, found: &mut Vec<Value>, values: &mut Vec<ValueIndex>) {
        let mut inside = |node: &Self| node.literals(found, values);
        match self {
            Self::Literal(value) => found.push(value.clone()),
            Self::Value(value) => values.push(*value),
            Self::Item(_) | Self::Point(_) => {}
            Self::List(nodes) | Self::Call(_, nodes) => nodes.iter().for_each(inside),
            Self::Answered(node) | Self::Not(node) | Self::Negative(node) => inside(node),
            Self::Binary(_, nodes) => nodes.iter().for_each(inside),
            Self::If(nodes) => nodes.iter().for_each(inside),
        }
    }
}

/// "And" and "or": one side that is `decisive` decides, whatever the other is.
fn absorb(sides: &[Node; 2], decisive: bool, answers: &impl Answers) -> Option<Value> {
    let [left, right] = sides;
    let decisive = Some(Value::Bool(decisive));
    let first = left.value(answers);
    if first == decisive {
        return decisive;
    }
    let second = right.value(answers);
    if second == decisive { decisive } else { first.and(second) }
}

fn binary(operator: Binary, left: Value, right: Value) -> Option<Value> {
    let ordered = |fits: fn(Ordering) -> bool| compare(&left, &right).map(|order| Value::Bool(fits(order)));
    match operator {
        Binary::Equal => Some(Value::Bool(left == right)),
        Binary::Unequal => Some(Value::Bool(left != right)),
        Binary::Less => ordered(Ordering::is_lt),
        Binary::LessOrEqual => ordered(Ordering::is_le),
        Binary::Greater => ordered(Ordering::is_gt),
        Binary::GreaterOrEqual => ordered(Ordering::is_ge),
        Binary::In => match right {
            Value::List(list) => Some(Value::Bool(list.contains(&left))),
            _ => None,
        },
        Binary::Index => match (left, right) {
            (Value::List(list), Value::Int(place)) => list.get(usize::try_from(place).ok()?).cloned(),
            _ => None,
        },
        Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Remainder => {
            arithmetic(operator, left, right)
        }
        Binary::And | Binary::Or => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of a questionnaire are far below 2^53")]
fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Double(left), Value::Double(right)) => left.partial_cmp(right),
        (Value::Int(left), Value::Double(right)) => (*left as f64).partial_cmp(right),
        (Value::Double(left), Value::Int(right)) => left.partial_cmp(&(*right as f64)),
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn arithmetic(operator: Binary, left: Value, right: Value) -> Option<Value> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => match operator {
            Binary::Add => left.checked_add(right),
            Binary::Subtract => left.checked_sub(right),
            Binary::Multiply => left.checked_mul(right),
            Binary::Divide => left.checked_div(right),
            _ => left.checked_rem(right),
        }
        .map(Value::Int),
        (Value::Double(left), Value::Double(right)) => Some(match operator {
            Binary::Add => left + right,
            Binary::Subtract => left - right,
            Binary::Multiply => left * right,
            _ => left / right,
        })
        .filter(|number| number.is_finite())
        .map(Value::Double),
        (Value::Text(left), Value::Text(right)) => Some(Value::Text(left + &right)),
        (Value::List(mut left), Value::List(right)) => {
            left.extend(right);
            Some(Value::List(left))
        }
        _ => None,
    }
}

fn call(function: Function, arguments: &[Value]) -> Option<Value> {
    Some(match (function, arguments) {
        (Function::Size, [Value::List(list)]) => Value::Int(i64::try_from(list.len()).ok()?),
        (Function::Size, [Value::Text(text)]) => Value::Int(i64::try_from(text.chars().count()).ok()?),
        (Function::Int, [Value::Double(number)]) => Value::Int(whole(*number)?),
        #[expect(clippy::cast_precision_loss, reason = "numbers of a questionnaire are far below 2^53")]
        (Function::Double, [Value::Int(number)]) => Value::Double(*number as f64),
        (Function::Int | Function::Double, [value]) => value.clone(),
        (Function::Contains, [Value::Text(text), Value::Text(part)]) => Value::Bool(text.contains(part.as_str())),
        (Function::StartsWith, [Value::Text(text), Value::Text(part)]) => Value::Bool(text.starts_with(part.as_str())),
        (Function::EndsWith, [Value::Text(text), Value::Text(part)]) => Value::Bool(text.ends_with(part.as_str())),
        (Function::FullYear, [Value::Date(day)]) => Value::Int(day.civil().year().into()),
        _ => return None,
    })
}

/// A number without what stands behind its point; nothing where it is too large.
#[expect(clippy::cast_possible_truncation, reason = "within the bounds that are checked")]
fn whole(number: f64) -> Option<i64> {
    const LARGEST: f64 = 9.0e18;
    (number.abs() <= LARGEST).then_some(number as i64)
}
