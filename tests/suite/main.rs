//! Black-box suites over the whole front desk: responses, stored items, mails. A folder for each subject.

mod articles;
mod booking;
mod clinic;
mod contact;
mod deployment;
mod door;
mod guard;
mod http;
mod mail;
mod pages;
mod program;
mod records;
mod releases;
