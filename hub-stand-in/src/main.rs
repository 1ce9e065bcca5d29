//! `hub-stand-in`: serves a fixed world until its standard input is closed.
//!
//! `hub-stand-in` prints one line of JSON, `{"endpoint": …, "cdn": …}`. Each line on its standard input is a request to
//! it and gets one line of JSON: `log` all requests so far, `push` a new commit of `acme/rocket`.
//! `hub-stand-in --world` prints what is served, with commits and digests, and ends.
#![expect(clippy::disallowed_methods, reason = "a program of its own, with arguments, input and output")]

use std::env;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use hub_stand_in::{Exchange, StandIn};
use serde_json::{Value, json};

mod world;

fn main() -> io::Result<ExitCode> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => serve().map(|()| ExitCode::SUCCESS),
        ["--world"] => print(&world::listing()).map(|()| ExitCode::SUCCESS),
        _ => {
            writeln!(io::stderr(), "hub-stand-in: takes no arguments but --world")?;
            Ok(ExitCode::from(2))
        }
    }
}

fn serve() -> io::Result<()> {
    let stand_in = StandIn::start();
    world::furnish(&stand_in);
    print(&json!({ "endpoint": stand_in.endpoint(), "cdn": stand_in.cdn() }))?;
    for line in io::stdin().lock().lines() {
        let answer = match line?.trim() {
            "log" => stand_in.log().exchanges.iter().map(shown).collect(),
            "push" => json!({ "commit": world::push(&stand_in) }),
            other => json!({ "error": format!("`{other}` is neither `log` nor `push`") }),
        };
        print(&answer)?;
    }
    Ok(())
}

fn shown(exchange: &Exchange) -> Value {
    json!({
        "origin": format!("{:?}", exchange.origin).to_ascii_lowercase(),
        "method": exchange.method,
        "target": exchange.target,
        "authorization": exchange.authorization(),
        "range": exchange.range(),
        "status": exchange.status,
        "bytes": exchange.body_bytes,
    })
}

/// Flushed, because the reader waits for the line.
fn print(value: &Value) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{value}")?;
    output.flush()
}
