//! The code of all golden cases, which has to compile without warnings.
#![deny(warnings)]
#![allow(missing_docs, reason = "the messages of the cases have no comments")]
#![allow(
    clippy::module_inception,
    reason = "cases are named as their packages are"
)]

include!(concat!(env!("OUT_DIR"), "/cases.rs"));
