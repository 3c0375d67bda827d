//! The catalogue: its schema, what it accepts, and what its programs do. Order
//! and counts are asserted here, times never.

mod atomics;
mod contexts;
mod foundations_channels;
mod foundations_costs;
mod foundations_selects;
mod given;
mod locks;
mod patterns;
mod performance;
mod production_pitfalls;
mod production_services;
mod production_streams;
mod running;
mod runs;
mod schema;
mod simulated;
