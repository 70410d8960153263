//! The bytes of an object: read as prost reads them, and written so that they are read again.

#![no_main]

use function_appauth::protocol::{JsonError, Struct};
use function_appauth_fuzz::holds;
use libfuzzer_sys::fuzz_target;
use prost::Message;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let whole = Struct::from(data.to_vec()).to_json();
    let Ok(object) = Struct::decode(data) else {
        return;
    };
    let again = Struct::decode(&*object.encode_to_vec());
    assert_eq!(again.as_ref(), Ok(&object));
    let read = object.to_json();
    assert_eq!(whole.is_ok(), read.is_ok(), "{whole:?} {read:?}");
    let all = object.object(|_| true);
    let some = object.object(|manager| manager == "crossplane");
    match &read {
        Ok(Value::Object(fields)) => {
            assert_eq!(whole.as_ref(), read.as_ref());
            assert!(all.is_ok() && some.is_ok(), "{all:?} {some:?}");
            let written = Struct::from_json(fields);
            assert_eq!(written.to_json(), read);
            assert!(written.is_json(fields));
        }
        other => assert!(other.is_err(), "{other:?}"),
    }
    if let Ok(theirs) = prost_types::Struct::decode(data) {
        match (holds::json_of(&theirs), &read) {
            (Some(theirs), Ok(ours)) => assert!(holds::is_same(&theirs, ours), "{theirs} {ours}"),
            (_, Err(JsonError::NotFinite | JsonError::TooDeep)) => {}
            (theirs, ours) => panic!("{theirs:?} {ours:?}"),
        }
    }
});
