//! The first two instances of a world, behind a balancer.

use anyhow::{Context, Result};

use crate::commands::learn::trial::world::World;
use crate::io::interrupt::Guard;
use crate::io::process::served::Served;
use crate::io::proxy::balancer::Balancer;
use crate::judge::report::Broken;
use crate::lesson::step::Instance;

impl World<'_> {
    /// The URL of the balancer. It and its instances are started when it is not there yet; one that
    /// has ended since then is left alone.
    pub(super) fn balanced(&mut self, guard: &Guard) -> Result<Result<String, Broken>> {
        if let Some(balancer) = &self.balancer {
            return Ok(Ok(balancer.url()));
        }
        for number in 1..=INSTANCES {
            if let Err(broken) = self.url(Instance::Number(number), guard)? {
                return Ok(Err(broken));
            }
        }
        let layers = self.ground.stack.layers(self.ground.catalog);
        let health = layers.into_iter().find_map(|layer| layer.spec.health.as_ref());
        let ready = &health.context("no layer says where a backend says that it is ready")?.ready;
        let running = self.instances.iter().flatten().take(INSTANCES);
        let ports: Vec<u16> = running.map(Served::port).collect();
        let balancer = Balancer::before(&ports, ready)?;
        let url = balancer.url();
        self.balancer = Some(balancer);
        Ok(Ok(url))
    }
}

/// As few as show what is known to one of them only.
const INSTANCES: usize = 2;
