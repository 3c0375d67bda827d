//! What must stay true of the whole, whoever changes a part.
//!
//! The rules are written as absences: a thing that is not there cannot be
//! misused. Each failure names the file, the line and the mend.

mod crates;
mod files;
mod lessons;
mod repository;
mod sources;
