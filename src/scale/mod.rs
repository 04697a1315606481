//! Several instances behind a balancer: whom it knows, what came of a load, what they can carry.

pub mod balancer;
pub mod capacity;
pub mod load;
pub mod report;
