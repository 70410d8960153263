//! Rules of the user pool, by part.

pub(super) mod attributes;
pub(super) mod email;
pub(super) mod messages;
pub(super) mod mfa;
pub(super) mod password;
mod sender;
pub(super) mod sign_in;
pub(super) mod triggers;
