//! The floor on SQLite: reads inline, one writer that groups what waits into a commit.

mod store;
#[path = "../../shared/web.rs"]
mod web;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    web::serve().await
}
