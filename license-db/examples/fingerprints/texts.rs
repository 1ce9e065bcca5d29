//! The texts of model licences, from a directory with an index.

use std::path::Path;

use license_db::format::{Fingerprint, SequenceKind};
use license_db::languages::halves;
use license_db::tokens::tokenize;

use crate::pack::{Result, SourceText, fingerprint, sha256};

/// Every text that the index names, checked against its digest.
pub(crate) fn read(directory: &Path) -> Result<(Vec<Fingerprint>, Vec<SourceText>)> {
    let index = std::fs::read_to_string(directory.join("index.jsonl"))?;
    let mut rows = Vec::new();
    for line in index.lines().filter(|line| !line.trim().is_empty()) {
        let row: serde_json::Value = serde_json::from_str(line)?;
        let field = |name: &str| row.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
        let (Some(license), Some(file), Some(digest)) = (field("license"), field("file"), field("sha256")) else {
            return Err(format!("index.jsonl: a row without license, file or sha256: {line}").into());
        };
        rows.push((license, file, digest));
    }
    rows.sort();
    let (mut fingerprints, mut sources) = (Vec::new(), Vec::new());
    for (license, file, digest) in rows {
        let bytes = std::fs::read(directory.join(&file))?;
        let found = sha256(&bytes);
        if found != digest {
            return Err(format!("{file}: SHA-256 is {found}, the index says {digest}").into());
        }
        let kind =
            if license.contains("-use-policy") || license.contains("-pup-") || license.contains("usage-restrictions") {
                SequenceKind::UsePolicy
            } else {
                SequenceKind::Canonical
            };
        let text = String::from_utf8_lossy(&bytes);
        for half in halves(&text).into_iter().flatten() {
            fingerprints.push(fingerprint(kind, license.clone(), &tokenize(&half), Vec::new()));
        }
        fingerprints.push(fingerprint(kind, license, &tokenize(&text), Vec::new()));
        sources.push(SourceText { name: file, sha256: digest });
    }
    Ok((fingerprints, sources))
}
