//! How much one request may ask for. Sizes are those of the document as it is written.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Request, ServerError};

use super::{errors, scan};

/// Levels of fields, fields, names given to one field, and directives.
struct Limits {
    depth: usize,
    complexity: usize,
    aliases: usize,
    directives: usize,
}

const ORDINARY: Limits = Limits { depth: 10, complexity: 500, aliases: 10, directives: 5 };
/// What tools ask of the schema is deep and always the same.
const INTROSPECTION: Limits = Limits { depth: 30, complexity: 5_000, ..ORDINARY };
/// The fields that are about the schema.
const SCHEMA: [&str; 2] = ["__schema", "__type"];

/// Refuses what is too large, or is about the schema where that is not public.
pub fn check(request: &mut Request, introspection: bool) -> Result<(), ServerError> {
    scan::check(&request.query).map_err(refused)?;
    let document = request.parsed_query().map_err(errors::unparsed)?;
    let mut count = Count::of(document);
    let size = count.document().map_err(refused)?;
    if !introspection && SCHEMA.iter().any(|name| count.fields.contains(name)) {
        return Err(refused("introspection is switched off"));
    }
    let limits = if is_introspection(document) { INTROSPECTION } else { ORDINARY };
    let aliases = count.aliases.values().map(HashSet::len).max().unwrap_or(0);
    let rules = [
        (size.depth > limits.depth, "the request is nested too deep"),
        (size.complexity > limits.complexity, "the request names too many fields"),
        (aliases > limits.aliases, "the request has too many aliases of one field"),
        (count.directives > limits.directives, "the request has too many directives"),
    ];
    match rules.into_iter().find(|(broken, _)| *broken) {
        Some((_, why)) => Err(refused(why)),
        None => Ok(()),
    }
}

fn refused(why: &str) -> ServerError {
    ServerError::new(why, None)
}

/// Whether every operation asks about the schema and nothing else.
fn is_introspection(document: &ExecutableDocument) -> bool {
    let about_schema = |selection: &Selection| match selection {
        Selection::Field(field) => SCHEMA.contains(&field.node.name.node.as_str()),
        _ => false,
    };
    document.operations.iter().all(|(_, operation)| {
        operation.node.selection_set.node.items.iter().all(|item| about_schema(&item.node))
    })
}

#[derive(Clone, Copy, Default)]
struct Size {
    depth: usize,
    complexity: usize,
}

/// Each fragment is measured once, however often it is spread: a few of them, each spreading the
/// next one twice, stand for a billion fields.
struct Count<'a> {
    document: &'a ExecutableDocument,
    /// `None` while it is being measured: whoever meets it then is inside of it.
    fragments: HashMap<&'a str, Option<Size>>,
    fields: HashSet<&'a str>,
    aliases: HashMap<&'a str, HashSet<&'a str>>,
    directives: usize,
}

impl<'a> Count<'a> {
    fn of(document: &'a ExecutableDocument) -> Self {
        let (fragments, fields) = (HashMap::new(), HashSet::new());
        Self { document, fragments, fields, aliases: HashMap::new(), directives: 0 }
    }

    fn document(&mut self) -> Result<Size, &'static str> {
        let mut size = Size::default();
        for (_, operation) in self.document.operations.iter() {
            let variables = operation.node.variable_definitions.iter();
            self.directives += variables.map(|it| it.node.directives.len()).sum::<usize>();
            self.directives += operation.node.directives.len();
            size.add(self.selection(&operation.node.selection_set.node)?);
        }
        for name in self.document.fragments.keys() {
            self.fragment(name)?;
        }
        Ok(size)
    }

    fn selection(&mut self, set: &'a SelectionSet) -> Result<Size, &'static str> {
        let mut size = Size::default();
        for item in &set.items {
            self.directives += item.node.directives().len();
            size.add(match &item.node {
                Selection::Field(field) => self.field(&field.node)?,
                Selection::InlineFragment(part) => self.selection(&part.node.selection_set.node)?,
                Selection::FragmentSpread(spread) => {
                    self.fragment(&spread.node.fragment_name.node)?
                }
            });
        }
        Ok(size)
    }

    fn field(&mut self, field: &'a Field) -> Result<Size, &'static str> {
        let name = field.name.node.as_str();
        self.fields.insert(name);
        if let Some(alias) = &field.alias {
            self.aliases.entry(name).or_default().insert(alias.node.as_str());
        }
        let inside = self.selection(&field.selection_set.node)?;
        Ok(Size { depth: inside.depth + 1, complexity: inside.complexity.saturating_add(1) })
    }

    fn fragment(&mut self, name: &'a str) -> Result<Size, &'static str> {
        if let Some(measured) = self.fragments.get(name) {
            return measured.ok_or("a fragment contains itself");
        }
        // one that is missing is for the validation to report
        let Some(fragment) = self.document.fragments.get(name) else {
            return Ok(Size::default());
        };
        self.fragments.insert(name, None);
        self.directives += fragment.node.directives.len();
        let size = self.selection(&fragment.node.selection_set.node)?;
        self.fragments.insert(name, Some(size));
        Ok(size)
    }
}

impl Size {
    fn add(&mut self, part: Self) {
        self.depth = self.depth.max(part.depth);
        self.complexity = self.complexity.saturating_add(part.complexity);
    }
}
