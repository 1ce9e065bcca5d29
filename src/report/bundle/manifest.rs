//! `manifest.json`: what the directory holds, where each file came from, and what is missing. The types of its schema.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::rows::{Database, GapWord, RepositoryWord, RoleWord, Tool};

/// Name and version of the contract.
pub(super) const SCHEMA: &str = "licentia.bundle/1";

/// The list of a bundle.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "licentia.bundle/1")]
pub(super) struct Manifest<'a> {
    /// Name and version of this contract: `licentia.bundle/1`.
    pub(super) schema: &'static str,
    /// The program that wrote this.
    pub(super) tool: Tool<'a>,
    /// The facts about licences that it rests on.
    pub(super) database: Database<'a>,
    /// When it was made, as RFC 3339 writes it; null where nobody said.
    pub(super) created: Option<String>,
    /// What is passed on or binds it.
    pub(super) works: Vec<WorkRow<'a>>,
    /// Every file beside this one, in the order of their paths.
    pub(super) files: Vec<FileRow<'a>>,
    /// Licences whose text was not found with a work that is under them.
    pub(super) missing: Vec<MissingRow<'a>>,
    /// What could not be seen.
    pub(super) not_seen: Vec<NotSeenRow<'a>>,
    /// What works were made from and was not opened: what it asks to be passed on is not here.
    pub(super) not_opened: Vec<&'a str>,
    /// Whether something could not be seen, so that the list cannot be trusted to be whole.
    pub(super) incomplete: bool,
}

/// A model or dataset.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct WorkRow<'a> {
    pub(super) name: &'a str,
    pub(super) kind: RepositoryWord,
    pub(super) revision: Option<&'a str>,
    /// Its page on the Hub.
    pub(super) address: Option<&'a str>,
    /// Whether it was opened only because another was made from it.
    pub(super) followed: bool,
    pub(super) licenses: Vec<LicenseRow<'a>>,
    /// Lines of copyright, as they were found.
    pub(super) copyrights: Vec<&'a str>,
    /// What its licences ask to show, in words.
    pub(super) displays: Vec<&'a str>,
}

/// The licence of a part of a work.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LicenseRow<'a> {
    pub(super) role: RoleWord,
    /// Directory in the work; empty for the whole.
    pub(super) path: &'a str,
    /// SPDX expression; null where none was identified.
    pub(super) license: Option<String>,
}

/// A file.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FileRow<'a> {
    /// Slash-separated, from this directory.
    pub(super) path: String,
    /// Of its bytes, hexadecimal in small letters.
    pub(super) sha256: String,
    pub(super) bytes: usize,
    #[schemars(extend("enum" = ["license", "use-policy", "notice", "attribution"]))]
    pub(super) kind: &'static str,
    /// Whether it was found in what was scanned, is the standard text of the SPDX list, or was written for this bundle.
    #[schemars(extend("enum" = ["found", "standard", "written"]))]
    pub(super) origin: &'static str,
    /// What it was found to be, or stands for: an SPDX expression.
    pub(super) license: Option<String>,
    /// The work that it was found in, or the list that it comes from.
    pub(super) source: Option<String>,
    /// Every place where it was found.
    pub(super) found_at: Vec<FoundRow<'a>>,
    /// Whether it is, byte for byte, a file of what was scanned. What was decoded (PDF, RTF), cut out of a card or has its
    /// standard form is not.
    pub(super) verbatim: bool,
    /// Whether all of it is here; false where the file goes on behind what was read.
    pub(super) complete: bool,
}

/// A place where a file was found.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FoundRow<'a> {
    /// Position of the work among the sources: two works may have one name.
    #[serde(skip)]
    pub(super) index: usize,
    /// The work.
    pub(super) work: &'a str,
    pub(super) revision: Option<&'a str>,
    /// Path in the work.
    pub(super) path: &'a str,
    /// The metadata key that holds it.
    pub(super) key: Option<&'a str>,
}

/// A licence whose text was not found with a work.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MissingRow<'a> {
    /// Positions of the works, in the order in which they are attributed.
    #[serde(skip)]
    pub(super) works: Vec<usize>,
    /// Identifier of a licence or an exception.
    pub(super) license: &'a str,
    pub(super) name: &'a str,
    /// Works that are under it and came without its text.
    pub(super) used_by: Vec<&'a str>,
    /// Where the text stands on the web.
    pub(super) addresses: Vec<String>,
    /// The file of this bundle that stands in; null where there is none.
    pub(super) path: Option<String>,
    /// What stands in: a text that was found with another work, or the standard text, in which holder and years are not
    /// filled in; null where nothing does.
    #[schemars(extend("enum" = ["found", "standard", null]))]
    pub(super) origin: Option<&'static str>,
}

/// What could not be seen.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct NotSeenRow<'a> {
    pub(super) kind: GapWord,
    pub(super) target: &'a str,
    pub(super) path: &'a str,
    pub(super) detail: &'a str,
}
