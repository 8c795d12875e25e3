//! A chart's Chart.yaml and requirements.yaml ─▶ its name and its dependencies.
//!
//! Fields are read as Helm reads them into Go's types: keys without case, a
//! number or a boolean where a text is due becomes one, a list does not.

use super::sub_chart::Switches;
use super::version::{Range, Version};
use crate::go_float;
use crate::table::Key;
use crate::value::{Node, Table, Value};
use std::sync::Arc;

/// What Helm's values depend on in a Chart.yaml.
#[derive(Clone, Debug, Default)]
pub(super) struct Metadata {
    pub(super) name: Key,
    pub(super) version: Arc<str>,
    /// The same, to be compared.
    pub(super) parsed_version: Option<Arc<Version>>,
    pub(super) api_version: Arc<str>,
    pub(super) kind: Arc<str>,
    /// None where the chart names none, which is not the same as an empty list.
    pub(super) dependencies: Option<Vec<Dependency>>,
}

/// A dependency as the chart names it.
#[derive(Clone, Debug, Default)]
pub(super) struct Dependency {
    pub(super) name: Key,
    pub(super) version: Arc<str>,
    /// The same, to be compared.
    pub(super) range: Arc<Range>,
    condition: Arc<str>,
    tags: Vec<Key>,
    /// What both of them ask.
    pub(super) switches: Arc<Switches>,
    pub(super) alias: Key,
    pub(super) enabled: bool,
    pub(super) imports: Vec<Import>,
    pub(super) is_null: bool,
}

/// One entry of `import-values`.
#[derive(Clone, Debug)]
pub(super) enum Import {
    /// `{child, parent}`; none where the key is missing.
    Table {
        /// The path below the sub-chart.
        child: Option<Value>,
        /// The path in the chart itself.
        parent: Option<Value>,
    },
    /// A name below the sub-chart's `exports`.
    Export(Key),
}

/// A field of another type than Helm takes.
pub(super) struct WrongTypeError;

type Checked<T> = Result<T, WrongTypeError>;

impl Metadata {
    /// Reads what `table` has over what was read before.
    pub(super) fn read(&mut self, table: Table) -> Checked<()> {
        for (key, node) in table {
            match key.to_lowercase().as_str() {
                "name" => text(node, &mut self.name)?,
                "version" => text(node, &mut self.version)?,
                "apiversion" => text(node, &mut self.api_version)?,
                "type" => text(node, &mut self.kind)?,
                "home" | "description" | "icon" | "condition" | "tags" | "appversion" | "kubeversion" => {
                    text(node, &mut Arc::default())?;
                }
                "sources" | "keywords" => {
                    texts(node)?;
                }
                "maintainers" => maintainers(node)?,
                "deprecated" => truth(&node, &mut false)?,
                "annotations" => annotations(node)?,
                "dependencies" => self.read_dependencies(node)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn read_dependencies(&mut self, node: Node) -> Checked<()> {
        let Some(list) = list(node)? else {
            self.dependencies = None;
            return Ok(());
        };
        // Go decodes into the entries that are there.
        let before = self.dependencies.take().unwrap_or_default();
        let mut dependencies = Vec::new();
        for (at, node) in list.into_iter().enumerate() {
            let mut dependency = before.get(at).cloned().unwrap_or_default();
            dependency.read(node)?;
            dependencies.push(dependency);
        }
        self.dependencies = Some(dependencies);
        Ok(())
    }

    /// Helm's own checks; a message about what is wrong.
    pub(super) fn check(&mut self) -> Result<(), &'static str> {
        self.name = printable(&self.name);
        if self.name.is_empty() {
            return Err("Chart.yaml has no name; give one");
        }
        if matches!(&*self.name, "." | "..") || (self.name.contains('/') && &*self.name != "/") {
            return Err("the name in Chart.yaml is a path; give a plain name");
        }
        self.parsed_version = Version::parse(&self.version).map(Arc::new);
        if self.parsed_version.is_none() {
            return Err("Chart.yaml has no version that can be read; give one such as 1.2.3");
        }
        if !matches!(&*self.kind, "" | "application" | "library") {
            return Err("the type in Chart.yaml is neither application nor library; choose one");
        }
        let mut keys = Vec::new();
        for dependency in self.dependencies.iter_mut().flatten() {
            dependency.check()?;
            let key = if dependency.alias.is_empty() { &dependency.name } else { &dependency.alias };
            if keys.contains(key) {
                return Err("two dependencies in Chart.yaml have one name; give one of them an alias");
            }
            keys.push(key.clone());
        }
        Ok(())
    }
}

impl Dependency {
    fn read(&mut self, node: Node) -> Checked<()> {
        let table = match node.value {
            Value::Table(table) => table,
            Value::Null => {
                self.is_null = true;
                return Ok(());
            }
            Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) => {
                return Err(WrongTypeError);
            }
        };
        self.is_null = false;
        for (key, node) in table {
            match key.to_lowercase().as_str() {
                "name" => text(node, &mut self.name)?,
                "version" => text(node, &mut self.version)?,
                "repository" => text(node, &mut Arc::default())?,
                "condition" => text(node, &mut self.condition)?,
                "tags" => self.tags = texts(node)?,
                "enabled" => truth(&node, &mut self.enabled)?,
                "import-values" => {
                    self.imports = list(node)?.unwrap_or_default().into_iter().filter_map(import).collect();
                }
                "alias" => text(node, &mut self.alias)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn check(&mut self) -> Result<(), &'static str> {
        if self.is_null {
            return Err("a dependency in Chart.yaml is empty; take it out");
        }
        for text in [&mut self.name, &mut self.version, &mut self.condition].into_iter().chain(&mut self.tags)
        {
            *text = printable(text);
        }
        self.range = Arc::new(Range::parse(&self.version));
        self.switches = Arc::new(Switches::new(&self.condition, &self.tags));
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        if !self.alias.bytes().all(allowed) {
            return Err(
                "an alias in Chart.yaml has other characters than letters, digits, dash and underscore; give another",
            );
        }
        Ok(())
    }
}

fn import(node: Node) -> Option<Import> {
    match node.value {
        Value::Text(name) => Some(Import::Export(name)),
        Value::Table(mut table) => {
            let mut take = |key| table.remove(key).map(|node| node.value);
            Some(Import::Table { child: take("child"), parent: take("parent") })
        }
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::List(_) => None,
    }
}

/// Helm turns blanks into spaces and drops what cannot be printed.
fn printable(text: &str) -> Arc<str> {
    let unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|&c| !unseen(c))
        .collect::<String>()
        .into()
}

fn text(node: Node, into: &mut Arc<str>) -> Checked<()> {
    match node.value {
        Value::Null => {}
        Value::Text(text) => *into = text,
        Value::Bool(truth) => *into = truth.to_string().into(),
        Value::Int(number) => *into = number.to_string().into(),
        Value::Float(number) => *into = number_text(number).into(),
        Value::List(_) | Value::Table(_) => return Err(WrongTypeError),
    }
    Ok(())
}

/// A whole number as it is, another one in the 32 bits that Helm prints.
fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 {
        return format!("{number:.0}");
    }
    go_float::in_32_bits(number)
}

fn list(node: Node) -> Checked<Option<Vec<Node>>> {
    match node.value {
        Value::Null => Ok(None),
        Value::List(list) => Ok(Some(list)),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::Table(_) => {
            Err(WrongTypeError)
        }
    }
}

fn texts(node: Node) -> Checked<Vec<Key>> {
    let read = |node| {
        let mut into = Arc::default();
        text(node, &mut into).map(|()| into)
    };
    list(node)?.unwrap_or_default().into_iter().map(read).collect()
}

fn truth(node: &Node, into: &mut bool) -> Checked<()> {
    match node.value {
        Value::Null => {}
        Value::Bool(truth) => *into = truth,
        Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) | Value::Table(_) => {
            return Err(WrongTypeError);
        }
    }
    Ok(())
}

fn annotations(node: Node) -> Checked<()> {
    match node.value {
        Value::Null => Ok(()),
        Value::Table(table) => table.into_values().try_for_each(|node| text(node, &mut Arc::default())),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) => {
            Err(WrongTypeError)
        }
    }
}

fn maintainers(node: Node) -> Checked<()> {
    for node in list(node)?.unwrap_or_default() {
        let Value::Table(table) = node.value else { return Err(WrongTypeError) };
        for (key, node) in table {
            if matches!(key.to_lowercase().as_str(), "name" | "email" | "url") {
                text(node, &mut Arc::default())?;
            }
        }
    }
    Ok(())
}
