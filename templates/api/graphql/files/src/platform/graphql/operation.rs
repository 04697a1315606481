//! The operation of a request that will run, for two duties which the library leaves to us.

use async_graphql::parser::types::{
    ExecutableDocument, OperationDefinition, Selection, SelectionSet, VariableDefinition,
};
use async_graphql::{Name, Request, ServerError, Value};

/// A document may hold several; `None` when it is not clear which is meant.
fn chosen(request: &mut Request) -> Option<(&ExecutableDocument, &OperationDefinition)> {
    let wanted = request.operation_name.clone();
    let document = request.parsed_query().ok()?;
    let is_wanted =
        |name: Option<&Name>| wanted.is_none() || wanted.as_deref() == name.map(|it| &**it);
    let (_, operation) = document.operations.iter().find(|(name, _)| is_wanted(*name))?;
    Some((document, &operation.node))
}

/// Variables that must come are asked for before anything runs, not in the middle of it.
pub fn check(request: &mut Request) -> Result<(), ServerError> {
    let given = request.variables.clone();
    let is_missing = |it: &VariableDefinition| {
        let value = given.get(&it.name.node).filter(|value| **value != Value::Null);
        !it.var_type.node.nullable && it.default_value.is_none() && value.is_none()
    };
    let definitions = chosen(request).map(|(_, operation)| &operation.variable_definitions);
    match definitions.and_then(|all| all.iter().find(|it| is_missing(&it.node))) {
        None => Ok(()),
        Some(it) => {
            let why = format!("the variable `${}` is missing", it.node.name.node);
            Err(ServerError::new(why, Some(it.pos)))
        }
    }
}

/// The names of the answer's first level, in the order of the question. Its fields run side by
/// side, and the library writes them down as they finish.
pub fn keys(request: &mut Request) -> Vec<Name> {
    let mut keys = Vec::new();
    if let Some((document, operation)) = chosen(request) {
        collect(document, &operation.selection_set.node, &mut keys);
    }
    keys
}

fn collect(document: &ExecutableDocument, set: &SelectionSet, keys: &mut Vec<Name>) {
    for item in &set.items {
        match &item.node {
            Selection::Field(field) => keys.push(field.node.response_key().node.clone()),
            Selection::InlineFragment(part) => {
                collect(document, &part.node.selection_set.node, keys)
            }
            Selection::FragmentSpread(spread) => {
                if let Some(part) = document.fragments.get(&spread.node.fragment_name.node) {
                    collect(document, &part.node.selection_set.node, keys);
                }
            }
        }
    }
}
