//! What every GraphQL API needs, whatever its types: limits, and errors with our codes.

pub mod errors;
pub mod limits;
pub mod operation;
mod scan;
pub mod unique;
