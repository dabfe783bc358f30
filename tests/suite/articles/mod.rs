//! Articles, as readers and programs get them.

mod forms;
mod hostile;
mod publish;
mod read;
mod search;
