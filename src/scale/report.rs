//! What came of a load: what each instance served, what failed, and how long it took.

use std::collections::BTreeMap;

use serde::Serialize;

/// One request: who answered it, with what, after how many microseconds.
#[derive(Clone, Debug)]
pub struct Shot {
    pub by: Option<String>,
    /// Nothing when there was no answer.
    pub status: Option<u16>,
    pub micros: u64,
}

/// All of them together.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub balancer: &'static str,
    pub clients: usize,
    pub seconds: f64,
    pub requests: usize,
    pub per_second: f64,
    /// Answers other than 200, and none at all.
    pub errors: usize,
    /// How many there were of each: a status, or `no answer`.
    pub failed: BTreeMap<String, usize>,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub instances: Vec<Served>,
}

/// The part of one instance.
#[derive(Clone, Debug, Serialize)]
pub struct Served {
    pub address: String,
    pub answers: usize,
    pub percent: f64,
}

impl Report {
    /// Counts. Instances that served nothing are listed too.
    pub fn of(
        balancer: &'static str,
        instances: &[u16],
        clients: usize,
        seconds: f64,
        shots: &[Shot],
    ) -> Report {
        let good = shots.iter().filter(|shot| shot.status == Some(200)).count();
        let mut failed = BTreeMap::new();
        for shot in shots.iter().filter(|shot| shot.status != Some(200)) {
            let what = shot.status.map_or("no answer".to_string(), |status| status.to_string());
            *failed.entry(what).or_default() += 1;
        }
        let mut micros: Vec<u64> = shots.iter().map(|shot| shot.micros).collect();
        micros.sort_unstable();
        let served = instances.iter().map(|port| {
            let address = format!("127.0.0.1:{port}");
            // a balancer that asked a second one names both; the last has answered
            let own = |shot: &&Shot| {
                shot.by.as_ref().and_then(|by| by.rsplit(", ").next()) == Some(&address)
            };
            let answers = shots.iter().filter(own).count();
            let percent = answers as f64 * 100.0 / shots.len().max(1) as f64;
            Served { answers, percent, address: address.clone() }
        });
        Report {
            balancer,
            clients,
            seconds,
            requests: shots.len(),
            per_second: good as f64 / seconds.max(0.001),
            errors: shots.len() - good,
            failed,
            p50_ms: percentile(&micros, 50),
            p99_ms: percentile(&micros, 99),
            instances: served.collect(),
        }
    }

    /// For people.
    pub fn to_text(&self) -> String {
        let head = format!(
            "{} before {}, {} clients, {:.1} s",
            self.balancer,
            crate::words::count(self.instances.len(), "instance"),
            self.clients,
            self.seconds
        );
        let lines = self.instances.iter().map(|served| {
            let (address, answers, percent) = (&served.address, served.answers, served.percent);
            format!("  {address:21} {answers:>8} answers  {percent:>5.1} %")
        });
        let failed = self.failed.iter().map(|(what, times)| format!("{what}: {times}"));
        let failed = match failed.collect::<Vec<_>>().as_slice() {
            [] => String::new(),
            all => format!(" ({})", all.join(", ")),
        };
        let end = format!(
            "{} answers, {:.0} a second, {} errors{failed}; half within {:.1} ms, 99 of 100 within {:.1} ms",
            self.requests - self.errors,
            self.per_second,
            self.errors,
            self.p50_ms,
            self.p99_ms
        );
        [head].into_iter().chain(lines).chain([end]).collect::<Vec<_>>().join("\n")
    }
}

/// In milliseconds, of sorted microseconds.
fn percentile(sorted: &[u64], percent: usize) -> f64 {
    let at = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(at).map_or(0.0, |micros| *micros as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shot(by: &str, status: u16, micros: u64) -> Shot {
        Shot { by: Some(by.to_string()), status: Some(status), micros }
    }

    #[test]
    fn each_answer_is_counted_once() {
        let lost = Shot { by: None, status: None, micros: 9_000 };
        let shots = [
            shot("127.0.0.1:1", 200, 1_000),
            shot("127.0.0.1:1, 127.0.0.1:2", 200, 2_000),
            shot("127.0.0.1:2", 503, 3_000),
            lost,
        ];
        let report = Report::of("b", &[1, 2, 3], 4, 2.0, &shots);
        let answers: Vec<usize> = report.instances.iter().map(|it| it.answers).collect();
        assert_eq!((answers, report.errors, report.requests), (vec![1, 2, 0], 2, 4));
        assert_eq!((report.p50_ms, report.p99_ms, report.per_second), (2.0, 9.0, 1.0));
        assert!(
            report.to_text().contains("2 answers, 1 a second, 2 errors (503: 1, no answer: 1);")
        );
    }

    #[test]
    fn no_answer_at_all_is_no_panic() {
        let report = Report::of("b", &[], 1, 0.0, &[]);
        assert_eq!((report.p50_ms, report.errors), (0.0, 0));
    }
}
