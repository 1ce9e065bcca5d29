//! What statements mean: labels ([`declared`]) and texts ([`text`]).

pub mod text;
