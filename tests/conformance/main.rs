//! What Crossplane asks of a function, a test for each requirement and named after it: of the Composition Functions
//! Specification (`contributing/specifications/functions.md` of Crossplane), of the package specification beside it
//! (`xpkg.md`), and of the comments in the protocol (`proto/fn/v1/run_function.proto`). A name says `must`, `should` or
//! `may` where they do.
//!
//! What is asked of a response is tested through every way in. `FUNCTION_APPAUTH` names another program than the one that
//! cargo builds, the one of the package for instance.
//!
//! Of the specification, these have no test here:
//! - A function should return warnings or notices at transitions. What changes is told by conditions, which are younger
//!   than that sentence, and have the time of their transition from Crossplane; what is refused is an event as well.
//! - It should use the latest SDK. It uses none: `tests/protocol.rs`, `tests/sdk.rs` and `tests/python` hold it beside
//!   them.
//! - It should fail gracefully where it needs a network and has none. It needs none.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a helper that panics fails its test")]

#[path = "../common/cases.rs"]
mod cases;
#[path = "../common/certificates.rs"]
mod certificates;
#[path = "../common/client.rs"]
mod client;
#[path = "../common/command.rs"]
mod command;
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/grpc.rs"]
mod grpc;
#[path = "../common/guest.rs"]
mod guest;

mod about_the_call;
mod desired_state;
mod package;
mod requests;
mod results;
mod server;
mod ways;

/// A test of each requirement in each way in, and the reason where the command line has no way to break or keep one.
macro_rules! requirements {
    ($($file:ident { $($name:ident $(- $reason:literal)?;)* })*) => {
        requirements!(@way in_process $($($file $name)*)*);
        requirements!(@way v1 $($($file $name)*)*);
        requirements!(@way v1beta1 $($($file $name)*)*);
        requirements!(@guest wasmtime $($($file $name)*)*);
        requirements!(@guest wazero $($($file $name)*)*);
        mod command_line {
            $($(requirements!(@command $file $name $($reason)?);)*)*
        }
    };
    (@way $way:ident $($file:ident $name:ident)*) => {
        mod $way {
            $(
                #[test]
                fn $name() {
                    crate::$file::$name(&crate::ways::$way());
                }
            )*
        }
    };
    (@guest $engine:ident $($file:ident $name:ident)*) => {
        mod $engine {
            $(
                #[test]
                #[ignore = "needs the module and the engine: make test builds them"]
                fn $name() {
                    crate::$file::$name(&crate::ways::$engine());
                }
            )*
        }
    };
    (@command $file:ident $name:ident) => {
        #[test]
        fn $name() {
            crate::$file::$name(&crate::ways::command());
        }
    };
    (@command $file:ident $name:ident $reason:literal) => {};
}

requirements! {
    about_the_call {
        must_copy_the_tag - "it has no tag";
        must_not_depend_on_the_tag - "it has no tag";
        should_set_a_ttl - "nobody keeps what it prints";
        should_set_a_ttl_by_what_it_reads - "nobody keeps what it prints";
        must_answer_an_identical_request_alike_while_its_ttl_lasts;
    }
    desired_state {
        must_pass_through_what_it_has_no_opinion_about - "nothing comes before it";
        must_propagate_the_desired_state_of_earlier_functions - "nothing comes before it";
        must_pass_the_context_on - "it has no context";
        must_not_set_spec_or_metadata_of_the_composite;
        must_not_set_the_status_of_composed_resources;
        should_not_name_composed_resources;
        should_set_external_names;
        should_not_take_a_name_that_is_desired_already - "nothing comes before it";
        should_not_take_a_name_that_is_observed_already;
        must_desire_only_what_it_wants_to_have_set;
        must_desire_again_what_it_desired_before;
        should_say_which_resources_are_ready - "it prints what Crossplane makes of that";
        should_leave_to_crossplane_whether_the_composite_is_ready - "it prints what Crossplane makes of that";
        should_set_connection_details_of_the_composite - "it has no connection details";
        should_not_set_connection_details_of_composed_resources - "it has no connection details";
        must_not_fail_for_what_is_none_of_its_business - "its files are YAML, all of it";
    }
    results {
        must_not_return_a_fatal_result_while_the_pipeline_can_go_on;
        must_return_a_fatal_result_to_end_the_pipeline;
        must_return_a_fatal_result_for_what_is_no_request - "it says that there is no file";
        must_not_return_warnings_or_notices_every_time - "it returns none; what it prints beside is advice";
        should_write_reasons_in_pascal_case;
        must_give_each_condition_a_status_and_a_reason;
        should_tell_the_claim_only_what_its_owner_understands;
        may_require_what_the_caller_can_send - "it asks nobody";
        must_settle_on_its_requirements - "it asks nobody";
        should_not_require_what_the_composition_requires - "it asks nobody";
        must_not_take_the_answer_to_another_question - "it asks nobody";
        a_secret_stands_in_connection_details_alone - "it has no connection details";
        a_secret_is_in_no_sentence_about_what_is_wrong;
    }
}
