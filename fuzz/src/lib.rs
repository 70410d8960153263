//! What the fuzz targets share: changes that keep a document a document, seeds, and what holds of every outcome.

#[path = "../../tests/common/cases.rs"]
mod cases;
pub mod change;
pub mod holds;
#[path = "../../tests/differential/random.rs"]
mod random;
#[path = "../../tests/common/requests.rs"]
mod requests;
pub mod samples;
pub mod seeds;
#[path = "../../tests/common/settled.rs"]
mod settled;
pub mod texts;
