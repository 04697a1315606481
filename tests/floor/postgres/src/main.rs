//! The floor on PostgreSQL: one pipelined connection for reads, ten for writes.

mod store;
#[path = "../../shared/web.rs"]
mod web;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    web::serve().await
}
