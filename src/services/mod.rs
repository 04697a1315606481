//! The servers a stack needs: what they are, where they are said to be, and how a private one is run.

pub mod address;
pub mod greeting;
pub mod kept;
pub mod recipe;
pub mod settings;

use crate::catalog::Catalog;
use crate::catalog::spec::Service;
use crate::stack::Stack;
use address::Address;

/// One server of a stack.
#[derive(Clone, Debug)]
pub struct Need<'a> {
    /// The name of the option.
    pub option: &'a str,
    /// What the option calls it: `PostgreSQL`.
    pub title: &'a str,
    pub service: &'a Service,
    /// Where it is when nobody says otherwise.
    pub default: &'a str,
}

impl<'a> Need<'a> {
    /// Its name in `compose.yaml` and under `.backend-gen/services/`.
    pub fn name(&self) -> &'a str {
        &self.service.name
    }

    /// The variable that says where it is.
    pub fn variable(&self) -> &str {
        &self.service.variable
    }

    /// Where it usually is.
    pub fn usual(&self) -> Option<Address> {
        Address::parse(self.default)
    }
}

/// The servers that a stack needs.
pub fn needs<'a>(catalog: &'a Catalog, stack: &Stack) -> Vec<Need<'a>> {
    let layers = stack.layers(catalog).into_iter();
    layers.flat_map(needs_of).collect()
}

/// Every server that some stack needs.
pub fn all(catalog: &Catalog) -> Vec<Need<'_>> {
    catalog.axes.iter().flat_map(|axis| &axis.options).flat_map(needs_of).collect()
}

fn needs_of(layer: &crate::catalog::Layer) -> impl Iterator<Item = Need<'_>> {
    layer.spec.service.iter().map(|service| {
        let variable = layer.spec.env.iter().find(|env| env.name == service.variable);
        Need {
            option: layer.name(),
            title: &layer.spec.title,
            service,
            default: variable.map_or("", |variable| &variable.default),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_says_where_it_is_and_how_it_is_known() {
        let catalog = Catalog::bundled().unwrap();
        let needs = all(&catalog);
        assert!(needs.len() >= 3, "{} services", needs.len());
        for need in needs {
            let title = need.title;
            assert!(need.usual().is_some(), "{title}: `{}` is no address", need.default);
            assert!(!need.service.local.is_empty(), "{title} has no program");
            greeting::Greeting::of(&need.service.hello).unwrap();
        }
    }

    #[test]
    fn a_stack_without_a_server_needs_none() {
        let catalog = Catalog::bundled().unwrap();
        for stack in catalog.stacks() {
            let options = stack.options(&catalog);
            let servers = options.iter().filter(|(_, option)| option.spec.server).count();
            assert_eq!(needs(&catalog, &stack).len(), servers, "{stack}");
        }
    }
}
