//! Articles, as readers and programs get them.

mod read;
