//! Answers that everybody gets, held for a few seconds: a popular article is rendered once in that time, and not for each
//! reader. What is published is read again beside a request that is not answered from here, so that they are few.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    extract::Request,
    http::{HeaderMap, Method, header::ACCEPT},
    response::Response,
};
use jiff::Timestamp;

use super::cached::Cacheable;

/// For how many seconds answers are held, at most.
const SECONDS: i64 = 5;
/// How many bytes all answers together have, at most.
const LARGEST: usize = 8 * 1024 * 1024;
/// About how many bytes an answer has besides its body: headers and bookkeeping.
const OVERHEAD: usize = 1024;

/// The answers that are held; clones share them.
#[derive(Clone, Default)]
pub(super) struct Held(Arc<Mutex<Answers>>);

#[derive(Default)]
struct Answers {
    /// In which stretch of time they were made, counted from 1970.
    stretch: i64,
    length: usize,
    by_asked: HashMap<Asked, Answer>,
}

/// The key of an answer: the address with its query, and `Accept`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    address: String,
    accept: Vec<u8>,
}

#[derive(Clone)]
struct Answer {
    /// Its headers, without those for caches.
    headers: HeaderMap,
    content: Cacheable,
}

impl Asked {
    /// `None` for requests that change something.
    pub(super) fn of(request: &Request) -> Option<Self> {
        let reads = [Method::GET, Method::HEAD].contains(request.method());
        let address = request.uri().path_and_query()?.as_str();
        let accept = request.headers().get_all(ACCEPT).iter();
        let accept: Vec<&[u8]> = accept.map(AsRef::as_ref).collect();
        reads.then(|| Self {
            address: address.to_owned(),
            accept: accept.join(&b','),
        })
    }

    fn length(&self) -> usize {
        self.address.len() + self.accept.len()
    }
}

impl Held {
    /// The answer to the same request in this stretch of time.
    pub(super) fn find(&self, asked: &Asked, now: Timestamp) -> Option<Response> {
        let held = self.of_now(now);
        let answer = held.by_asked.get(asked)?.clone();
        drop(held);
        let mut response = Response::default();
        *response.headers_mut() = answer.headers;
        response.extensions_mut().insert(answer.content);
        Some(response)
    }

    /// Holds an answer, and lets go of the others if they are too many.
    pub(super) fn hold(
        &self,
        asked: Asked,
        headers: HeaderMap,
        content: Cacheable,
        now: Timestamp,
    ) {
        let mut held = self.of_now(now);
        // As it is, and compressed.
        let length = 2 * content.length() + asked.length() + OVERHEAD;
        held.length += length;
        if held.length > LARGEST {
            held.by_asked.clear();
            held.length = length;
        }
        held.by_asked.insert(asked, Answer { headers, content });
    }

    fn of_now(&self, now: Timestamp) -> MutexGuard<'_, Answers> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stretch = now.as_second().div_euclid(SECONDS);
        if held.stretch != stretch {
            *held = Answers {
                stretch,
                ..Answers::default()
            };
        }
        held
    }
}
