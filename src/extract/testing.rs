//! What tests of extractors share: a stand-in for the core that reads files in memory.

use super::{Extractor, File, Interest, Out, Progress};
use crate::evidence::Claim;
use crate::gap::GapKind;
use crate::source::Entry;

/// Shows a file to an extractor as the core does. Panics where an extractor breaks its contract: asking for what it
/// has, or beyond its bound.
pub(crate) fn drive(extractor: &dyn Extractor, path: &str, bytes: &[u8]) -> Out {
    let size = bytes.len() as u64;
    let entry = Entry { path: path.to_owned(), size };
    let part = |length: u64| &bytes[..usize::try_from(length.min(size)).expect("it is in memory")];
    let show = |offset: u64, bytes: &[u8]| {
        let mut out = Out::new(extractor.name(), path);
        let progress = extractor.extract(&File { path, size, offset, bytes }, &mut out);
        (progress, out)
    };
    match extractor.interest(&entry) {
        Interest::Nothing => panic!("{} does not want {path}", extractor.name()),
        Interest::Head { first, most } => {
            let mut length = first.min(size);
            loop {
                let (progress, out) = show(0, part(length));
                let (Progress::Needs(needed) | Progress::Could(needed)) = progress else {
                    return out;
                };
                assert!(needed > length && needed <= most && needed <= size, "{needed} after {length} of {size}");
                length = needed;
            }
        }
        Interest::Tail(length) => {
            let offset = size.saturating_sub(length);
            only_once(show(offset, &bytes[usize::try_from(offset).expect("it is in memory")..]))
        }
        Interest::Whole { most } => only_once(show(0, part(most))),
    }
}

/// What an extractor could not see in a file.
pub(crate) fn gaps(extractor: &dyn Extractor, path: &str, bytes: &[u8]) -> Vec<GapKind> {
    drive(extractor, path, bytes).gaps.into_iter().map(|gap| gap.kind).collect()
}

/// Whether an extractor wants a file of that path.
pub(crate) fn wants(extractor: &dyn Extractor, path: &str) -> bool {
    extractor.interest(&Entry { path: path.to_owned(), size: 100 }) != Interest::Nothing
}

/// Evidence in one line each: claim, key, first line, role and directory.
pub(crate) fn lines(out: &Out) -> Vec<String> {
    let line = |evidence: &crate::evidence::Evidence| {
        let claim = match &evidence.claim {
            Claim::License(value) => format!("license {value}"),
            Claim::LicenseName(value) => format!("name {value}"),
            Claim::LicenseLink(value) => format!("link {value}"),
            Claim::Expression(value) => format!("expression {value}"),
            Claim::Text { kind, text } => {
                let words = out.texts.get(text).unwrap_or_default();
                format!("{} of {} bytes", kind.as_str(), words.len())
            }
            Claim::Parent { reference, relation, revision } => {
                let revision = revision.as_ref().map(|revision| format!("@{revision}")).unwrap_or_default();
                format!("{relation} {reference}{revision}")
            }
            Claim::Dataset(value) => format!("dataset {value}"),
            Claim::EuDisallowed => "eu-disallowed".to_owned(),
            Claim::Gated => "gated".to_owned(),
            Claim::Display(value) => format!("display {value}"),
            Claim::PolicyLink(value) => format!("policy-link {value}"),
            Claim::Copyright(value) => format!("copyright {value}"),
            Claim::Change(value) => format!("change {value}"),
        };
        let key = evidence.at.key.as_deref().unwrap_or("-");
        let place = evidence.at.span.map_or_else(|| key.to_owned(), |span| format!("{key}:{}", span.start_line));
        let role = evidence.scope.role.map_or("any", crate::subject::Role::as_str);
        let about = evidence.scope.file.as_deref().unwrap_or(&evidence.scope.directory);
        format!("{claim} [{place}] {role} {about}").trim_end().to_owned()
    };
    out.evidence.iter().map(line).collect()
}

fn only_once((progress, out): (Progress, Out)) -> Out {
    assert_eq!(progress, Progress::Done, "only a head can be asked for more of");
    out
}
