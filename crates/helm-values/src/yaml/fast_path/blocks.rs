//! What indentation opens and closes.

use super::{DEEPEST, Level, LineKey, LineReader, Sort, ends_here, is_text};
use crate::yaml::document::Kind;

impl<'t> LineReader<'t> {
    pub(super) fn level(&mut self) -> Option<&mut Level> {
        self.levels.last_mut()
    }

    /// A dash at `column`.
    pub(super) fn entry(&mut self, column: usize) -> Option<()> {
        self.close_right_of(column)?;
        match self.levels.last() {
            Some(level) if level.column == column => match (level.sort, level.awaiting) {
                (Sort::List | Sort::ListBelowKey, _) => self.fill()?,
                (Sort::Table, Some(_)) => self.open_level(column, Sort::ListBelowKey)?,
                (Sort::Table, None) => return None,
            },
            Some(_) | None => self.open_level(column, Sort::List)?,
        }
        self.level()?.awaiting = Some(self.mark(column + 1));
        Some(())
    }

    /// A key at `column`.
    pub(super) fn key(&mut self, column: usize, key: &LineKey<'t>) -> Option<()> {
        self.close_right_of(column)?;
        if self.levels.last().is_some_and(|level| level.column == column && level.sort == Sort::ListBelowKey)
        {
            self.close()?;
        }
        match self.levels.last() {
            Some(level) if level.column == column => match level.sort {
                Sort::Table => self.fill()?,
                Sort::List | Sort::ListBelowKey => return None,
            },
            Some(_) | None => self.open_level(column, Sort::Table)?,
        }
        self.text(key.text, key.implicit, column)
    }

    pub(super) fn close_right_of(&mut self, column: usize) -> Option<()> {
        while self.levels.last().is_some_and(|level| level.column > column) {
            self.close()?;
        }
        Some(())
    }

    /// Where no value is due, the line goes on with a text above, or is wrong.
    fn open_level(&mut self, column: usize, sort: Sort) -> Option<()> {
        match self.levels.last_mut() {
            Some(level) => drop(level.awaiting.take()?),
            None if self.nodes.is_empty() => {}
            None => return None,
        }
        let kind = match sort {
            Sort::Table => Kind::Table,
            Sort::List | Sort::ListBelowKey => Kind::List,
        };
        self.open(kind, column)?;
        self.levels.push(Level { column, sort, awaiting: None });
        (self.levels.len() <= DEEPEST).then_some(())
    }

    pub(super) fn close(&mut self) -> Option<()> {
        self.fill()?;
        self.levels.pop()?;
        self.nodes.close();
        Some(())
    }

    /// A value that did not come is null.
    fn fill(&mut self) -> Option<()> {
        let Some(mark) = self.level()?.awaiting.take() else { return Some(()) };
        self.text_at("", true, mark)
    }

    /// A bar, and the lines further right below it.
    pub(super) fn literal(&mut self, column: usize, header: &'t str) -> Option<()> {
        let mark = self.mark(column);
        let after = &header[1..];
        let (chomp, after) = match after.as_bytes().first() {
            Some(b'-') => (Chomp::All, &after[1..]),
            Some(b'+') => (Chomp::None, &after[1..]),
            Some(_) | None => (Chomp::AllButOne, after),
        };
        if !ends_here(after) {
            return None;
        }
        let mut text = String::new();
        let mut breaks = 0;
        let mut indent = None;
        let outside = self.level()?.column;
        while let Some((line, rest)) = self.rest.split_once('\n') {
            let blanks = line.len() - line.trim_start_matches(' ').len();
            let is_blank = blanks == line.len();
            let Some(indent) = indent else {
                if is_blank && blanks > 0 {
                    return None;
                }
                if is_blank {
                    breaks += 1;
                    self.take_line(rest);
                } else if blanks > outside {
                    indent = Some(blanks);
                } else {
                    break; // it is empty
                }
                continue;
            };
            if is_blank && blanks <= indent {
                breaks += 1;
            } else if blanks < indent {
                break;
            } else {
                let content = &line[indent..];
                if !is_text(content) {
                    return None;
                }
                text.extend(std::iter::repeat_n('\n', std::mem::take(&mut breaks)));
                text.push_str(content);
                breaks = 1;
            }
            self.take_line(rest);
        }
        if self.rest.split_once('\n').is_none() && !self.rest.is_empty() {
            return None;
        }
        match chomp {
            Chomp::All => {}
            Chomp::AllButOne => text.extend(indent.map(|_| '\n')),
            Chomp::None => text.extend(std::iter::repeat_n('\n', breaks)),
        }
        self.text_at(&text, false, mark)
    }

    fn take_line(&mut self, rest: &'t str) {
        self.rest = rest;
        self.line += 1;
    }
}

/// Which line ends at a block's end are dropped.
enum Chomp {
    All,
    AllButOne,
    None,
}
