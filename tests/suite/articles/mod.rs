//! Articles, as readers and programs get them.

mod forms;
mod publish;
mod read;
mod search;
