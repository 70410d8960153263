//! The way in by WebAssembly: [`guest`] for the host `function-wasm`, a build of its own for `wasm32-unknown-unknown`.

pub mod guest;
