//! Text to syntax tree, every part with its place.

use std::ops::Range;

use super::{Binary, MAX_DEPTH, Value};

/// A part of an expression as it is written.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) span: Range<usize>,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    Literal(Value),
    Name(String),
    List(Vec<Part>),
    Not(Box<Part>),
    Negative(Box<Part>),
    Binary(Binary, Box<[Part; 2]>),
    If(Box<[Part; 3]>),
    /// A function; one written `x.f()` has what stands before the dot as its first argument.
    Call {
        function: String,
        name: Range<usize>,
        arguments: Vec<Part>,
    },
}

/// Why a text is no expression, and where.
#[derive(Debug)]
pub(super) enum Fault {
    /// Something else should stand here.
    Unexpected { span: Range<usize>, expected: &'static str },
    /// Too many levels.
    TooDeep { span: Range<usize> },
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Literal(Value),
    Sign(&'static str),
    End,
}

/// Signs, those that begin with another one first.
const SIGNS: [&str; 24] = [
    "||", "&&", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", "(", ")", "[", "]", ",", ".",
    "=", "&",
];

/// What may stand where a value begins.
const VALUE: &str = "name, 12, \"...\", ( )";
/// What may stand behind a value.
const OPERATOR: &str = "== != < <= > >= && || in";

pub(super) fn parse(text: &str) -> Result<Part, Fault> {
    let mut parser = Parser { text, at: 0, token: Token::End, span: 0..0, before: 0, depth: 0 };
    parser.advance()?;
    let part = parser.expression()?;
    match parser.token {
        Token::End => Ok(part),
        _ => Err(parser.unexpected(OPERATOR)),
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    token: Token,
    span: Range<usize>,
    /// End of the token before.
    before: usize,
    depth: usize,
}

impl Parser<'_> {
    fn unexpected(&self, expected: &'static str) -> Fault {
        Fault::Unexpected { span: self.span.clone(), expected }
    }

    /// Reads the next token.
    fn advance(&mut self) -> Result<(), Fault> {
        self.before = self.span.end;
        let rest = &self.text[self.at..];
        let start = self.at + (rest.len() - rest.trim_start().len());
        let rest = &self.text[start..];
        let (token, length) = match rest.chars().next() {
            None => (Token::End, 0),
            Some('"' | '\'') => string(rest, start)?,
            Some(digit) if digit.is_ascii_digit() => number(rest, start)?,
            Some(letter) if letter.is_ascii_alphabetic() || letter == '_' => word(rest),
            Some(other) => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) if !matches!(*sign, "=" | "&") => (Token::Sign(sign), sign.len()),
                _ => {
                    let span = start..start + other.len_utf8();
                    return Err(Fault::Unexpected { span, expected: if other == '=' { "==" } else { OPERATOR } });
                }
            },
        };
        (self.token, self.span, self.at) = (token, start..start + length, start + length);
        Ok(())
    }

    fn is(&self, sign: &str) -> bool {
        matches!(&self.token, Token::Sign(found) if *found == sign)
    }

    fn accept(&mut self, sign: &str) -> Result<bool, Fault> {
        let found = self.is(sign);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), Fault> {
        if self.accept(sign)? { Ok(()) } else { Err(self.unexpected(sign)) }
    }

    /// Goes a level deeper, for as long as `read` takes.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth >= MAX_DEPTH {
            return Err(Fault::TooDeep { span: self.span.clone() });
        }
        self.depth += 1;
        let part = read(self);
        self.depth -= 1;
        part
    }

    fn expression(&mut self) -> Result<Part, Fault> {
        self.deeper(|parser| {
            let condition = parser.binary(0)?;
            if !parser.accept("?")? {
                return Ok(condition);
            }
            let yes = parser.binary(0)?;
            parser.expect(":")?;
            let no = parser.expression()?;
            let span = condition.span.start..no.span.end;
            Ok(Part { span, what: What::If(Box::new([condition, yes, no])) })
        })
    }

    /// The operator that stands here, and how strongly it binds.
    fn operator(&self) -> Option<(Binary, u8)> {
        let sign = match &self.token {
            Token::Sign(sign) => *sign,
            Token::Word(word) if word == "in" => "in",
            _ => return None,
        };
        Some(match sign {
            "||" => (Binary::Or, 1),
            "&&" => (Binary::And, 2),
            "==" => (Binary::Equal, 3),
            "!=" => (Binary::Unequal, 3),
            "<" => (Binary::Less, 3),
            "<=" => (Binary::LessOrEqual, 3),
            ">" => (Binary::Greater, 3),
            ">=" => (Binary::GreaterOrEqual, 3),
            "in" => (Binary::In, 3),
            "+" => (Binary::Add, 4),
            "-" => (Binary::Subtract, 4),
            "*" => (Binary::Multiply, 5),
            "/" => (Binary::Divide, 5),
            "%" => (Binary::Remainder, 5),
            _ => return None,
        })
    }

    /// Operators that bind more strongly than `than`, from the left.
    fn binary(&mut self, than: u8) -> Result<Part, Fault> {
        let mut left = self.unary()?;
        while let Some((operator, strength)) = self.operator().filter(|(_, strength)| *strength > than) {
            self.advance()?;
            let right = self.binary(strength)?;
            let span = left.span.start..right.span.end;
            left = Part { span, what: What::Binary(operator, Box::new([left, right])) };
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Part, Fault> {
        let start = self.span.start;
        let negative = self.is("-");
        if !negative && !self.is("!") {
            return self.member();
        }
        self.advance()?;
        let of = self.deeper(Self::unary)?;
        let span = start..of.span.end;
        let what = if negative { What::Negative(Box::new(of)) } else { What::Not(Box::new(of)) };
        Ok(Part { span, what })
    }

    fn member(&mut self) -> Result<Part, Fault> {
        let mut part = self.primary()?;
        loop {
            if self.accept("[")? {
                let index = self.expression()?;
                self.expect("]")?;
                let span = part.span.start..self.before;
                part = Part { span, what: What::Binary(Binary::Index, Box::new([part, index])) };
            } else if self.accept(".")? {
                let Token::Word(function) = self.token.clone() else { return Err(self.unexpected("size()")) };
                let name = self.span.clone();
                self.advance()?;
                if !self.accept("(")? {
                    return Err(self.unexpected("("));
                }
                let start = part.span.start;
                let mut arguments = vec![part];
                self.list(")", &mut arguments)?;
                part = Part { span: start..self.before, what: What::Call { function, name, arguments } };
            } else {
                return Ok(part);
            }
        }
    }

    fn primary(&mut self) -> Result<Part, Fault> {
        let span = self.span.clone();
        match self.token.clone() {
            Token::Literal(value) => {
                self.advance()?;
                Ok(Part { span, what: What::Literal(value) })
            }
            Token::Word(word) if word != "in" => {
                self.advance()?;
                if !self.accept("(")? {
                    return Ok(Part { span, what: What::Name(word) });
                }
                let mut arguments = Vec::new();
                self.list(")", &mut arguments)?;
                let call = What::Call { function: word, name: span.clone(), arguments };
                Ok(Part { span: span.start..self.before, what: call })
            }
            Token::Sign("(") => {
                self.advance()?;
                let inner = self.expression()?;
                self.expect(")")?;
                Ok(Part { span: span.start..self.before, what: inner.what })
            }
            Token::Sign("[") => {
                self.advance()?;
                let mut entries = Vec::new();
                self.list("]", &mut entries)?;
                Ok(Part { span: span.start..self.before, what: What::List(entries) })
            }
            _ => Err(self.unexpected(VALUE)),
        }
    }

    /// Parts with commas between, up to `end`.
    fn list(&mut self, end: &'static str, parts: &mut Vec<Part>) -> Result<(), Fault> {
        if self.accept(end)? {
            return Ok(());
        }
        loop {
            parts.push(self.expression()?);
            if !self.accept(",")? {
                return self.expect(end);
            }
        }
    }
}

fn word(rest: &str) -> (Token, usize) {
    let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let token = match &rest[..length] {
        "true" => Token::Literal(Value::Bool(true)),
        "false" => Token::Literal(Value::Bool(false)),
        word => Token::Word(word.to_owned()),
    };
    (token, length)
}

fn number(rest: &str, start: usize) -> Result<(Token, usize), Fault> {
    let digits = |from: usize| rest[from..].bytes().take_while(u8::is_ascii_digit).count();
    let mut length = digits(0);
    let mut whole = true;
    if rest[length..].starts_with('.') && digits(length + 1) > 0 {
        whole = false;
        length += 1 + digits(length + 1);
    }
    let letters = rest[length..].bytes().take_while(u8::is_ascii_alphanumeric).count();
    let text = &rest[..length];
    let value = if whole { text.parse().ok().map(Value::Int) } else { text.parse().ok().map(Value::Double) };
    match value {
        Some(value) if letters == 0 => Ok((Token::Literal(value), length)),
        _ => Err(Fault::Unexpected { span: start..start + length + letters, expected: "12, 1.5" }),
    }
}

fn string(rest: &str, start: usize) -> Result<(Token, usize), Fault> {
    let mut characters = rest.char_indices();
    let mark = characters.next().map(|(_, mark)| mark);
    let mut text = String::new();
    while let Some((at, character)) = characters.next() {
        match character {
            _ if Some(character) == mark => return Ok((Token::Literal(Value::Text(text)), at + 1)),
            '\\' => match characters.next() {
                Some((_, escaped @ ('\\' | '"' | '\''))) => text.push(escaped),
                _ => return Err(Fault::Unexpected { span: start + at..start + at + 1, expected: "\\\\" }),
            },
            other => text.push(other),
        }
    }
    Err(Fault::Unexpected { span: start..start + rest.len(), expected: if mark == Some('"') { "\"" } else { "'" } })
}
