//! licentia answers one question about a machine-learning model, with proof: *may we use this, the way we use it?* The
//! network is used for repositories of the Hub, and for policies behind URLs.
//!
//! The tour: a [`source`] lists and reads a tree, on disk ([`source::dir`]) or far away ([`source::hub`], which
//! remembers in [`source::hub_store`]); the extractors in [`extract`] quote it as [`evidence`] and admit [`gap`]s;
//! [`classify`] says what each statement means ([`license`]) and reads the terms of a text ([`clause`]); [`resolve`]
//! puts that together as [`fact`]s about [`subject`]s and a [`lineage`]; [`policy`] makes [`finding`]s of them;
//! [`scan`] is the record of it all, and every [`report`] is a function of that record alone. [`run`] is where the
//! stages meet, and where what a tree was made from is opened in turn ([`run::Follow`]). Beside this line,
//! [`extract::mentions`] finds the models that a project names ([`mention`]), and [`lint`] looks at a card as its author would.

pub mod classify;
pub mod clause;
pub mod error;
pub mod evidence;
pub mod extract;
pub mod fact;
pub mod finding;
pub mod gap;
pub mod license;
pub mod lineage;
pub mod lint;
pub mod location;
pub mod mention;
pub mod policy;
pub mod report;
pub mod resolve;
pub mod run;
pub mod scan;
pub mod source;
pub mod subject;
