//! Expressions on answers: a subset of the Common Expression Language (CEL, <https://cel.dev>) with the meaning CEL
//! gives it, types checked when the file is read, and missing as a third value: `false && missing` is false,
//! `true || missing` is true, and everything else with missing is missing, as are division by zero and overflow.

mod check;
mod evaluate;
mod parse;

#[cfg(test)]
mod tests;

use serde::Serialize;

pub use evaluate::Answers;

pub(super) use check::{Reach, Scope, compile};

use super::item::Day;
use super::model::{ItemIndex, ValueIndex};

/// Characters of an expression.
pub(super) const MAX_LENGTH: usize = 1_000;
/// Levels of an expression.
pub(super) const MAX_DEPTH: usize = 32;
/// Steps an expression takes at most. Calculated values that use others twice each double the steps with each one.
pub(super) const MAX_STEPS: usize = 2_000;

/// An expression whose names and types are known to be right.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    root: Node,
    kind: Type,
    uses: Vec<ItemIndex>,
    steps: usize,
    text: String,
}

/// What an expression, or an item in it, is worth.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number; always finite.
    Double(f64),
    /// A text, or the key of a choice.
    Text(String),
    /// A day.
    Date(Day),
    /// Values of one type.
    List(Vec<Value>),
}

/// The type of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    Bool,
    Int,
    Double,
    /// A string; of an item with choices, one of their keys.
    Text(Option<ItemIndex>),
    Date,
    /// A list; an empty one holds nothing of a known type.
    List(Option<Box<Type>>),
    /// Of an item that has a problem of its own.
    Unknown,
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Literal(Value),
    List(Vec<Node>),
    Item(ItemIndex),
    Value(ValueIndex),
    Answered(Box<Node>),
    Point(ItemIndex),
    Not(Box<Node>),
    Negative(Box<Node>),
    Binary(Binary, Box<[Node; 2]>),
    If(Box<[Node; 3]>),
    Call(Function, Vec<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Binary {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Index,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    Size,
    Int,
    Double,
    Contains,
    StartsWith,
    EndsWith,
    FullYear,
}

impl Binary {
    fn written(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Index => "[ ]",
        }
    }
}

impl Type {
    /// The type as CEL names it.
    pub(super) fn written(&self) -> String {
        match self {
            Self::Bool => "bool".to_owned(),
            Self::Int => "int".to_owned(),
            Self::Double => "double".to_owned(),
            Self::Text(_) => "string".to_owned(),
            Self::Date => "date".to_owned(),
            Self::Unknown => "?".to_owned(),
            Self::List(None) => "list".to_owned(),
            Self::List(Some(of)) => format!("list({})", of.written()),
        }
    }

    /// Whether both can be compared for equality: keys of choices are strings, an empty list is a list of anything.
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(_), Self::Text(_)) | (Self::List(None), Self::List(_)) | (Self::List(_), Self::List(None)) => {
                true
            }
            (Self::List(Some(one)), Self::List(Some(two))) => one.is_like(two),
            (one, other) => one == other,
        }
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::Double)
    }
}

impl Expression {
    /// As it is written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its value for these answers; nothing where it is missing.
    #[must_use]
    pub fn value(&self, answers: &impl Answers) -> Option<Value> {
        self.root.value(answers)
    }

    /// Whether it holds for these answers: true, and not missing.
    #[must_use]
    pub fn holds(&self, answers: &impl Answers) -> bool {
        self.value(answers) == Some(Value::Bool(true))
    }

    /// Whether it is false for these answers, and not missing.
    #[must_use]
    pub fn fails(&self, answers: &impl Answers) -> bool {
        self.value(answers) == Some(Value::Bool(false))
    }

    /// The items it names, itself or through calculated values, each once, in order.
    #[must_use]
    pub fn uses(&self) -> &[ItemIndex] {
        &self.uses
    }

    /// How many steps it takes at most, those of the calculated values it names among them.
    pub(super) fn steps(&self) -> usize {
        self.steps
    }

    /// Every literal in it, and the calculated values it names itself.
    pub(super) fn literals(&self, found: &mut Vec<Value>, values: &mut Vec<ValueIndex>) {
        self.root.literals(found, values);
    }

    /// The type of its value.
    pub(super) fn kind(&self) -> &Type {
        &self.kind
    }
}
