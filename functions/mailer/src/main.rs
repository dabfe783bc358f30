//! The mailer under Lambda.

use lambda_runtime::{LambdaEvent, service_fn};
use mailer::{Event, Mailer};
use shared::{clock::Clock, environment::Environment, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let environment = Environment::of_the_process();
    telemetry::json(&environment);
    let mailer = Mailer::open(&environment, Clock::system()).await?;
    let mailer = &mailer;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Event>| async move {
        Ok::<_, lambda_runtime::Error>(mailer.handle(event.payload).await?)
    }))
    .await
}
