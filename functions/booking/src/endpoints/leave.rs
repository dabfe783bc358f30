//! `POST /waitlist/{reference}/leave`: somebody does not wait any more. A time that is held for them goes to the next.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Redirect, Response},
};
use shared::{
    described_form,
    forms::TOKEN_OF_LINK,
    http::{Accepts, Fields, Problem, ProblemDocument},
    reference::Reference,
    store::Tries,
    telemetry::Causes,
};

use super::opened::json;
use crate::{
    BookingDesk, booking::Event, context::Context, pages::waitlist::View, store::CarryOutError,
    waitlist::Entry,
};

described_form!(
    LeaveForm,
    [TOKEN_OF_LINK],
    "What the form of somebody who leaves the waiting list sends."
);

/// Leaves the waiting list. Whoever has left, or has taken a time, gets the same answer again.
#[utoipa::path(
    post, path = "/waitlist/{reference}/leave", tag = "booking", operation_id = "leaveWaitlist",
    params(("reference" = String, Path, description = "The entry's reference")),
    request_body(content((LeaveForm = "application/json"), (LeaveForm = "application/x-www-form-urlencoded"), (LeaveForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "The entry as it is then", content((View = "application/json"), (String = "text/html"))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn leave(
    State(desk): State<BookingDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    fields: Fields,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let mut form = fields.form();
    let token = form.required(TOKEN_OF_LINK.name, |token| Ok(token.to_owned()));
    let token = token.unwrap_or_default();
    let entry = desk.entry(&reference, &token, &context).await?;
    form.finish()?;
    let entry = desk.leave(entry, &token, &context).await?;
    Ok(match accepts {
        Accepts::Html => {
            let page = format!("/waitlist/{}?token={token}", entry.reference);
            ([(header::CACHE_CONTROL, "no-store")], Redirect::to(&page)).into_response()
        }
        Accepts::Json => json(&View::of(&entry, &context)),
    })
}

impl BookingDesk {
    async fn leave(
        &self,
        mut entry: Entry,
        token: &str,
        context: &Context<'_>,
    ) -> Result<Entry, Problem> {
        let reference = entry.reference.to_string();
        let mut tries = Tries::default();
        loop {
            let Some(after) = entry.left() else {
                return Ok(entry);
            };
            match &entry.offer {
                Some(offer) => self.let_go(offer, context).await?,
                None if self.bookings.leave(&entry, &after, context).await? => return Ok(after),
                None => {}
            }
            let before = entry.revision;
            entry = self.entry(&reference, token, context).await?;
            if entry.revision == before && !tries.again().await {
                return Err(Problem::unavailable());
            }
        }
    }

    /// Gives up the time that is held for them and their place in the line, at once. When they have taken it meanwhile, or
    /// it has expired, nothing happens.
    async fn let_go(&self, offer: &Reference, context: &Context<'_>) -> Result<(), Problem> {
        let Some(booking) = self.bookings.find(offer, context.now).await? else {
            return Ok(());
        };
        match self.happen(booking, &Event::LetGo, context).await {
            Ok(_) | Err(CarryOutError::Barred { .. } | CarryOutError::NotFound) => Ok(()),
            Err(error) => {
                tracing::error!(error = %Causes(&error), "somebody could not leave the waiting list");
                Err(Problem::unavailable())
            }
        }
    }
}
