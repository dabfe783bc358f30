//! Answers that everybody gets, held for the rest of the minute in which they were made: a popular article is rendered once
//! a minute, and not for each reader.

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

/// How many bytes all bodies together have, at most.
const LARGEST: usize = 4 * 1024 * 1024;

/// The answers that are held; clones share them.
#[derive(Clone, Default)]
pub(super) struct Held(Arc<Mutex<Answers>>);

#[derive(Default)]
struct Answers {
    /// In which minute they were made, counted from 1970.
    minute: i64,
    length: usize,
    by_asked: HashMap<Asked, Answer>,
}

/// Everything that decides what an answer holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    address: String,
    accept: Vec<u8>,
}

#[derive(Clone)]
struct Answer {
    /// What it says besides what a cache needs.
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
}

impl Held {
    /// The answer to the same request in this minute.
    pub(super) fn find(&self, asked: &Asked, now: Timestamp) -> Option<Response> {
        let held = self.of_this_minute(now);
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
        let mut held = self.of_this_minute(now);
        held.length += content.length();
        if held.length > LARGEST {
            held.by_asked.clear();
            held.length = content.length();
        }
        held.by_asked.insert(asked, Answer { headers, content });
    }

    fn of_this_minute(&self, now: Timestamp) -> MutexGuard<'_, Answers> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = now.as_second().div_euclid(60);
        if held.minute != minute {
            *held = Answers {
                minute,
                ..Answers::default()
            };
        }
        held
    }
}
