//! What every login with a password needs; who asks is decided in `src/auth/`.

pub mod devices;
pub mod login;
pub mod lookup;
pub mod password;
pub mod policy;
pub mod sessions;
pub mod throttle;
pub mod verbs;
