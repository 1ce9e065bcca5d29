//! Any text as a licence expression: what parses prints, and what is printed parses to the same.
#![no_main]

use licentia::license::Expression;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(expression) = Expression::parse(text) {
        let printed = expression.to_string();
        match Expression::parse(&printed) {
            Ok(again) => assert_eq!(again, expression, "{printed}"),
            Err(error) => panic!("{printed}: {error}"),
        }
    }
});
