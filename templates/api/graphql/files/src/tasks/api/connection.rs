//! A page of tasks as a connection, the form that GraphQL clients know how to walk through.

use async_graphql::SimpleObject;

use super::types::{Status, Task};
use crate::error::Result;
use crate::platform::checks::{Broken, Checks};
use crate::tasks;
use crate::tasks::page::Filter;

#[derive(SimpleObject)]
pub struct TaskConnection {
    edges: Vec<TaskEdge>,
    page_info: PageInfo,
}

#[derive(SimpleObject)]
struct TaskEdge {
    cursor: String,
    node: Task,
}

#[derive(SimpleObject)]
struct PageInfo {
    has_next_page: bool,
    has_previous_page: bool,
    start_cursor: Option<String>,
    end_cursor: Option<String>,
}

/// The arguments of a list, checked.
pub struct Page {
    pub filter: Filter,
}

impl Page {
    pub fn parse(
        first: Option<i64>,
        after: Option<String>,
        status: Option<Status>,
        q: Option<String>,
    ) -> Result<Self> {
        let mut checks = Checks::default();
        let first = first.unwrap_or(Filter::DEFAULT_LIMIT);
        let in_range = (1..=Filter::MAX_LIMIT).contains(&first);
        let size = in_range.then_some(first).ok_or(Broken("invalid", "must be from 1 to 100"));
        let mut filter = Filter {
            limit: checks.field("/first", size).unwrap_or(Filter::DEFAULT_LIMIT),
            status: status.map(tasks::Status::from),
            q: checks.field("/q", q.as_deref().map(Filter::search).transpose()).flatten(),
            newest_first: true,
            after: None,
        };
        let broken = Broken("invalid", "is broken or belongs to another list");
        let resumed = after.map_or(Some(()), |cursor| filter.resume(&cursor)).ok_or(broken);
        checks.field("/after", resumed);
        checks.finish()?;
        Ok(Self { filter })
    }

    pub fn connection(&self, mut tasks: Vec<tasks::Task>) -> TaskConnection {
        let has_next_page = self.filter.cut(&mut tasks);
        let edge =
            |task: tasks::Task| TaskEdge { cursor: self.filter.cursor(&task), node: task.into() };
        let edges: Vec<TaskEdge> = tasks.into_iter().map(edge).collect();
        let page_info = PageInfo {
            has_next_page,
            has_previous_page: self.filter.after.is_some(),
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
        };
        TaskConnection { edges, page_info }
    }
}
