//! The doors: the only modules that touch the world. None uses another.

pub mod ask;
pub mod browser;
pub mod disk;
pub mod http;
pub mod interrupt;
pub mod keep;
pub mod keys;
pub mod library;
pub mod lookout;
pub mod loopback;
pub mod mirror;
pub mod place;
pub mod probe;
pub mod process;
pub mod progress;
pub mod proxy;
pub mod random;
pub mod screen;
pub mod server;
pub mod templates;
