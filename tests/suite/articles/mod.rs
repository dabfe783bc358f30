//! Articles, as readers and programs get them.

mod publish;
mod read;
