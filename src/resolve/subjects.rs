//! Who a statement speaks for: scopes become subjects.
//!
//! A *seat* is a directory that speaks for itself: the root, and every directory with a licence file or a card of its
//! own. What stands below a seat and is none itself (a header, a GGUF key, an adapter in `checkpoint-500/`) belongs
//! to the nearest seat above.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::{Claim, Evidence, TextKind};
use crate::license::{Classification, Outcome};
use crate::resolve::main_role;
use crate::scan::{RepositoryKind, Source};
use crate::subject::{Role, Subject};

/// Directories that hold licence texts and nothing else: what is in them is about the directory above.
const LICENSE_FOLDERS: [&str; 5] = ["LICENSES", "licenses", "model_licenses", "license", "licences"];

/// Every subject with the licence statements about it (indices of evidence, ascending).
///
/// A model repository always has weights (an adapter, where only an adapter is there), a dataset always data, also
/// when nothing is said about them. NOTICE texts become a documentation subject: they are about what others
/// contributed, so they bind and never grant.
pub(super) fn assign(
    sources: &[Source],
    evidence: &[Evidence],
    classifications: &[Option<Classification>],
) -> BTreeMap<Subject, Vec<usize>> {
    let places: Vec<Place<'_>> = evidence
        .iter()
        .enumerate()
        .filter(|(_, evidence)| evidence.at.source < sources.len())
        .map(|(index, evidence)| Place::of(index, evidence, classifications.get(index).and_then(Option::as_ref)))
        .collect();
    let mut assigned: BTreeMap<Subject, BTreeSet<usize>> = BTreeMap::new();
    for (index, source) in sources.iter().enumerate() {
        let here: Vec<&Place<'_>> = places.iter().filter(|place| place.evidence.at.source == index).collect();
        let seats = seats(&here);
        for seat in &seats {
            let at_seat: Vec<&Place<'_>> =
                here.iter().copied().filter(|place| nearest(&seats, place.directory) == seat.as_str()).collect();
            let seat_here = Seat { source, directory: seat, places: at_seat };
            for (role, statements) in seat_here.divide() {
                let subject = Subject { source: index, role, path: seat.clone() };
                assigned.entry(subject).or_default().extend(statements);
            }
        }
    }
    assigned.into_iter().map(|(subject, statements)| (subject, statements.into_iter().collect())).collect()
}

/// A piece of evidence with what decides where it belongs.
struct Place<'a> {
    index: usize,
    evidence: &'a Evidence,
    /// The directory it is about.
    directory: &'a str,
    /// Whether it says something about a licence.
    is_statement: bool,
}

impl<'a> Place<'a> {
    fn of(index: usize, evidence: &'a Evidence, classification: Option<&Classification>) -> Self {
        let says_something = evidence.claim.is_about_licenses()
            && classification.is_some_and(|classification| classification.outcome != Outcome::None);
        // A licence file that states no licence is still the place where the answer should have stood.
        let is_license_file = text_kind(evidence) == Some(TextKind::LicenseFile);
        let directory = evidence.scope.directory.trim_matches('/');
        let is_text = matches!(evidence.claim, Claim::Text { .. });
        let (above, last) = directory.rsplit_once('/').unwrap_or(("", directory));
        let directory = if is_text && LICENSE_FOLDERS.contains(&last) { above } else { directory };
        Self { index, evidence, directory, is_statement: says_something || is_license_file }
    }

    fn kind(&self) -> Option<TextKind> {
        text_kind(self.evidence)
    }

    fn is_about_one_file(&self) -> bool {
        self.evidence.scope.file.is_some()
    }

    /// Whether it gives its directory a voice of its own.
    fn makes_seat(&self) -> bool {
        if !self.is_statement || self.is_about_one_file() {
            return false;
        }
        match &self.evidence.claim {
            Claim::Text { kind, .. } => {
                matches!(kind, TextKind::LicenseFile | TextKind::GatedPrompt | TextKind::CardSection)
            }
            Claim::License(_) | Claim::LicenseName(_) | Claim::LicenseLink(_) | Claim::Expression(_) => {
                !matches!(self.evidence.scope.role, None | Some(Role::Code | Role::Documentation))
            }
            _ => false,
        }
    }

    /// The role that it names, or that the file it is about has.
    fn role(&self, source: &Source) -> Option<Role> {
        let named = self.evidence.scope.role.or_else(|| {
            let file = self.evidence.scope.file.as_deref()?;
            Some(if is_weights_file(file) { Role::Weights } else { Role::Code })
        })?;
        Some(match (source.repository_kind, named) {
            (RepositoryKind::Dataset, Role::Weights | Role::Adapter) => Role::Data,
            (RepositoryKind::Space, Role::Weights | Role::Adapter) if !self.is_about_one_file() => Role::Code,
            (_, named) => named,
        })
    }
}

/// The statements of one seat, to be divided among its subjects.
struct Seat<'a> {
    source: &'a Source,
    directory: &'a str,
    places: Vec<&'a Place<'a>>,
}

impl Seat<'_> {
    fn divide(&self) -> BTreeMap<Role, BTreeSet<usize>> {
        let mut subjects: BTreeMap<Role, BTreeSet<usize>> = BTreeMap::new();
        let main = self.main_roles();
        for role in &main {
            subjects.entry(*role).or_default();
        }
        let (mut bare_texts, mut bare_labels) = (Vec::new(), Vec::new());
        for place in self.places.iter().filter(|place| place.is_statement) {
            if place.kind() == Some(TextKind::Notice) {
                subjects.entry(Role::Documentation).or_default().insert(place.index);
                continue;
            }
            match place.role(self.source) {
                Some(role) => {
                    for role in subjects_of(role, &main) {
                        subjects.entry(role).or_default().insert(place.index);
                    }
                }
                None if place.kind().is_some() => bare_texts.push(*place),
                None => bare_labels.push(*place),
            }
        }
        self.give(&mut subjects, &bare_labels, |place| place.kind().is_none());
        self.give(&mut subjects, &bare_texts, |place| place.kind() == Some(TextKind::LicenseFile));
        subjects
    }

    /// What the seat is there for. Below the root only what is evidently there.
    fn main_roles(&self) -> BTreeSet<Role> {
        let is_root = self.directory.is_empty();
        let stands_here = |place: &&&Place<'_>| place.directory == self.directory;
        let has_adapter =
            self.places.iter().filter(stands_here).any(|place| place.role(self.source) == Some(Role::Adapter));
        let is_weights_file = |place: &&Place<'_>| {
            let file = place.evidence.scope.file.as_deref().unwrap_or_default();
            place.role(self.source) == Some(Role::Weights)
                && !file.is_empty()
                && !file.rsplit('/').next().unwrap_or(file).starts_with("adapter_")
        };
        let has_weights = self.places.iter().any(is_weights_file);
        let has_card = self.places.iter().any(|place| {
            place.makes_seat() && place.kind().is_none() && place.role(self.source) == Some(Role::Weights)
        });
        let main =
            if is_root { self.stated_by_card().unwrap_or_else(|| main_role(self.source)) } else { Role::Component };
        match (main, has_adapter, has_weights) {
            (Role::Data | Role::Code, ..) => BTreeSet::from([main]),
            (_, true, true) => BTreeSet::from([Role::Weights, Role::Adapter]),
            (_, true, false) => BTreeSet::from([Role::Adapter]),
            (_, false, true) => BTreeSet::from([Role::Weights]),
            (_, false, false) if is_root || has_card => BTreeSet::from([Role::Weights]),
            (_, false, false) => self.stated_roles(),
        }
    }

    /// What the card at the root says that the repository is, where nothing tells of parameters: a directory does not
    /// know whether it is a model, a dataset or a space.
    fn stated_by_card(&self) -> Option<Role> {
        let is_card = |place: &&&Place<'_>| {
            let name = place.evidence.at.path.to_ascii_lowercase();
            name.starts_with("readme") && place.directory.is_empty() && !place.is_about_one_file()
        };
        let role = self.places.iter().filter(is_card).find_map(|place| place.role(self.source))?;
        let tells_of_parameters =
            |place: &&Place<'_>| matches!(place.role(self.source), Some(Role::Weights | Role::Adapter));
        let is_other = matches!(role, Role::Data | Role::Code) && !self.places.iter().any(tells_of_parameters);
        is_other.then_some(role)
    }

    /// Below the root, without parameters: what the statements of the seat name, else a component. The licence
    /// section of a README alone makes no weights.
    fn stated_roles(&self) -> BTreeSet<Role> {
        let stated: BTreeSet<Role> = self
            .places
            .iter()
            .filter(|place| place.makes_seat())
            .filter_map(|place| place.role(self.source))
            .filter(|role| !matches!(role, Role::Weights | Role::Adapter))
            .collect();
        if stated.is_empty() { BTreeSet::from([Role::Component]) } else { stated }
    }

    /// Gives statements that name no role to every subject that has nothing more specific of its own; where none is
    /// left, to the code (the rest of the repository), and failing that to a component.
    fn give(
        &self,
        subjects: &mut BTreeMap<Role, BTreeSet<usize>>,
        bare: &[&Place<'_>],
        is_specific: impl Fn(&Place<'_>) -> bool,
    ) {
        if bare.is_empty() {
            return;
        }
        let main = self.main_roles();
        let mut specific = BTreeSet::new();
        for place in self.places.iter().filter(|place| place.is_statement && !place.is_about_one_file()) {
            if let Some(role) = place.role(self.source).filter(|_| is_specific(place)) {
                specific.extend(subjects_of(role, &main));
            }
        }
        let mut targets: Vec<Role> = subjects
            .keys()
            .copied()
            .filter(|role| !matches!(role, Role::Documentation) && !specific.contains(role))
            .collect();
        if targets.is_empty() {
            targets.push(if specific.contains(&Role::Code) { Role::Component } else { Role::Code });
        }
        for role in targets {
            subjects.entry(role).or_default().extend(bare.iter().map(|place| place.index));
        }
    }
}

/// The subjects that a statement about `role` is about.
fn subjects_of(role: Role, main: &BTreeSet<Role>) -> Vec<Role> {
    let parameters: Vec<Role> =
        main.iter().copied().filter(|main| matches!(main, Role::Weights | Role::Adapter)).collect();
    match role {
        // A card speaks for all parameters beside it.
        Role::Weights if !parameters.is_empty() => parameters,
        Role::Adapter if !main.contains(&Role::Adapter) && !parameters.is_empty() => parameters,
        Role::Weights | Role::Adapter | Role::Code if main.contains(&Role::Component) => {
            vec![Role::Component]
        }
        role => vec![role],
    }
}

fn text_kind(evidence: &Evidence) -> Option<TextKind> {
    match evidence.claim {
        Claim::Text { kind, .. } => Some(kind),
        _ => None,
    }
}

fn seats(places: &[&Place<'_>]) -> BTreeSet<String> {
    let own = places.iter().filter(|place| place.makes_seat()).map(|place| place.directory.to_owned());
    own.chain([String::new()]).collect()
}

/// The seat that speaks for a directory: itself or the nearest above.
fn nearest<'a>(seats: &'a BTreeSet<String>, directory: &str) -> &'a str {
    let mut directory = directory;
    loop {
        if let Some(seat) = seats.get(directory) {
            return seat;
        }
        match directory.rsplit_once('/') {
            Some((above, _)) => directory = above,
            None if directory.is_empty() => return "",
            None => directory = "",
        }
    }
}

/// Whether a file holds parameters, by its extension.
fn is_weights_file(file: &str) -> bool {
    const EXTENSIONS: [&str; 16] = [
        "safetensors",
        "gguf",
        "ggml",
        "bin",
        "pt",
        "pth",
        "ckpt",
        "onnx",
        "tflite",
        "h5",
        "keras",
        "msgpack",
        "npz",
        "mlmodel",
        "nemo",
        "llamafile",
    ];
    let extension = file.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::tests::{exact, in_directory, label, source_of, text};

    fn roles(evidence: &[Evidence]) -> Vec<(Role, String, Vec<usize>)> {
        roles_in(&source_of("org/name"), evidence)
    }

    fn roles_in(source: &Source, evidence: &[Evidence]) -> Vec<(Role, String, Vec<usize>)> {
        let classifications: Vec<_> = evidence.iter().map(|_| Some(exact("MIT"))).collect();
        assign(std::slice::from_ref(source), evidence, &classifications)
            .into_iter()
            .map(|(subject, statements)| (subject.role, subject.path, statements))
            .collect()
    }

    fn at(role: Role, path: &str, statements: &[usize]) -> (Role, String, Vec<usize>) {
        (role, path.to_owned(), statements.to_vec())
    }

    fn license_file(path: &str, role: Option<Role>) -> Evidence {
        text(path, TextKind::LicenseFile, role)
    }

    #[test]
    fn a_model_has_weights_and_a_dataset_data_when_nothing_is_said() {
        assert_eq!(roles(&[]), [at(Role::Weights, "", &[])]);
        let mut dataset = source_of("org/data");
        dataset.repository_kind = RepositoryKind::Dataset;
        let card = label("README.md", "mit", Some(Role::Weights));
        assert_eq!(roles_in(&dataset, &[card]), [at(Role::Data, "", &[0])]);
    }

    #[test]
    fn a_directory_is_what_its_card_says_that_it_is() {
        let card = label("README.md", "mit", Some(Role::Data));
        assert_eq!(roles(std::slice::from_ref(&card)), [at(Role::Data, "", &[0])]);
        let gguf = in_directory(label("model.gguf", "mit", Some(Role::Weights)), "", Some("model.gguf"));
        assert_eq!(roles(&[card, gguf]), [at(Role::Weights, "", &[1]), at(Role::Data, "", &[0])]);
    }

    #[test]
    fn a_bare_licence_speaks_for_every_root_subject() {
        let header = in_directory(text("src/a.py", TextKind::Header, Some(Role::Code)), "src", Some("src/a.py"));
        let evidence = [license_file("LICENSE", None), label("README.md", "mit", Some(Role::Weights)), header];
        assert_eq!(roles(&evidence), [at(Role::Weights, "", &[0, 1]), at(Role::Code, "", &[0, 2])]);
    }

    #[test]
    fn a_licence_for_the_model_beats_the_bare_one_which_goes_to_what_is_left() {
        let evidence = [license_file("LICENSE", None), license_file("LICENSE-MODEL", Some(Role::Weights))];
        assert_eq!(roles(&evidence), [at(Role::Weights, "", &[1]), at(Role::Code, "", &[0])]);
        let evidence = [
            license_file("LICENSE", None),
            license_file("LICENSE-CODE", Some(Role::Code)),
            license_file("LICENSE-MODEL", Some(Role::Weights)),
        ];
        let expected = [at(Role::Weights, "", &[2]), at(Role::Code, "", &[1]), at(Role::Component, "", &[0])];
        assert_eq!(roles(&evidence), expected);
        let evidence = [license_file("LICENSE", None), license_file("LICENSE-CODE", Some(Role::Code))];
        assert_eq!(roles(&evidence), [at(Role::Weights, "", &[0]), at(Role::Code, "", &[1])]);
    }

    #[test]
    fn a_nested_licence_is_a_component_and_a_licence_folder_is_not() {
        let evidence = [
            in_directory(license_file("LICENSES/MIT.txt", None), "LICENSES", None),
            in_directory(license_file("third_party/x/LICENSE", None), "third_party/x", None),
            in_directory(license_file("third_party/y/licenses/MIT", None), "third_party/y/licenses", None),
        ];
        let expected = [
            at(Role::Weights, "", &[0]),
            at(Role::Component, "third_party/x", &[1]),
            at(Role::Component, "third_party/y", &[2]),
        ];
        assert_eq!(roles(&evidence), expected);
    }

    #[test]
    fn an_adapter_alone_is_an_adapter_and_its_card_speaks_for_it() {
        let adapter = parent_in_adapter_config();
        let card = label("README.md", "mit", Some(Role::Weights));
        assert_eq!(roles(&[card.clone(), adapter.clone()]), [at(Role::Adapter, "", &[0])]);
        let weights = in_directory(label("model.gguf", "mit", Some(Role::Weights)), "", Some("model.gguf"));
        let expected = [at(Role::Weights, "", &[0, 2]), at(Role::Adapter, "", &[0, 2])];
        assert_eq!(roles(&[card, adapter, weights]), expected);
    }

    fn parent_in_adapter_config() -> Evidence {
        let mut claim = crate::resolve::tests::parent_claim(0, "org/base", crate::lineage::Relation::Adapter);
        claim.scope.role = Some(Role::Adapter);
        claim
    }

    #[test]
    fn a_notice_is_about_others_and_never_licenses_the_weights() {
        let evidence = [text("NOTICE", TextKind::Notice, None)];
        assert_eq!(roles(&evidence), [at(Role::Weights, "", &[]), at(Role::Documentation, "", &[0])]);
    }

    #[test]
    fn metadata_of_a_nested_file_belongs_to_the_nearest_seat() {
        let gguf = in_directory(label("q4/model.gguf", "mit", Some(Role::Weights)), "q4", Some("q4/model.gguf"));
        assert_eq!(roles(std::slice::from_ref(&gguf)), [at(Role::Weights, "", &[0])]);
        let license = in_directory(license_file("q4/LICENSE", None), "q4", None);
        assert_eq!(roles(&[gguf, license]), [at(Role::Weights, "", &[]), at(Role::Weights, "q4", &[0, 1])]);
    }
}
