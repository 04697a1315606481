//! Several instances behind a balancer: whom it sends requests to, what came of them, what they can carry.

pub mod balancer;
pub mod capacity;
pub mod load;
pub mod report;
