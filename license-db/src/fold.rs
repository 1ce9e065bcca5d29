// How names and URLs are compared. Shared with the build script by `include!`, so that both sides fold alike.

/// See [`crate::fold_name`].
pub(crate) fn fold_name(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for character in name.trim().chars() {
        match character {
            '"' | '\'' | '`' | ',' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' | '*' => {}
            '_' | '-' | '\u{2010}'..='\u{2015}' => push_space(&mut folded),
            character if character.is_whitespace() => push_space(&mut folded),
            character => folded.extend(character.to_lowercase()),
        }
    }
    while folded.ends_with([' ', '.']) {
        folded.pop();
    }
    // Both spellings of the word are the word.
    folded.replace("licence", "license")
}

fn push_space(folded: &mut String) {
    if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// See [`crate::fold_url`].
pub(crate) fn fold_url(url: &str) -> String {
    let url = url.trim().trim_matches(['<', '>', '"', '\'']);
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    let url = url.split(['?', '#']).next().unwrap_or(url);
    let (host, path) = url.split_once('/').unwrap_or((url, ""));
    let host = host.rsplit('@').next().unwrap_or(host).to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let is_raw = host == "raw.githubusercontent.com";
    let host = match host {
        "hf.co" => "huggingface.co",
        _ if is_raw => "github.com",
        other => other,
    };
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix(".html").unwrap_or(path);
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if matches!(host, "huggingface.co" | "github.com") && parts.len() >= 4 {
        // org/name/{blob,raw,resolve,tree}/…: one form for the same file.
        if matches!(parts.get(2), Some(&("raw" | "resolve" | "tree"))) {
            if let Some(part) = parts.get_mut(2) {
                *part = "blob";
            }
        } else if is_raw && parts.get(2) != Some(&"blob") {
            parts.insert(2, "blob");
        }
        // The head of a repository has several names.
        if parts.get(2) == Some(&"blob")
            && let Some(part) = parts.get_mut(3).filter(|part| matches!(**part, "HEAD" | "master"))
        {
            *part = "main";
        }
        if parts.get(2..5) == Some(["blob", "refs", "heads"].as_slice()) {
            parts.drain(3..5);
        }
    }
    if parts.is_empty() { host.to_owned() } else { format!("{host}/{}", parts.join("/")) }
}
