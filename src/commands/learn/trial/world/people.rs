//! Who may speak to the instances of a world.

use anyhow::Result;

use crate::check::Walk;
use crate::commands::learn::trial::world::World;
use crate::io::http::Client;
use crate::io::interrupt::Guard;
use crate::lesson::step::Instance;

impl World<'_> {
    /// Signs somebody up and in. What they send from now on is theirs.
    pub fn enter(&mut self, name: &str, guard: &Guard) -> Result<Result<(), String>> {
        let random = format!("{}-{name}", self.ground.seed);
        let given = [("scratch", ""), ("random", random.as_str())];
        let mut walk = Walk::entry(self.ground.catalog, self.ground.stack, &given)?;
        let url = match self.url(Instance::Number(1), guard)? {
            Ok(url) => url,
            Err(broken) => return Ok(Err(broken.what)),
        };
        let client = Client::new(&url);
        for step in walk.steps.clone() {
            let ask = walk.ask(&step).map_err(|name| anyhow::anyhow!("`<{name}>` is unknown"))?;
            let answer = match client.send(&ask) {
                Ok(answer) => answer,
                Err(error) => return Ok(Err(format!("`{}`: {error:#}", step.send))),
            };
            if !walk.judge(&step, &ask, &answer).is_right() {
                return Ok(Err(format!("`{}` answers {}", step.send, answer.status)));
            }
        }
        for (fact, place) in [("id", "<user>"), ("email", "<email>"), ("password", "<password>")] {
            if let Ok(value) = walk.fill(place) {
                self.known.learn(format!("{name}.{fact}"), value);
            }
        }
        self.proofs.extend(walk.proof("user").map(|proof| (name.to_string(), proof)));
        Ok(Ok(()))
    }

    /// The header of somebody, when one is needed.
    pub fn proof(&self, name: &str) -> Option<&str> {
        self.proofs.get(name).map(String::as_str)
    }
}
