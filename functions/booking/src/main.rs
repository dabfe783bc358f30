//! The booking function under Lambda.

use booking::BookingDesk;
use shared::{clock::Clock, environment::Environment, runtime, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let environment = Environment::of_the_process();
    telemetry::json(&environment);
    let desk = BookingDesk::open(&environment, Clock::system()).await?;
    let site = desk.site();
    runtime::serve(desk.clone(), booking::routes(desk), site, &environment).await
}
