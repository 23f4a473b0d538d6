//! A constructor for each message of `words/en.ftl`, as the build script made it.

include!(concat!(env!("OUT_DIR"), "/said.rs"));
