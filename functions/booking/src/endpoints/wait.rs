//! `GET /waitlist/{reference}?token=…`: the page of somebody on the waiting list.

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use shared::http::{Accepts, Problem, ProblemDocument, Query};

use super::opened::json;
use crate::{BookingDesk, pages::waitlist::View};

/// The entry as its patient sees it. Unknown, forged, expired and foreign links are answered alike.
#[utoipa::path(
    get, path = "/waitlist/{reference}", tag = "booking", operation_id = "showWaitlistEntry",
    params(
        ("reference" = String, Path, description = "The entry's reference"),
        ("token" = String, Query, description = "From the link in the mail"),
        ("action" = Option<String>, Query, description = "`leave` is the page that asks whether to leave"),
    ),
    responses(
        (status = 200, description = "The entry as its patient sees it", content((View = "application/json"), (String = "text/html"))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn wait(
    State(desk): State<BookingDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    Query(query): Query,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let token = query.peek("token").unwrap_or_default();
    let entry = desk.entry(&reference, token, &context).await?;
    let view = View::of(&entry, &context);
    let asks = query.peek("action") == Some("leave") && view.can_leave();
    Ok(match accepts {
        Accepts::Html if asks => view.leave(token, &context.clinic).into_response(),
        Accepts::Html => view.page(token, &context).into_response(),
        Accepts::Json => json(&view),
    })
}
