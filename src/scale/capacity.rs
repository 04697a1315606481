//! Capacity on paper: requests under way, connections at work, connections that are opened.

use serde::Serialize;

/// What is known, or guessed, before anything is measured.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// Requests a second at the busiest.
    pub rate: f64,
    /// How long a request takes.
    pub latency_ms: f64,
    /// Questions to the database in a request, and how long one takes there.
    pub queries: f64,
    pub query_ms: f64,
    pub instances: u32,
    /// Instances more while a new version comes.
    pub surge: u32,
    /// Connections of one instance.
    pub pool: u32,
    /// What the database allows.
    pub limit: u32,
}

/// What follows from it.
#[derive(Clone, Debug, Serialize)]
pub struct Sheet {
    pub plan: Plan,
    pub in_flight: f64,
    pub busy_connections: f64,
    pub pooled: u32,
    /// The part of the time that a connection works.
    pub utilisation: f64,
    /// How much longer a query takes because it waits, or nothing when the queue only grows.
    pub stretch: Option<f64>,
    pub opened: u32,
    pub usable: u32,
    pub fits: bool,
}

/// Beside its pool each process may open one for reads; migrations and people want some too.
const MORE_EACH: u32 = 1;
const MORE: u32 = 5;
/// What a database keeps for its owner.
const RESERVED: u32 = 3;

impl Sheet {
    /// Little's law, twice, and the count of connections.
    pub fn of(plan: Plan) -> Sheet {
        let in_flight = plan.rate * plan.latency_ms / 1000.0;
        let busy_connections = plan.rate * plan.queries * plan.query_ms / 1000.0;
        let pooled = plan.instances * plan.pool;
        let utilisation = busy_connections / f64::from(pooled.max(1));
        let opened = (plan.instances + plan.surge) * (plan.pool + MORE_EACH) + MORE;
        let usable = plan.limit.saturating_sub(RESERVED);
        Sheet {
            in_flight,
            busy_connections,
            pooled,
            utilisation,
            stretch: (utilisation < 1.0).then(|| 1.0 / (1.0 - utilisation)),
            opened,
            usable,
            fits: opened <= usable,
            plan,
        }
    }

    /// Nothing in it cannot work.
    pub fn works(&self) -> bool {
        self.fits && self.stretch.is_some()
    }

    /// The sheet, with the arithmetic in plain sight.
    pub fn to_text(&self) -> String {
        let p = &self.plan;
        let lines = [
            format!(
                "requests under way    {} /s x {} ms = {:.1}",
                p.rate, p.latency_ms, self.in_flight
            ),
            format!(
                "connections at work   {} /s x {} queries x {} ms = {:.1}",
                p.rate, p.queries, p.query_ms, self.busy_connections
            ),
            format!(
                "connections there     {} instances x {} = {}, {:.0} % of them at work",
                p.instances,
                p.pool,
                self.pooled,
                self.utilisation * 100.0
            ),
            self.wait(),
            format!(
                "connections opened    ({} + {} while a version comes) x ({} + {MORE_EACH}) + {MORE} = {}",
                p.instances, p.surge, p.pool, self.opened
            ),
            format!(
                "connections allowed   {} - {RESERVED} for the owner = {}: {}",
                p.limit,
                self.usable,
                self.verdict()
            ),
        ];
        lines.join("\n")
    }

    fn wait(&self) -> String {
        match self.stretch {
            None => {
                "a query waits         for ever: more work comes than the connections can do".into()
            }
            Some(stretch) if self.utilisation > BUSY => {
                format!(
                    "a query takes         {stretch:.1} x as long as alone: too busy, plan for 0.7"
                )
            }
            Some(stretch) => format!("a query takes         {stretch:.1} x as long as alone"),
        }
    }

    fn verdict(&self) -> String {
        if self.fits {
            return "it fits".to_string();
        }
        let each =
            (self.usable.saturating_sub(MORE)) / (self.plan.instances + self.plan.surge).max(1);
        let pool = each.saturating_sub(MORE_EACH);
        format!("too many; a pool of {pool} would fit")
    }
}

/// Above it waiting grows faster than work.
const BUSY: f64 = 0.7;

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan {
            rate: 100.0,
            latency_ms: 80.0,
            queries: 3.0,
            query_ms: 4.0,
            instances: 4,
            surge: 1,
            pool: 10,
            limit: 100,
        }
    }

    #[test]
    fn little_s_law_counts_what_is_under_way() {
        let sheet = Sheet::of(plan());
        assert!((sheet.in_flight - 8.0).abs() < 1e-9);
        assert!((sheet.busy_connections - 1.2).abs() < 1e-9);
        assert!((sheet.utilisation - 0.03).abs() < 1e-9);
        assert_eq!((sheet.opened, sheet.usable, sheet.works()), (60, 97, true));
    }

    #[test]
    fn too_many_connections_are_told_with_what_would_fit() {
        let sheet = Sheet::of(Plan { instances: 10, ..plan() });
        assert!(!sheet.works() && sheet.to_text().contains("126"), "{}", sheet.to_text());
        let fitting = Sheet::of(Plan { instances: 10, pool: 7, ..plan() });
        assert!(sheet.to_text().contains("a pool of 7 would fit") && fitting.works());
    }

    #[test]
    fn a_queue_that_only_grows_is_no_plan() {
        let sheet = Sheet::of(Plan { rate: 10_000.0, ..plan() });
        assert!(sheet.stretch.is_none() && !sheet.works());
        assert!(sheet.to_text().contains("for ever"));
    }
}
