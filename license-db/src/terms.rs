//! The closed vocabulary of terms: every kind, every word that may stand in one, and what each says. The only list: the
//! build script checks the entries against it, and a test holds the table in README.md against it.

/// An enum of words, each with one sentence that is its documentation and, where a table wants it, its text.
macro_rules! closed {
    ($(#[$outer:meta])* $name:ident { $($variant:ident = $word:literal: $says:literal),+ $(,)? }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $says] $variant),+
        }

        impl $name {
            /// Every one, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// Every word, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word used in the entries and in reports.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The one of that word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }

            /// What it says, in one sentence.
            pub fn says(self) -> &'static str {
                match self { $(Self::$variant => $says.trim_ascii_start()),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

closed! {
    /// What a term is about. [`TermKind::form`] says what its value looks like, [`TermKind::fields`] which further
    /// fields it may have; any term may carry a `note`.
    TermKind {
        CommercialUse = "commercial-use": " Whether commercial use is permitted, taken as a whole.",
        InternalUse = "internal-use": " Whether an organisation may use it inside its own walls for its business.",
        ProductUse = "product-use": " Whether it may be built into a product that is sold or passed on.",
        HostedService = "hosted-service": " Whether third parties may be served with it over a network, for money or not.",
        ResearchUse = "research-use": " Whether research may use it without asking.",
        Derivatives = "derivatives": " Whether changed versions, such as fine-tunes, may be made and passed on.",
        MonthlyUsers = "monthly-users": " Above that many active users a month the permission ends, needs another licence or grows a duty.",
        DailyUsers = "daily-users": " The same, counted by active users a day.",
        AnnualRevenue = "annual-revenue": " The same, by revenue in a year, in whole units of the currency.",
        MonthlyRevenue = "monthly-revenue": " The same, by revenue in a month, in whole units of the currency.",
        TeamSize = "team-size": " The same, by the number of people, employed or under contract.",
        OtherThreshold = "other-threshold": " A limit that is none of these, in a few words.",
        ExcludedTerritory = "excluded-territory": " Places where nothing is granted: ISO 3166-1 alpha-2 codes, and EU for the European Union.",
        UseRestrictions = "use-restrictions": " Some uses are forbidden; where the list of them stands.",
        FlowDown = "flow-down": " What recipients of copies or derivatives must be bound to.",
        Copyleft = "copyleft": " Share-alike: what must be passed on under the same terms.",
        DerivativeScope = "derivative-scope": " What counts as a derivative beyond a changed copy.",
        Display = "display": " Exact words to show.",
        NamePrefix = "name-prefix": " The word that the names of derivatives must begin with, or hold where a note says so.",
        NoticeFile = "notice-file": " A notice file must be kept or added.",
        LicenseCopy = "license-copy": " A copy of the licence, or where it asks no more its address, must be passed on.",
        StateChanges = "state-changes": " Changes must be marked.",
        KeepCopyright = "keep-copyright": " Notices of copyright and origin must be kept.",
        OutputTraining = "output-training": " Whether outputs may be used to train or improve models.",
        OutputUse = "output-use": " What outputs may be used for, and whose they are.",
        Patent = "patent": " Whether patents are licensed.",
        Litigation = "litigation": " What a suit against the licensor or others does to the licence.",
        Revocation = "revocation": " Who can end the licence, and when.",
        Update = "update": " Whether the terms or the version that must be used can change afterwards.",
        RemoteRestriction = "remote-restriction": " The licensor may switch off or restrict the use from afar.",
        Registration = "registration": " A registration, a request or a form stands before the use.",
        SeparateLicense = "separate-license": " Another licence is offered for what this one forbids.",
        Jurisdiction = "jurisdiction": " The law that governs, by ISO 3166 code (ISO 3166-2 where it is a part of a country).",
        Hosting = "hosting": " How the text treats a service that third parties reach over a network.",
        Note = "note": " What fits nowhere above, in a few words.",
    }
}

closed! {
    /// An answer about a kind of use, commercial or not. The order is from best to worst.
    CommercialUse {
        Yes = "yes": " Permitted, the other terms kept.",
        Conditional = "conditional": " Permitted below a limit, after a step, in some places, or with duties that grow.",
        Unstated = "unstated": " The text was read and does not say.",
        No = "no": " Forbidden, or left to a licence that nobody is owed.",
    }
}

closed! {
    /// When a limit is compared with the numbers of an organisation.
    Measured {
        ReleaseDate = "release-date": " Once, on the day on which that version of the model was released.",
        AnyTime = "any-time": " At any time while it is used.",
    }
}

closed! {
    /// Whose users or revenue count.
    Scope {
        Group = "group": " The licensee with its affiliates.",
        Licensee = "licensee": " The licensee alone.",
        Product = "product": " The product or service that uses it.",
    }
}

closed! {
    /// What must not be in an excluded territory.
    Binds {
        Licensee = "licensee": " The licensee's home or principal place of business.",
        Use = "use": " The use, wherever the licensee sits.",
        Output = "output": " The use of outputs.",
    }
}

closed! {
    /// When words are to be shown.
    When {
        Always = "always": " Whenever it is used.",
        AboveThreshold = "above-threshold": " Above a limit of the same licence.",
        Distribution = "distribution": " When it, a derivative or a product with it is passed on or offered.",
        Derivatives = "derivatives": " When a changed version, or a model made with it, is passed on or offered.",
        NamedModels = "named-models": " When one of the models that the text names is passed on or offered.",
    }
}

closed! {
    /// Where the list of forbidden uses stands.
    UseRestrictions {
        Inline = "inline": " In the licence.",
        ByReference = "by-reference": " In another document that the licence makes part of it.",
        Both = "both": " In both.",
    }
}

closed! {
    /// What recipients must be bound to.
    FlowDown {
        Restrictions = "restrictions": " The list of forbidden uses.",
        Agreement = "agreement": " The licence itself.",
        None = "none": " Nothing; the text says so.",
    }
}

closed! {
    /// How far share-alike reaches. What sets it off is the field `trigger`.
    Reach {
        Files = "files": " The licensed files and changes to them.",
        Library = "library": " The library; what uses it must let users change the library.",
        WholeWork = "whole-work": " Every work that contains it or is based on it.",
        Derivatives = "derivatives": " Changed versions, such as adaptations of a work or fine-tunes of a model.",
        Data = "data": " The data or database and what is derived from it, results not.",
        ServiceStack = "service-stack": " Everything that is needed to run the service.",
    }
}

closed! {
    /// What sets share-alike off.
    Trigger {
        Distribution = "distribution": " Passing on copies.",
        Network = "network": " Passing on copies, or letting users reach it over a network.",
    }
}

closed! {
    /// What counts as a derivative beyond a changed copy.
    DerivativeScope {
        Distillation = "distillation": " A model distilled from it.",
        SyntheticData = "synthetic-data": " A model trained on data that it made.",
        FineTuning = "fine-tuning": " A model fine-tuned from it, said in so many words.",
        Merging = "merging": " A model merged from it and others.",
        OutputTraining = "output-training": " A model trained on its outputs.",
        Hosting = "hosting": " A service built on it.",
        WeightTransfer = "weight-transfer": " A model that took over its weights or patterns of them.",
    }
}

closed! {
    /// Whether outputs may train other models.
    OutputTraining {
        Allowed = "allowed": " Permitted in so many words.",
        Forbidden = "forbidden": " Forbidden for any other model.",
        ForbiddenLlm = "forbidden-llm": " Forbidden for other large language models.",
        ForbiddenCompeting = "forbidden-competing": " Forbidden for models that compete with the licensor's.",
        ForbiddenCommercial = "forbidden-commercial": " Forbidden for commercial models.",
        ForbiddenFoundation = "forbidden-foundation": " Forbidden for foundation models.",
        ForbiddenGenerative = "forbidden-generative": " Forbidden for generative models.",
        ForbiddenTextToImage = "forbidden-text-to-image": " Forbidden for models that make images from text.",
        ForbiddenUnlessNamed = "forbidden-unless-named": " Permitted where the new model's name or notice tells of it.",
    }
}

closed! {
    /// What outputs may be used for.
    OutputUse {
        Commercial = "commercial": " Commercially too.",
        NonCommercial = "non-commercial": " Not commercially.",
        OwnedByLicensor = "owned-by-licensor": " They belong to the licensor.",
        Unrestricted = "unrestricted": " The licence asks nothing of them, or claims no right in them.",
    }
}

closed! {
    /// Whether patents are licensed.
    Patent {
        Granted = "granted": " Licensed.",
        GrantedEndsOnSuit = "granted-ends-on-suit": " Licensed, until the licensee sues over the work.",
        NotGranted = "not-granted": " Not licensed; the text says so.",
    }
}

closed! {
    /// What a suit does.
    Litigation {
        EndsLicense = "ends-license": " The licence ends, or the part of it that the text names.",
    }
}

closed! {
    /// Who can end the licence.
    Revocation {
        AtWill = "at-will": " The licensor, with or without a reason.",
        OnBreach = "on-breach": " It ends, or the licensor may end it, when a term is broken.",
    }
}

closed! {
    /// What can change afterwards.
    Update {
        LicensorMayChange = "licensor-may-change": " The licensor may change the terms or a policy that is part of them.",
        LatestVersionRequired = "latest-version-required": " The newest version must be used, or an effort made to.",
    }
}

closed! {
    /// Who must register or ask first.
    Registration {
        Commercial = "commercial": " Whoever uses it commercially.",
        Always = "always": " Everybody.",
    }
}

closed! {
    /// How the text treats a service over a network.
    Hosting {
        Forbidden = "forbidden": " It forbids it.",
        NeedsLicense = "needs-license": " It leaves it to another licence.",
        CountsAsDistribution = "counts-as-distribution": " It counts as passing on, with all that this asks.",
    }
}

closed! {
    /// A statement that needs no word but that it is so.
    Truth {
        True = "true": " It is so.",
    }
}

/// What the value of a term looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `limit`, a whole number; no `value`.
    Limit,
    /// One of these words.
    One(&'static [&'static str]),
    /// One or more of these words.
    Several(&'static [&'static str]),
    /// ISO 3166-1 alpha-2 codes or `EU`, one or more.
    Territories,
    /// One ISO 3166 code.
    Jurisdiction,
    /// The words themselves.
    Words,
}

/// A further field of a term, and what may stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `currency`: ISO 4217; owed.
    Currency,
    /// `measured`: one of [`Measured`].
    Measured,
    /// `scope`: one of [`Scope`].
    Scope,
    /// `binds`: one of [`Binds`].
    Binds,
    /// `when`: one of [`When`]; owed.
    When,
    /// `trigger`: one of [`Trigger`]; owed.
    Trigger,
    /// `or`: exact words that serve as well.
    Or,
}

impl Field {
    /// The key in an entry.
    pub fn key(self) -> &'static str {
        match self {
            Self::Currency => "currency",
            Self::Measured => "measured",
            Self::Scope => "scope",
            Self::Binds => "binds",
            Self::When => "when",
            Self::Trigger => "trigger",
            Self::Or => "or",
        }
    }

    /// Whether a term must have it.
    pub fn is_owed(self) -> bool {
        matches!(self, Self::Currency | Self::When | Self::Trigger)
    }

    /// Its words; empty for a currency and for words of the text.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::Currency | Self::Or => &[],
            Self::Measured => Measured::WORDS,
            Self::Scope => Scope::WORDS,
            Self::Binds => Binds::WORDS,
            Self::When => When::WORDS,
            Self::Trigger => Trigger::WORDS,
        }
    }
}

impl TermKind {
    /// What its value looks like.
    pub fn form(self) -> Form {
        match self {
            Self::MonthlyUsers | Self::DailyUsers | Self::AnnualRevenue | Self::MonthlyRevenue | Self::TeamSize => {
                Form::Limit
            }
            Self::CommercialUse
            | Self::InternalUse
            | Self::ProductUse
            | Self::HostedService
            | Self::ResearchUse
            | Self::Derivatives => Form::One(CommercialUse::WORDS),
            Self::ExcludedTerritory => Form::Territories,
            Self::UseRestrictions => Form::One(UseRestrictions::WORDS),
            Self::FlowDown => Form::One(FlowDown::WORDS),
            Self::Copyleft => Form::One(Reach::WORDS),
            Self::DerivativeScope => Form::Several(DerivativeScope::WORDS),
            Self::NoticeFile
            | Self::LicenseCopy
            | Self::StateChanges
            | Self::KeepCopyright
            | Self::RemoteRestriction
            | Self::SeparateLicense => Form::One(Truth::WORDS),
            Self::OutputTraining => Form::One(OutputTraining::WORDS),
            Self::OutputUse => Form::One(OutputUse::WORDS),
            Self::Patent => Form::One(Patent::WORDS),
            Self::Litigation => Form::One(Litigation::WORDS),
            Self::Revocation => Form::One(Revocation::WORDS),
            Self::Update => Form::One(Update::WORDS),
            Self::Registration => Form::One(Registration::WORDS),
            Self::Hosting => Form::One(Hosting::WORDS),
            Self::Jurisdiction => Form::Jurisdiction,
            Self::OtherThreshold | Self::Display | Self::NamePrefix | Self::Note => Form::Words,
        }
    }

    /// The further fields it may have.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::MonthlyUsers | Self::DailyUsers | Self::TeamSize => &[Field::Measured, Field::Scope],
            Self::AnnualRevenue | Self::MonthlyRevenue => &[Field::Currency, Field::Measured, Field::Scope],
            Self::ExcludedTerritory => &[Field::Binds],
            Self::Display => &[Field::When, Field::Or],
            Self::Copyleft => &[Field::Trigger],
            _ => &[],
        }
    }

    /// Whether it answers, with one of [`CommercialUse`], whether a kind of use is permitted.
    pub fn is_permission(self) -> bool {
        self.form() == Form::One(CommercialUse::WORDS)
    }

    /// Whether it is a limit in numbers.
    pub fn is_threshold(self) -> bool {
        self.form() == Form::Limit
    }
}

/// Why a term cannot stand as it is written; `None` where it can. `values` has one word for each element of a list.
pub fn objection(kind: TermKind, values: &[&str], has_limit: bool, details: &[(&str, &str)]) -> Option<String> {
    let form = kind.form();
    if has_limit != (form == Form::Limit) {
        return Some(format!(
            "{kind} {}",
            if has_limit { "has a `limit`, and no place for one" } else { "needs a `limit`" }
        ));
    }
    if form != Form::Limit && values.iter().all(|value| value.is_empty()) {
        return Some(format!("{kind} needs a `value`"));
    }
    if !matches!(form, Form::Several(_) | Form::Territories) && values.len() > 1 {
        return Some(format!("{kind} has {} values, and room for one", values.len()));
    }
    for value in values {
        let listed = |words: &[&str]| words.contains(value);
        let is_valid = match form {
            Form::Limit => value.is_empty(),
            Form::One(words) | Form::Several(words) => listed(words),
            Form::Territories => is_code(value, 2..=2),
            Form::Jurisdiction => match value.split_once('-') {
                Some((country, part)) => is_code(country, 2..=2) && is_code(part, 1..=3),
                None => is_code(value, 2..=2),
            },
            Form::Words => true,
        };
        if !is_valid {
            return Some(format!("{kind}: {value:?} is not in the vocabulary"));
        }
    }
    let fields = kind.fields();
    for (key, word) in details.iter().filter(|(key, _)| *key != "note") {
        let Some(field) = fields.iter().find(|field| field.key() == *key) else {
            return Some(format!("{kind} has no field `{key}`"));
        };
        let is_valid = match field {
            Field::Currency => is_code(word, 3..=3),
            Field::Or => !word.is_empty(),
            _ => field.words().contains(word),
        };
        if !is_valid {
            return Some(format!("{kind}: {key} = {word:?} is not in the vocabulary"));
        }
    }
    let missing = fields.iter().find(|field| field.is_owed() && details.iter().all(|(key, _)| *key != field.key()));
    missing.map(|field| format!("{kind} needs `{}`", field.key()))
}

fn is_code(word: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back_to_its_kind() {
        for kind in TermKind::ALL {
            assert_eq!(TermKind::from_word(kind.as_str()), Some(*kind));
            assert!(kind.says().ends_with('.'), "{kind}");
        }
        assert_eq!(TermKind::ALL.len(), 35);
        assert_eq!(TermKind::from_word("commercial"), None);
    }

    #[test]
    fn a_term_that_the_vocabulary_does_not_know_is_objected_to_by_its_word() {
        let of =
            |kind, values: &[&str], has_limit, details: &[(&str, &str)]| objection(kind, values, has_limit, details);
        assert_eq!(of(TermKind::CommercialUse, &["yes"], false, &[("note", "a few words")]), None);
        assert_eq!(of(TermKind::ExcludedTerritory, &["EU", "GB"], false, &[("binds", "use")]), None);
        assert_eq!(of(TermKind::AnnualRevenue, &[], true, &[("currency", "USD"), ("scope", "group")]), None);
        let refused = |kind, values: &[&str], has_limit, details: &[(&str, &str)], word: &str| {
            let objection = objection(kind, values, has_limit, details).expect("an objection");
            assert!(objection.contains(word), "{objection}");
        };
        refused(TermKind::CommercialUse, &["maybe"], false, &[], "\"maybe\"");
        refused(TermKind::CommercialUse, &["yes", "no"], false, &[], "room for one");
        refused(TermKind::CommercialUse, &["yes"], true, &[], "no place");
        refused(TermKind::MonthlyUsers, &[], false, &[], "needs a `limit`");
        refused(TermKind::MonthlyUsers, &[], true, &[("measured", "sometimes")], "\"sometimes\"");
        refused(TermKind::MonthlyUsers, &[], true, &[("binds", "use")], "no field `binds`");
        refused(TermKind::AnnualRevenue, &[], true, &[], "needs `currency`");
        refused(TermKind::ExcludedTerritory, &["Europe"], false, &[], "\"Europe\"");
        refused(TermKind::Jurisdiction, &["California"], false, &[], "\"California\"");
        refused(TermKind::Copyleft, &["files"], false, &[], "needs `trigger`");
        refused(TermKind::Display, &[], false, &[("when", "always")], "needs a `value`");
    }
}
