//! The strict proxy before the embedded `DynamoDB`: what it refuses, and which calls meet.

mod conflicts;
mod limits;
