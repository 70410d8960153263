//! The ways in by WebAssembly, each a build of its own for `wasm32-unknown-unknown`: `guest` for the host
//! `function-wasm`, and `js` for the npm package.

#[cfg(feature = "guest")]
pub mod guest;
#[cfg(feature = "js")]
pub mod js;
