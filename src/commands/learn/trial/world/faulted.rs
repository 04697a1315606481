//! What is between the backends of a world and their database server, where a lesson breaks it.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::commands::learn::inspector::DATABASE;
use crate::commands::learn::trial::ground::Ground;
use crate::commands::learn::trial::world::World;
use crate::io::proxy::passage::Passage;
use crate::io::proxy::target::Target;

/// A passage, or why there can be none.
pub type Between = Result<Passage, String>;

/// Before the database of these variables, when the lesson does something to the connection.
pub fn between(ground: &Ground<'_>, env: &BTreeMap<String, String>) -> Result<Option<Between>> {
    if !ground.faults {
        return Ok(None);
    }
    let url = env.get(DATABASE).map_or("", String::as_str);
    let target = Target::of(url).map(Passage::before);
    Ok(Some(match target {
        Ok(passage) => Ok(passage?),
        Err(why) => Err(why),
    }))
}

impl World<'_> {
    /// What is between backends and their database, or why nothing is.
    pub fn passage(&self) -> Result<&Passage, &str> {
        match &self.passage {
            Some(between) => between.as_ref().map_err(String::as_str),
            None => Err("nothing is between the backend and its database"),
        }
    }

    /// The variables of a backend, which then takes the passage. A database of its own it reaches as
    /// it was told.
    pub(super) fn by_the_passage(
        &self,
        mut env: BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        if let Ok(passage) = self.passage()
            && env.get(DATABASE) == self.env.get(DATABASE)
        {
            env.insert(DATABASE.to_string(), passage.url());
        }
        env
    }
}
