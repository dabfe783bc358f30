//! What showing a message and acting on it have in common.

use axum::{
    Json,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use shared::{
    http::{Accepts, Problem},
    pages::ReturnedAddress,
    reference::Reference,
};

use crate::{
    ContactDesk,
    context::Context,
    message::{FiledMessage, Message},
    pages::review::Review,
};

impl ContactDesk {
    /// The message; 404 when it is gone.
    pub(super) async fn message(
        &self,
        reference: &Reference,
        context: &Context<'_>,
    ) -> Result<FiledMessage, Problem> {
        let found = self.messages.find(reference, context.now).await?;
        found.ok_or_else(Problem::not_found)
    }

    /// The state of the message and of its mails, without its content.
    pub(super) async fn review(
        &self,
        reference: &Reference,
        context: &Context<'_>,
    ) -> Result<Review, Problem> {
        let message = self.message(reference, context).await?;
        self.reviewed(&message, context).await
    }

    /// The state of a message and of its mails, and whether its sender is written to.
    pub(super) async fn reviewed(
        &self,
        filed: &FiledMessage,
        context: &Context<'_>,
    ) -> Result<Review, Problem> {
        let Message {
            reference, email, ..
        } = &filed.message;
        let mails = self.messages.mails(reference, context.now).await?;
        let returned = match email {
            Some(email) => self.messages.outbox.returned(email, context.now).await?,
            None => None,
        };
        let returned = ReturnedAddress::of(returned.as_ref(), &context.clinic);
        Ok(Review::of(filed, &mails, returned, &context.clinic))
    }
}

/// The review as JSON or as a page, which no cache keeps.
pub(super) fn answer(
    review: &Review,
    token: &str,
    accepts: Accepts,
    context: &Context<'_>,
) -> Response {
    let mut response = match accepts {
        Accepts::Json => Json(review).into_response(),
        Accepts::Html => review.page(token, &context.clinic).into_response(),
    };
    let no_store = HeaderValue::from_static("no-store");
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, no_store);
    response
}
