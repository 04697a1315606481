//! Nothing: the program is in `main.rs`.
