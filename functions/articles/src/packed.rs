//! Bytes as they are packed for the store: sections behind their lengths, and compression.

use std::io::{Read as _, Write as _};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use integer_encoding::VarInt as _;

/// Adds a section behind its length (LEB128).
pub(crate) fn section(bytes: &mut Vec<u8>, content: &[u8]) {
    bytes.extend(content.len().encode_var_vec());
    bytes.extend(content);
}

/// Takes a section from the front.
pub(crate) fn taken<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, read) = usize::decode_var(bytes)?;
    let (content, rest) = bytes.get(read..)?.split_at_checked(length)?;
    *bytes = rest;
    Some(content)
}

/// Compresses some bytes (DEFLATE, RFC 1951).
pub(crate) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

/// The bytes that were compressed. `None` when these are no such bytes.
pub(crate) fn inflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    DeflateDecoder::new(bytes).read_to_end(&mut content).ok()?;
    Some(content)
}
