//! The files that count → one tree of directives, each with file and line.
//!
//! `include` is followed as nginx follows it; what an included file holds stands
//! beside the `include` itself. Knows the grammar and `include` alone, no other
//! directive. A file that cannot be read ends it: half a configuration would
//! look more shut than it is.

use super::glob;
use super::lexer::{Flaw, Lexer, Token};
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fmt::{self, Display, Formatter};
use std::io;
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// What nginx reads of one host is a hundredth of these.
const BYTES_LIMIT: usize = 64 << 20;
const READ_LIMIT: usize = 100_000;
const INCLUDE_DEPTH: usize = 50;
const BLOCK_DEPTH: usize = 100;

/// Where the files come from: a disk, what `nginx -T` printed, a test.
pub trait Files {
    /// The bytes of one file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// The names in a folder, in any order; none where it cannot be listed.
    fn names(&self, folder: &Path) -> Vec<OsString>;
    /// Whether something has this path.
    fn exists(&self, path: &Path) -> bool;
}

/// A file, and a line in it, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// As nginx spells it.
    pub file: PathBuf,
    /// The line where the directive's name stands.
    pub line: u32,
}

impl Display for Place {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.file.display(), self.line)
    }
}

/// Why the configuration as a whole could not be read.
#[derive(Debug)]
pub struct ConfigurationError {
    /// The file that could not be read, or the line that is not understood.
    pub place: Place,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with a file.
#[derive(Debug)]
pub enum Problem {
    /// It cannot be read.
    Unreadable(io::Error),
    /// It is not balanced, a word is too long or something follows a quote.
    NotNginxGrammar,
    /// It includes itself.
    IncludesItself,
    /// More files, bytes or levels than a configuration has.
    TooLarge,
    /// An include whose files depend on the locale.
    PatternNotUnderstood,
}

impl Display for ConfigurationError {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let place = &self.place;
        match &self.problem {
            Problem::Unreadable(error) => write!(formatter, "cannot read {}: {error}", place.file.display()),
            Problem::NotNginxGrammar => write!(formatter, "what stands at {place} is not understood"),
            Problem::IncludesItself => write!(formatter, "{} includes itself", place.file.display()),
            Problem::TooLarge => write!(formatter, "at {place} the configuration is larger than is read"),
            Problem::PatternNotUnderstood => {
                write!(formatter, "the pattern of the include at {place} is not understood")
            }
        }
    }
}

impl std::error::Error for ConfigurationError {}

/// One reading of a file: a file that is included twice is read twice.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) path: PathBuf,
    pub(super) text: Rc<[u8]>,
    /// The `include` that names it; the main file has none.
    pub(super) included_by: Option<NodeId>,
}

pub(super) type NodeId = usize;

#[derive(Debug)]
struct Node {
    words: Range<u32>,
    reading: u32,
    line: u32,
    /// The block around it.
    parent: Option<u32>,
    /// The node after all that this one holds.
    end: u32,
    is_block: bool,
}

/// All directives in the order in which nginx reads them.
#[derive(Debug, Default)]
pub(super) struct Tree {
    arena: Vec<u8>,
    words: Vec<Range<u32>>,
    nodes: Vec<Node>,
    pub(super) readings: Vec<Reading>,
}

impl Tree {
    pub(super) fn load(main: &Path, files: &dyn Files) -> Result<Self, ConfigurationError> {
        let folder = main.parent().unwrap_or_else(|| Path::new("")).to_owned();
        let mut reader = TreeReader {
            tree: Self::default(),
            files,
            folder,
            texts: HashMap::new(),
            chain: Vec::new(),
            bytes: 0,
        };
        reader.file(main.to_owned(), None, &[])?;
        Ok(reader.tree)
    }

    /// The directives outside of all blocks.
    pub(super) fn top(&self) -> Children<'_> {
        Children { tree: self, next: 0, end: self.nodes.len() }
    }

    /// How many directives open a block.
    pub(super) fn blocks(&self) -> usize {
        self.nodes.iter().filter(|node| node.is_block).count()
    }

    /// Each `include` with one path.
    pub(super) fn includes(&self) -> impl Iterator<Item = NodeId> {
        let named = |node: &NodeId| self.name(*node) == b"include" && self.count(*node) == 2;
        (0..self.nodes.len()).filter(named)
    }

    pub(super) fn children(&self, node: NodeId) -> Children<'_> {
        Children { tree: self, next: node + 1, end: self.nodes[node].end as usize }
    }

    pub(super) fn is_block(&self, node: NodeId) -> bool {
        self.nodes[node].is_block
    }

    pub(super) fn count(&self, node: NodeId) -> usize {
        self.nodes[node].words.len()
    }

    /// Empty where there are not so many words.
    pub(super) fn word(&self, node: NodeId, index: usize) -> &[u8] {
        let words = &self.nodes[node].words;
        let words = &self.words[words.start as usize..words.end as usize];
        words.get(index).map_or(b"", |word| &self.arena[word.start as usize..word.end as usize])
    }

    pub(super) fn name(&self, node: NodeId) -> &[u8] {
        self.word(node, 0)
    }

    pub(super) fn arguments(&self, node: NodeId) -> impl DoubleEndedIterator<Item = &[u8]> {
        (1..self.count(node)).map(move |index| self.word(node, index))
    }

    pub(super) fn place(&self, node: NodeId) -> Place {
        let Node { reading, line, .. } = self.nodes[node];
        Place { file: self.readings[reading as usize].path.clone(), line }
    }

    pub(super) fn parent(&self, node: NodeId) -> Option<NodeId> {
        self.nodes[node].parent.map(|parent| parent as NodeId)
    }

    /// Of [`Tree::readings`].
    pub(super) fn reading(&self, node: NodeId) -> usize {
        self.nodes[node].reading as usize
    }
}

pub(super) struct Children<'a> {
    tree: &'a Tree,
    next: usize,
    end: usize,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let node = self.next;
        (node < self.end).then(|| {
            self.next = self.tree.nodes[node].end as usize;
            node
        })
    }
}

struct TreeReader<'a> {
    tree: Tree,
    files: &'a dyn Files,
    /// Includes are relative to the main file's folder, never to the includer's.
    folder: PathBuf,
    texts: HashMap<PathBuf, Rc<[u8]>>,
    chain: Vec<PathBuf>,
    bytes: usize,
}

impl TreeReader<'_> {
    fn file(
        &mut self,
        path: PathBuf,
        included_by: Option<NodeId>,
        around: &[u32],
    ) -> Result<(), ConfigurationError> {
        let failed = |problem| ConfigurationError { place: Place { file: path.clone(), line: 1 }, problem };
        if self.chain.contains(&path) {
            return Err(failed(Problem::IncludesItself));
        }
        let text = match self.texts.get(&path) {
            Some(text) => Rc::clone(text),
            None => Rc::from(self.files.read(&path).map_err(|error| failed(Problem::Unreadable(error)))?),
        };
        self.texts.insert(path.clone(), Rc::clone(&text));
        self.bytes += text.len();
        if self.bytes > BYTES_LIMIT
            || self.tree.readings.len() >= READ_LIMIT
            || self.chain.len() >= INCLUDE_DEPTH
        {
            return Err(failed(Problem::TooLarge));
        }
        self.chain.push(path.clone());
        self.tree.readings.push(Reading { path, text: Rc::clone(&text), included_by });
        self.directives(&text, around)?;
        self.chain.pop();
        Ok(())
    }

    fn directives(&mut self, text: &[u8], around: &[u32]) -> Result<(), ConfigurationError> {
        let reading = position(self.tree.readings.len() - 1);
        let path = self.tree.readings[reading as usize].path.clone();
        let mut lexer = Lexer::new(text);
        let (mut open, mut first_word, mut line) = (around.to_vec(), self.tree.words.len(), 1);
        loop {
            let failed =
                |line, problem| ConfigurationError { place: Place { file: path.clone(), line }, problem };
            let grammar = |line| failed(line, Problem::NotNginxGrammar);
            let has_words = self.tree.words.len() > first_word;
            let token = lexer.next(&mut self.tree.arena).map_err(|_: Flaw| grammar(lexer.line))?;
            let node = position(self.tree.nodes.len());
            match token {
                None if has_words || open.len() > around.len() => return Err(grammar(lexer.line)),
                None => return Ok(()),
                Some(Token::Word { start }) => {
                    line = if has_words { line } else { lexer.line };
                    self.tree.words.push(position(start)..position(self.tree.arena.len()));
                    continue;
                }
                Some(Token::Close) => {
                    if has_words || open.len() == around.len() {
                        return Err(grammar(lexer.line));
                    }
                    let block = open.pop().expect("one more than around it");
                    self.tree.nodes[block as usize].end = node;
                    continue;
                }
                Some(Token::End | Token::Open) if !has_words => return Err(grammar(lexer.line)),
                Some(Token::End | Token::Open) => {}
            }
            let is_block = token == Some(Token::Open);
            let words = position(first_word)..position(self.tree.words.len());
            first_word = self.tree.words.len();
            let parent = open.last().copied();
            self.tree.nodes.push(Node { words, reading, line, parent, end: node + 1, is_block });
            let name = self.tree.name(node as usize);
            if is_block && name.ends_with(b"_by_lua_block") {
                lexer.skip_lua().map_err(|_: Flaw| grammar(line))?;
            } else if is_block {
                open.push(node);
                if open.len() > BLOCK_DEPTH {
                    return Err(failed(line, Problem::TooLarge));
                }
            } else if name == b"include" && self.tree.count(node as usize) == 2 {
                self.include(node as usize, &open)?;
                first_word = self.tree.words.len();
            }
        }
    }

    fn include(&mut self, node: NodeId, around: &[u32]) -> Result<(), ConfigurationError> {
        let named = OsStr::from_bytes(self.tree.word(node, 1));
        let path = self.folder.join(named);
        if !glob::is_pattern(path.as_os_str().as_bytes()) {
            return self.file(path, Some(node), around);
        }
        if glob::is_locale_dependent(path.as_os_str().as_bytes()) {
            return Err(ConfigurationError {
                place: self.tree.place(node),
                problem: Problem::PatternNotUnderstood,
            });
        }
        for path in self.matching(&path) {
            self.file(path, Some(node), around)?;
        }
        Ok(())
    }

    /// In the order of their bytes; none is fine.
    fn matching(&self, pattern: &Path) -> Vec<PathBuf> {
        let mut found = vec![PathBuf::new()];
        for component in pattern.components() {
            let wanted = component.as_os_str();
            let below = |folder: PathBuf| {
                if !glob::is_pattern(wanted.as_bytes()) {
                    return vec![folder.join(wanted)];
                }
                let mut names = self.files.names(&folder);
                names.retain(|name| glob::fits(wanted.as_bytes(), name.as_bytes()));
                names.sort();
                names.into_iter().map(|name| folder.join(name)).collect()
            };
            found = found.into_iter().flat_map(below).collect();
            found.truncate(READ_LIMIT + 1);
        }
        let last_is_pattern = pattern.file_name().is_some_and(|last| glob::is_pattern(last.as_bytes()));
        found.retain(|path| last_is_pattern || self.files.exists(path));
        found
    }
}

/// All that is counted here is less than [`BYTES_LIMIT`].
fn position(index: usize) -> u32 {
    u32::try_from(index).expect("less than the limit of bytes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Memory;

    fn shown(files: &[(&str, &str)]) -> Result<String, Problem> {
        let tree = Tree::load(Path::new("/c/main"), &Memory::from(files)).map_err(|error| error.problem)?;
        let mut shown = String::new();
        for node in 0..tree.nodes.len() {
            let name = String::from_utf8_lossy(tree.name(node)).into_owned();
            shown.extend([&name, "@", tree.place(node).to_string().trim_start_matches("/c/"), " "]);
        }
        Ok(shown.trim_end().to_owned())
    }

    #[test]
    fn includes_are_followed_from_the_main_files_folder_in_the_order_of_bytes() {
        let files = [
            ("/c/main", "a {\n include s/*.conf;\n}\ne\n f;"),
            ("/c/s/b.conf", "include x;"),
            ("/c/s/B.conf", "d;"),
            ("/c/s/.z.conf", "hidden;"),
            ("/c/x", "\nc { }"),
        ];
        let expected = "a@main:1 include@main:2 d@s/B.conf:1 include@s/b.conf:1 c@x:2 e@main:4";
        assert_eq!(shown(&files).expect("all of it is there"), expected);
    }

    #[test]
    fn what_cannot_be_read_whole_is_an_error() {
        for (text, expected) in [
            ("include missing;", "Unreadable"),
            ("include main;", "IncludesItself"),
            ("a {", "NotNginxGrammar"),
            ("}", "NotNginxGrammar"),
            ("a", "NotNginxGrammar"),
            (";", "NotNginxGrammar"),
            ("a }", "NotNginxGrammar"),
            ("include [[:alpha:]]*;", "PatternNotUnderstood"),
            (&"a{".repeat(200), "TooLarge"),
        ] {
            let problem = shown(&[("/c/main", text)]).expect_err(text);
            assert!(format!("{problem:?}").starts_with(expected), "{text} {problem:?}");
        }
        assert!(shown(&[("/c/main", "include none*;")]).is_ok());
        let bomb = [("/c/main", "include a;include a;"), ("/c/a", "include b;include b;"), ("/c/b", "x;")];
        assert!(shown(&bomb).is_ok());
    }
}
