//! Repositories of the Hub by their IDs, against a Hub of our own on the loopback interface.

mod budgets;
mod faults;
mod lineage;
mod lists;
mod patterns;
mod revisions;
mod secrets;
mod world;
