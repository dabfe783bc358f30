//! Idempotency: the same request twice does one thing and is answered twice the same.
//!
//! A record stands beside what the request stored, written in the same transaction and on the
//! condition that it is not there yet. When it is, the failed transaction hands it back, and with it
//! the first answer.

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem},
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    http::{Accepts, Fields, Page, Problem},
    stored::ExpiresAt,
    telemetry::Causes,
    transaction::{Item, Refusal, StoreError, put},
    values::{Code, Invalid},
};

/// For how long a key is remembered, and a body that came without one.
const KEY_LASTS: SignedDuration = SignedDuration::from_hours(24);
const FINGERPRINT_LASTS: SignedDuration = SignedDuration::from_mins(10);

const SORT: &str = "idempotency";

/// The form field that stands in for the header, and fields that do not make a request another one.
const KEY_FIELD: &str = "_idempotency_key";
const NOT_CONTENT: [&str; 5] = [KEY_FIELD, "_next", "_gotcha", "_token", "altcha"];

/// The `Idempotency-Key` header, if there is one.
#[derive(Clone, Debug)]
pub struct IdempotencyKey(Option<String>);

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::of(&parts.headers)
    }
}

impl IdempotencyKey {
    fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let Some(value) = headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        let key = value.to_str().unwrap_or_default();
        Ok(Self(Some(valid(key, "idempotency_key")?.to_owned())))
    }
}

fn valid<'a>(key: &'a str, field: &'static str) -> Result<&'a str, Problem> {
    if (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(key);
    }
    let invalid = Invalid::new(
        Code::Invalid,
        "Send 1 to 255 visible ASCII characters, like a UUID",
    );
    Err(vec![(field.into(), invalid)].into())
}

/// A request, as far as it can be recognised when it comes again.
#[derive(Clone, Debug)]
pub struct Attempt {
    id: String,
    fingerprint: String,
    lasts: SignedDuration,
}

/// The first answer, kept to be given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    /// What was answered.
    pub content: T,
    /// Whether this is the second time.
    pub replayed: bool,
}

impl<T: Serialize> Answer<T> {
    /// 201, as JSON or as `page` shows it; `Idempotency-Replayed` says whether it is the second time.
    pub fn created(&self, accepts: Accepts, page: impl FnOnce(&T) -> Page) -> Response {
        let mut response = match accepts {
            Accepts::Json => axum::Json(&self.content).into_response(),
            Accepts::Html => page(&self.content).into_response(),
        };
        *response.status_mut() = StatusCode::CREATED;
        self.mark(response)
    }

    /// 303 to `location`, for a browser that is to go on from here.
    pub fn see_other(&self, location: HeaderValue) -> Response {
        let location = [(header::LOCATION, location)];
        self.mark((StatusCode::SEE_OTHER, location).into_response())
    }

    fn mark(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.replayed {
            headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
        }
        response
    }
}

#[derive(Serialize, Deserialize)]
struct Record {
    pk: String,
    sk: String,
    fingerprint: String,
    answer: String,
    expires_at: ExpiresAt,
}

/// Why an attempt that was there already cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The key came with another body before.
    #[error("the idempotency key belongs to another request")]
    KeyReused,
    /// The record is not readable.
    #[error("the idempotency record cannot be read")]
    Unreadable(#[source] StoreError),
}

impl Attempt {
    /// Recognises a request to `route` by its key, or by its body's fingerprint.
    ///
    /// # Errors
    /// 422 when the form's own key field is not usable.
    pub fn of(route: &str, key: &IdempotencyKey, fields: &Fields) -> Result<Self, Problem> {
        let fingerprint = digest(&[route, &fields.canonical(&NOT_CONTENT)]);
        if fields.contains(KEY_FIELD) && fields.peek(KEY_FIELD).is_none() {
            // A number, a list, or twice: not to be told apart from another one.
            valid("", KEY_FIELD)?;
        }
        let field = fields.peek(KEY_FIELD).filter(|key| !key.is_empty());
        let key = match (&key.0, field) {
            (Some(key), _) => Some(key.as_str()),
            (None, Some(key)) => Some(valid(key, KEY_FIELD)?),
            (None, None) => None,
        };
        Ok(match key {
            Some(key) => Self {
                id: digest(&[route, "key", key]),
                fingerprint,
                lasts: KEY_LASTS,
            },
            None => Self {
                id: digest(&[route, "body", &fingerprint]),
                fingerprint,
                lasts: FINGERPRINT_LASTS,
            },
        })
    }

    /// The record to write with what the request stores, and the answer to keep.
    ///
    /// # Errors
    /// When the answer cannot be written as JSON.
    pub fn record<T: Serialize>(
        &self,
        table: &str,
        now: Timestamp,
        answer: &T,
    ) -> Result<TransactWriteItem, StoreError> {
        let unwritable = |error: &dyn std::error::Error| {
            StoreError::new(
                "idempotency record",
                &std::io::Error::other(error.to_string()),
            )
        };
        let record = Record {
            pk: self.partition(),
            sk: SORT.to_owned(),
            fingerprint: self.fingerprint.clone(),
            answer: serde_json::to_string(answer).map_err(|error| unwritable(&error))?,
            expires_at: ExpiresAt::after(now, self.lasts),
        };
        let item = serde_dynamo::to_item(record).map_err(|error| unwritable(&error))?;
        let record = Put::builder()
            .table_name(table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR expires_at <= :now")
            .expression_attribute_values(":now", AttributeValue::N(now.as_second().to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(|error| unwritable(&error))?;
        Ok(put(record))
    }

    /// The first answer, from the record that stood in the way.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub fn replay<T: for<'de> Deserialize<'de>>(
        &self,
        refusal: &Refusal,
    ) -> Result<Answer<T>, ReplayError> {
        let unreadable = || ReplayError::Unreadable(StoreError::unreadable("idempotency record"));
        let old = refusal.old.clone().ok_or_else(unreadable)?;
        self.answer_of(old)
    }

    /// The first answer, asked for by itself: for a request that may not be carried out any more, and
    /// was when it came first.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub async fn earlier<T: for<'de> Deserialize<'de>>(
        &self,
        client: &Client,
        table: &str,
        now: Timestamp,
    ) -> Result<Option<Answer<T>>, ReplayError> {
        let found = client
            .get_item()
            .table_name(table)
            .key("pk", AttributeValue::S(self.partition()))
            .key("sk", AttributeValue::S(SORT.to_owned()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| ReplayError::Unreadable(StoreError::new("GetItem", &error)))?;
        let live = |item: &Item| {
            let expires_at = item.get("expires_at").and_then(|value| value.as_n().ok());
            expires_at
                .and_then(|seconds| seconds.parse().ok())
                .is_some_and(|at: i64| at > now.as_second())
        };
        found
            .item
            .filter(live)
            .map(|item| self.answer_of(item))
            .transpose()
    }

    fn partition(&self) -> String {
        format!("idempotency#{}", self.id)
    }

    fn answer_of<T: for<'de> Deserialize<'de>>(
        &self,
        item: Item,
    ) -> Result<Answer<T>, ReplayError> {
        let unreadable = || ReplayError::Unreadable(StoreError::unreadable("idempotency record"));
        let record: Record = serde_dynamo::from_item(item).map_err(|_| unreadable())?;
        if record.fingerprint != self.fingerprint {
            return Err(ReplayError::KeyReused);
        }
        let content = serde_json::from_str(&record.answer).map_err(|_| unreadable())?;
        Ok(Answer {
            content,
            replayed: true,
        })
    }
}

impl From<ReplayError> for Problem {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::KeyReused => Problem::unprocessable(
                "key_reused",
                "This idempotency key belongs to another request: send a new one",
            ),
            ReplayError::Unreadable(source) => {
                tracing::error!(error = %Causes(&source), "an idempotency record cannot be read");
                Problem::unavailable()
            }
        }
    }
}

fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    URL_SAFE_NO_PAD.encode(hash.finalize())
}
