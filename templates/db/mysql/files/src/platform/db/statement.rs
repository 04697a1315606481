//! One statement: traced, prepared, given its values, and answered in time or given up.

use std::time::Duration;

use mysql_async::Value;
use mysql_async::prelude::Queryable;

use super::pool::in_time;
use super::values::{Params, Row};
use crate::error::Result;
use crate::platform::database::Trace;

/// A little more than the server allows a statement: what is later comes from a server that hangs.
pub(super) const DEADLINE: Duration = Duration::from_secs(6);

pub(super) async fn rows(
    on: &mut impl Queryable,
    trace: &Trace,
    sql: &str,
    params: Params<'_>,
) -> Result<Vec<Row>> {
    trace.statement(sql);
    let rows: Vec<_> = in_time(DEADLINE, on.exec(sql, values(params))).await?;
    Ok(rows.into_iter().map(Row).collect())
}

pub(super) async fn run(
    on: &mut impl Queryable,
    trace: &Trace,
    sql: &str,
    params: Params<'_>,
) -> Result<u64> {
    trace.statement(sql);
    let found = in_time(DEADLINE, async {
        let answer = on.exec_iter(sql, values(params)).await?;
        let found = answer.affected_rows();
        answer.drop_result().await?;
        Ok(found)
    });
    Ok(found.await?)
}

fn values(params: Params<'_>) -> Vec<Value> {
    params.iter().map(|param| param.to_value()).collect()
}
