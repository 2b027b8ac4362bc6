//! A workbook: the data in codes and in labels, the codebook, and what the group said.

use std::io::Write;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::cell::{Cell, Reader};
use super::summary::Summary;
use super::table::Table;
use super::variable::{Shape, Take, Variable};
use super::written::{self, Moments};
use super::{Chunk, ExportFault, Exporter, Material, Options, Out, codebook, csv};
use crate::text::ExportWords;

/// Excel's workbook.
pub(super) struct Xlsx;

/// Rows of a sheet below its heads.
const ROWS: usize = 1_048_575;
/// Days from 1899-12-30, from which Excel counts, to 1970-01-01.
const EPOCH: f64 = 25_569.0;
/// Days before 1900-03-01, on which Excel counts one too many, are told as text alone.
const FIRST_DAY: i32 = -25_508;

impl Exporter for Xlsx {
    fn name(&self) -> &'static str {
        "xlsx"
    }

    fn write(&self, materials: &mut [Material<'_>], options: &Options, to: &mut Out<'_>) -> Result<(), ExportFault> {
        for material in materials {
            let table = material.table;
            let mut workbook = Workbook::new();
            if let Some(scratch) = to.scratch {
                workbook.set_tempdir(scratch).map_err(fault)?;
            }
            let language = table.language(options.tag());
            let words = to.speakers.words(&table.languages[language]);
            workbook.set_properties(&properties(table, language).map_err(fault)?);
            let mut book = Book::new(&mut workbook, table, language, words, to.scratch.is_some()).map_err(fault)?;
            let mut summary = Summary::new(table);
            material.source.chunks(&mut |chunk| {
                book.add(chunk)?;
                summary.add(chunk);
                Ok(())
            })?;
            book.finish(&summary).map_err(fault)?;
            let mut paper = to.desk.file(to.places.data.as_ref())?;
            workbook.save_to_writer(&mut *paper).map_err(fault)?;
            paper.flush()?;
        }
        Ok(())
    }
}

fn fault(error: XlsxError) -> ExportFault {
    match error {
        XlsxError::IoError(error) => ExportFault::Io(error),
        other => ExportFault::Io(std::io::Error::other(other.to_string())),
    }
}

/// The time of an export is no part of the data: the same data are the same bytes.
fn properties(table: &Table, language: usize) -> Result<DocProperties, XlsxError> {
    let newest = table.newest();
    let title = newest.title().get(&table.languages[language]);
    let made = ExcelDateTime::from_ymd(1970, 1, 1)?;
    Ok(DocProperties::new().set_title(title.as_str()).set_author("kohesi").set_creation_datetime(&made))
}

/// The sheets' places in the workbook.
const CODES: usize = 0;
const LABELS: usize = 1;
const CODEBOOK: usize = 2;
const SUMMARY: usize = 3;

struct Book<'a> {
    workbook: &'a mut Workbook,
    table: &'a Table,
    language: usize,
    words: &'a ExportWords,
    row: u32,
    moments: Moments,
    formats: Formats,
}

struct Formats {
    head: Format,
    day: Format,
    moment: Format,
}

impl<'a> Book<'a> {
    fn new(
        workbook: &'a mut Workbook,
        table: &'a Table,
        language: usize,
        words: &'a ExportWords,
        aside: bool,
    ) -> Result<Self, XlsxError> {
        let formats = Formats {
            head: Format::new().set_bold(),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        };
        for name in [&words.sheet_codes, &words.sheet_labels, &words.sheet_codebook, &words.sheet_summary] {
            let sheet = if aside { workbook.add_worksheet_with_constant_memory()? } else { workbook.add_worksheet() };
            sheet.set_name(name.as_str())?.set_freeze_panes(1, 0)?;
        }
        let book = Self { workbook, table, language, words, row: 1, moments: Moments::default(), formats };
        for (sheet, labelled) in [(CODES, false), (LABELS, true)] {
            let sheet = book.workbook.worksheet_from_index(sheet)?;
            sheet.set_freeze_panes(1, 1)?;
            let mut column = 0;
            for variable in &table.variables {
                sheet.set_column_width(column, width(variable, labelled))?;
                sheet.write_string_with_format(0, column, &variable.name, &book.formats.head)?;
                column += 1;
                if is_date(variable) {
                    sheet.set_column_width(column, width(variable, labelled))?;
                    let name = format!("{}__text", variable.name);
                    sheet.write_string_with_format(0, column, name, &book.formats.head)?;
                    column += 1;
                }
            }
        }
        Ok(book)
    }

    fn add(&mut self, chunk: &Chunk) -> Result<(), ExportFault> {
        let reader = Reader { table: self.table, chunk };
        for row in 0..chunk.len() {
            if self.row as usize > ROWS {
                return Err(ExportFault::TooMany { limit: ROWS });
            }
            for (sheet, language) in [(CODES, None), (LABELS, Some(self.language))] {
                let sheet = self.workbook.worksheet_from_index(sheet).map_err(fault)?;
                let mut to = Cells {
                    sheet,
                    table: self.table,
                    formats: &self.formats,
                    moments: &mut self.moments,
                    row: self.row,
                    column: 0,
                };
                for variable in &self.table.variables {
                    to.put(variable, &reader.cell(variable, row), language).map_err(fault)?;
                }
            }
            self.row += 1;
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary<'_>) -> Result<(), XlsxError> {
        let sheet = self.workbook.worksheet_from_index(CODEBOOK)?;
        let lines = codebook::lines(&[self.table]);
        for (row, line) in (0..).zip(&lines) {
            for (column, text) in (0..).zip(line) {
                match text.parse::<f64>() {
                    Ok(code) if row > 0 && column == 3 => sheet.write_number(row, column, code)?,
                    _ if row == 0 => sheet.write_string_with_format(row, column, text, &self.formats.head)?,
                    _ => write_text(sheet, row, column, text)?,
                };
            }
        }
        let words = self.words;
        let sheet = self.workbook.worksheet_from_index(SUMMARY)?;
        sheet.set_column_width(0, 24)?.set_column_width(1, 60)?.set_column_width(3, 24)?;
        let heads =
            [&words.column_variable, &words.column_text, &words.column_code, &words.column_label, &words.column_value];
        for (column, head) in (0..).zip(heads) {
            sheet.write_string_with_format(0, column, head.as_str(), &self.formats.head)?;
        }
        let mut row = 1;
        for head in summary.heads(words) {
            write_text(sheet, row, 1, &head)?;
            row += 1;
        }
        for line in summary.lines(self.language, words) {
            sheet.write_string(row, 0, &line.name)?;
            write_text(sheet, row, 1, &line.text)?;
            if let Some(code) = line.code {
                sheet.write_number(row, 2, written::double(code))?;
            }
            write_text(sheet, row, 3, &line.label)?;
            match line.value {
                Some(value) => sheet.write_number(row, 4, value)?,
                None => write_text(sheet, row, 4, words.no_figure.as_str())?,
            };
            row += 1;
        }
        Ok(())
    }
}

/// One row being written.
struct Cells<'a> {
    sheet: &'a mut Worksheet,
    table: &'a Table,
    formats: &'a Formats,
    moments: &'a mut Moments,
    row: u32,
    column: u16,
}

impl Cells<'_> {
    fn put(&mut self, variable: &Variable, cell: &Cell<'_>, language: Option<usize>) -> Result<(), XlsxError> {
        let (row, column) = (self.row, self.column);
        self.column += if is_date(variable) { 2 } else { 1 };
        let has_words = variable.missing.is_some() && variable.take != Take::Why;
        match (cell, language) {
            (Cell::Nothing, Some(language)) if has_words => self.text(column, &self.table.not_asked[language]),
            (Cell::Skipped, Some(language)) if has_words => self.text(column, &self.table.skipped[language]),
            (Cell::Nothing | Cell::Skipped, _) => Ok(()),
            (Cell::Missing(missing), Some(language)) if has_words => {
                self.text(column, &self.table.missing(*missing)[language])
            }
            (Cell::Missing(missing), _) => match variable.missing {
                Some(codes) => self.number(column, written::double(codes.of(*missing))),
                None => Ok(()),
            },
            (Cell::Code(code), None) => self.number(column, f64::from(*code)),
            (Cell::Code(code), Some(language)) => self.text(column, csv::label(self.table, variable, *code, language)),
            (Cell::Steps(steps), _) => {
                let decimals = if let Shape::Decimal(decimals, _) = variable.shape { decimals } else { 0 };
                self.number(column, written::decimal(*steps, decimals))
            }
            (Cell::Day(day), _) => {
                if *day >= FIRST_DAY {
                    let serial = f64::from(*day) + EPOCH;
                    self.sheet.write_number_with_format(row, column, serial, &self.formats.day)?;
                }
                self.text(column + 1, &written::date(*day))
            }
            (Cell::Moment(unix_ms), _) => {
                let serial = written::double(*unix_ms) / 86_400_000.0 + EPOCH;
                if serial >= f64::from(FIRST_DAY) + EPOCH {
                    self.sheet.write_number_with_format(row, column, serial, &self.formats.moment)?;
                }
                let text = self.moments.text(*unix_ms);
                self.text(column + 1, &text)
            }
            (Cell::Text(text), _) => self.text(column, text),
        }
    }

    fn number(&mut self, column: u16, number: f64) -> Result<(), XlsxError> {
        self.sheet.write_number(self.row, column, number).map(|_| ())
    }

    fn text(&mut self, column: u16, text: &str) -> Result<(), XlsxError> {
        write_text(self.sheet, self.row, column, text).map(|_| ())
    }
}

/// A text, with an apostrophe before what a spreadsheet would run if the cell were typed again.
fn write_text<'s>(sheet: &'s mut Worksheet, row: u32, column: u16, text: &str) -> Result<&'s mut Worksheet, XlsxError> {
    if text.is_empty() {
        Ok(sheet)
    } else if written::is_run(text) {
        sheet.write_string(row, column, format!("'{text}"))
    } else {
        sheet.write_string(row, column, text)
    }
}

fn is_date(variable: &Variable) -> bool {
    matches!(variable.shape, Shape::Day | Shape::Moment)
}

fn width(variable: &Variable, labelled: bool) -> f64 {
    match variable.shape {
        Shape::Coded(_) if labelled => 18.0,
        Shape::Moment => 24.0,
        Shape::Text if variable.take == Take::Interview => 36.0,
        _ => 12.0,
    }
}
