//! Idempotency: the same request twice does one thing and gets the same answer twice.
//!
//! A record is written in the same transaction as what the request stores, on the condition that there is
//! none yet. If there is one, the refused transaction hands it back, and with it the first answer.

use std::collections::BTreeSet;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::Sender;
use crate::{
    http::{Accepts, Fields, Problem},
    pages::Page,
    records::{Belonging, Record},
    reference::Reference,
    store::{self, Change, Consistency, ExpiresAt, Item, Key, Table, text},
    telemetry::Causes,
    values::{Code, Invalid},
};

/// How long a key is remembered, and how long the fingerprint of a body without a key is.
const KEY_LASTS: SignedDuration = SignedDuration::from_hours(24);
const FINGERPRINT_LASTS: SignedDuration = SignedDuration::from_mins(10);

const WHAT: &str = "idempotency record";
const PARTITION: &str = "idempotency#";
const PLACE: &str = "idempotency";

/// The form field that stands in for the `Idempotency-Key` header.
pub const KEY_FIELD: &str = "_idempotency_key";

/// A key for a form that is shown, so that pressing its button twice does one thing.
#[must_use]
pub fn fresh_key() -> String {
    format!("{:032x}", fastrand::u128(..))
}

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

/// What identifies a request when it comes again.
#[derive(Clone, Debug)]
pub struct Attempt {
    id: String,
    fingerprint: String,
    sender: String,
    lasts: SignedDuration,
}

/// The answer to a request, kept to be given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    pub content: T,
    /// Whether the request came before.
    pub replayed: bool,
}

impl<T> Answer<T> {
    /// The answer to a request that came for the first time.
    pub fn first(content: T) -> Self {
        let replayed = false;
        Self { content, replayed }
    }
}

/// An answer that is kept, to be given again when the request is repeated.
pub trait Repeatable: Serialize + DeserializeOwned {
    /// The answer for a repetition from another network: without what only the first sender may have. It may be
    /// the same phone in another network, or somebody who copied the request.
    #[must_use]
    fn for_another_sender(self) -> Self {
        self
    }
}

impl<T: Serialize> Answer<T> {
    /// 201, as JSON or as `page` shows it; `Idempotency-Replayed` says whether the request came before.
    pub fn created(&self, accepts: Accepts, page: impl FnOnce(&T) -> Page) -> Response {
        let mut response = match accepts {
            Accepts::Json => axum::Json(&self.content).into_response(),
            Accepts::Html => page(&self.content).into_response(),
        };
        *response.status_mut() = StatusCode::CREATED;
        self.mark(response)
    }

    /// 303 to `location`, where the browser goes on.
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
struct StoredAnswer {
    fingerprint: String,
    answer: String,
    /// A pseudonym of the network that the request came from.
    #[serde(default)]
    sender: String,
    expires_at: ExpiresAt,
}

/// Why a request that came before cannot be answered from its record.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The key came with another body before.
    #[error("the idempotency key belongs to another request")]
    KeyReused,
    /// The record is not there, or not readable.
    #[error("the idempotency record cannot be read")]
    Unreadable(#[source] store::Error),
}

impl Attempt {
    /// Recognises a request of `sender` to `route` by its key, or by its body's fingerprint. The fields in
    /// `not_content` do not make a request another one, and neither does another sender.
    ///
    /// # Errors
    /// 422 when the form's own key field is not usable.
    pub fn of(
        route: &str,
        key: &IdempotencyKey,
        fields: &Fields,
        not_content: &[&str],
        sender: &Sender,
    ) -> Result<Self, Problem> {
        let left_out = [&[KEY_FIELD], not_content].concat();
        let fingerprint = digest(&[route, &fields.canonical(&left_out)]);
        if fields.contains(KEY_FIELD) && fields.peek(KEY_FIELD).is_none() {
            // A number, a list, or given twice: it does not identify anything.
            valid("", KEY_FIELD)?;
        }
        let field = fields.peek(KEY_FIELD).filter(|key| !key.is_empty());
        let key = match (&key.0, field) {
            (Some(key), _) => Some(key.as_str()),
            (None, Some(key)) => Some(valid(key, KEY_FIELD)?),
            (None, None) => None,
        };
        let (id, lasts) = match key {
            Some(key) => (digest(&[route, "key", key]), KEY_LASTS),
            None => (digest(&[route, "body", &fingerprint]), FINGERPRINT_LASTS),
        };
        Ok(Self {
            sender: sender.pseudonym(&id),
            id,
            fingerprint,
            lasts,
        })
    }

    /// The name of the record, if the body's fingerprint stands in for a key: for [`forget`].
    #[must_use]
    pub fn without_key(&self) -> Option<&str> {
        (self.lasts == FINGERPRINT_LASTS).then_some(self.id.as_str())
    }

    /// The part of a write that adds the record, together with what the request stores. It refuses when
    /// the request came before, and hands back the first answer.
    ///
    /// # Errors
    /// When the answer cannot be written as JSON.
    pub(super) fn record<T: Repeatable>(
        &self,
        table: &Table,
        now: Timestamp,
        answer: &T,
    ) -> Result<Change, store::Error> {
        let answer = serde_json::to_string(answer);
        let record = StoredAnswer {
            fingerprint: self.fingerprint.clone(),
            answer: answer.map_err(|error| store::Error::unwritable(WHAT, error))?,
            sender: self.sender.clone(),
            expires_at: ExpiresAt::after(now, self.lasts),
        };
        let put = table.put(&self.key(), record)?;
        Ok(put
            .condition("attribute_not_exists(pk) OR expires_at <= :now")
            .value(":now", now.as_second())
            .returning_old())
    }

    /// The first answer, from the record that refused the write.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub(super) fn replay<T: Repeatable>(
        &self,
        table: &Table,
        record: Option<&Item>,
    ) -> Result<Answer<T>, ReplayError> {
        let record = record.ok_or_else(|| ReplayError::Unreadable(table.unreadable(WHAT)))?;
        self.answer_of(table, record.clone())
    }

    /// The first answer, looked up without a write: for a request that would be refused now, but was
    /// carried out when it came first.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub async fn earlier<T: Repeatable>(
        &self,
        table: &Table,
        now: Timestamp,
    ) -> Result<Option<Answer<T>>, ReplayError> {
        let found = table.get(&self.key(), Consistency::Strong).await;
        let found = found.map_err(ReplayError::Unreadable)?;
        let live = found.filter(|item| !store::is_past(item, now));
        live.map(|item| self.answer_of(table, item)).transpose()
    }

    fn key(&self) -> Key {
        Key::pair(WHAT, format!("{PARTITION}{}", self.id), PLACE)
    }

    fn answer_of<T: Repeatable>(
        &self,
        table: &Table,
        item: Item,
    ) -> Result<Answer<T>, ReplayError> {
        let record: StoredAnswer = table.read(WHAT, item).map_err(ReplayError::Unreadable)?;
        if record.fingerprint != self.fingerprint {
            return Err(ReplayError::KeyReused);
        }
        let content: T = serde_json::from_str(&record.answer)
            .map_err(|_| ReplayError::Unreadable(table.unreadable(WHAT)))?;
        let content = if record.sender == self.sender {
            content
        } else {
            content.for_another_sender()
        };
        Ok(Answer {
            content,
            replayed: true,
        })
    }
}

/// The part of a write that makes the same body count as new, when what it had stored is over. `record` is what
/// [`Attempt::without_key`] said at `came_at`. `None` when the record has expired by itself: another request may have
/// one under the same name by now.
#[must_use]
pub fn forget(table: &Table, record: &str, came_at: Timestamp, now: Timestamp) -> Option<Change> {
    if now.duration_since(came_at) >= FINGERPRINT_LASTS {
        return None;
    }
    let key = Key::pair(WHAT, format!("{PARTITION}{record}"), PLACE);
    let over = table.update(&key, "SET expires_at = :now");
    Some(over.value(":now", now.as_second()))
}

/// The idempotency records among a table's `items` whose answers are about what `records` are about: for erasing
/// what a person has sent.
#[must_use]
pub fn posts_of(records: &[Record], table: &Table, items: &[Item]) -> Vec<Record> {
    let references: BTreeSet<&Reference> = records.iter().map(|one| &one.reference).collect();
    let posts = items.iter().filter_map(|item| {
        let partition = text(item, "pk").filter(|pk| pk.starts_with(PARTITION))?;
        let answer: Answered = serde_json::from_str(text(item, "answer")?).ok()?;
        let key = Key::pair(WHAT, partition, text(item, "sk")?);
        references.contains(&answer.reference).then(|| Record {
            reference: answer.reference,
            kind: Belonging::IdempotencyRecord,
            description: String::new(),
            export: None,
            erasure: Some(vec![table.delete(&key)]),
        })
    });
    posts.collect()
}

/// The part of every answer that says what was stored.
#[derive(Deserialize)]
struct Answered {
    reference: Reference,
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
