//! Commands that begin something, apart from those that presuppose it.

/// The same variant of a command whose first variant holds another type: `first` says what becomes
/// of that one.
macro_rules! same_variant {
    ($command:expr, $name:ident:
     $first:pat => $becomes:expr;
     $($variant:ident { $($field:ident),* }),* $(,)?) => {{
        use $name::*;
        match $command {
            $first => $becomes,
            $($variant { $($field),* } => $variant { $($field),* },)*
        }
    }};
}
pub(crate) use same_variant;
