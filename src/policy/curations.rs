//! `[[curate]]`: what the licence of something is, as long as the files that were read stay as they are.

use super::Policy;
use super::held::Held;
use super::scope::Reference;
use crate::finding::PolicyPlace;
use crate::license::Expression;
use crate::resolve::Curated;
use crate::scan::{Digest, Source};
use crate::subject::Role;

/// A curation: says what a licence is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Curation {
    /// The model or path.
    pub target: Held<Reference>,
    /// The subject's role; what the repository is there for where it is `None`.
    pub role: Option<Role>,
    /// The subject's directory.
    pub path: String,
    /// The licence.
    pub license: Held<Expression>,
    /// The files that were read. Never empty.
    pub files: Vec<Held<CuratedFile>>,
    /// Why.
    pub reason: String,
    /// Where it is said.
    pub at: PolicyPlace,
}

/// A file that a curation rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CuratedFile {
    /// Its path from the root of the target.
    pub path: String,
    /// The SHA-256 of its bytes, hexadecimal in small letters.
    pub sha256: String,
}

/// Whether a curation holds for a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing<'c> {
    /// Every file is as it was.
    Holds,
    /// A file is another one now, or is not there: the curation does nothing.
    Stale {
        /// The file.
        file: &'c Held<CuratedFile>,
        /// The SHA-256 it has now; `None` where no file of that path was read.
        found: Option<String>,
    },
}

impl Curation {
    /// Whether the curation is about a source.
    pub fn is_about(&self, source: &Source) -> bool {
        self.target.value.matches(source)
    }

    /// Whether the files are as they were. `digests` are those of the whole scan.
    pub fn standing(&self, source: usize, digests: &[Digest]) -> Standing<'_> {
        for file in &self.files {
            let now = digests.iter().find(|digest| digest.source == source && digest.path == file.value.path);
            if now.is_none_or(|now| now.sha256 != file.value.sha256) {
                return Standing::Stale { file, found: now.map(|now| now.sha256.clone()) };
            }
        }
        Standing::Holds
    }
}

impl Policy {
    /// What the curations that hold say about these sources.
    pub fn curated(&self, sources: &[Source], digests: &[Digest]) -> Vec<Curated> {
        let mut curated = Vec::new();
        for (index, source) in sources.iter().enumerate() {
            for curation in self.curations.iter().filter(|curation| curation.is_about(source)) {
                if curation.standing(index, digests) == Standing::Holds {
                    curated.push(Curated {
                        source: index,
                        role: curation.role,
                        path: curation.path.clone(),
                        license: curation.license.value.clone(),
                        files: curation.files.iter().map(|file| file.value.path.clone()).collect(),
                    });
                }
            }
        }
        curated
    }
}
