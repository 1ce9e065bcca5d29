//! Terms that one sentence states by itself: what the licensor keeps, gives and may take back. The rules are those of
//! `duties`.

use license_db::TermKind;

use super::duties::{DUTY, Rule};
use super::lexicon::LAWS;
use super::passage::Run;
use super::pattern::{find_any, has, has_any, patterns};

/// The rules, by kind.
pub(super) const RULES: [Rule; 19] = [
    Rule {
        kind: TermKind::Patent,
        value: "granted",
        groups: &[
            patterns![
                "patent|patents license|licence|licenses",
                "license|licence|rights ..24 patent|patents",
                "patent claims"
            ],
            patterns!["grant|grants|granted|hereby|licenses"],
        ],
        unless: patterns!["no|not ..12 patent|patents", "terminat*", "litigation", "reserved"],
    },
    Rule {
        kind: TermKind::Patent,
        value: "not-granted",
        groups: &[patterns![
            "no|not|nor|neither|without|excluding|excludes ..14 patent|patents ..8 granted|license|licence|rights|licensed|right|grant",
            "no ..4 license|licence|licenses|rights ..20 patent|patents",
            "patent ..4 rights are? not|reserved",
        ]],
        unless: patterns!["litigation", "infringe*", "counterclaim", "no charge", "grants|granted you|to", "embodied"],
    },
    Rule {
        kind: TermKind::Patent,
        value: "not-granted",
        groups: &[patterns![
            "no ..8 other|express|implied ..12 rights|licenses|license ..20 patent|patents",
            "no ..6 patent"
        ]],
        unless: patterns!["litigation", "counterclaim", "no charge", "hereby grants|granted", "embodied"],
    },
    Rule {
        kind: TermKind::Patent,
        value: "granted",
        groups: &[
            patterns!["patent"],
            patterns!["make have made", "use sell", "offer to? sell", "import"],
            patterns!["license|licence"],
        ],
        unless: patterns!["no|not ..8 patent", "litigation terminat*"],
    },
    Rule {
        kind: TermKind::Litigation,
        value: "ends-license",
        groups: &[
            patterns!["litigation|lawsuit|suit|proceeding|proceedings|claim|claims|action|sue|sues"],
            patterns!["infring*|patent|patents|intellectual"],
            patterns!["terminate|terminates|terminated|termination|cease|ceases|end|ends|expire|revoked"],
            patterns![
                "institute|institutes|initiate|initiates|bring|brings|file|files|commence|commences|assert|asserts|sue|sues|make|begin|begins|allege|alleges|alleging|filed|threaten|threatens",
            ],
        ],
        unless: &[],
    },
    Rule {
        kind: TermKind::Revocation,
        value: "on-breach",
        groups: &[
            patterns!["terminate|terminates|terminated|terminating|termination|revoke|revoked|void|cease|ends|expire"],
            patterns![
                "breach|breaches|breached|noncompliance|violate|violates|violation|default",
                "fail|fails|failed|failure|not to? ..2 comply|compliance|accordance",
                "not comply",
            ],
        ],
        unless: patterns!["arbitrat*|dispute|disputes", "assign|assignment", "remedies", "litigation", "liable"],
    },
    Rule {
        kind: TermKind::Revocation,
        value: "at-will",
        groups: &[
            patterns![
                "terminate|revoke|suspend|withdraw|terminated|revoked|discontinue|termination|cancel|terminable|revocable",
            ],
            patterns![
                "any time|reason",
                "sole|own|absolute|its discretion",
                "for convenience",
                "without cause|reason|notice",
                "with|without or? _? cause",
                "days|day ..3 notice",
                "upon ..3 notice to",
            ],
        ],
        unless: patterns![
            "you|licensee|user|recipient may ..3 terminate",
            "irrevocabl*",
            "uncured|cure",
            "fail*|breach*|violat*|comply",
        ],
    },
    Rule {
        kind: TermKind::Revocation,
        value: "on-breach",
        groups: &[
            patterns!["terminate|terminates|terminated|void automatically|immediately|upon|if"],
            patterns!["comply|breach|violat*|noncompliance|term"],
        ],
        unless: patterns![
            "arbitrat*|dispute|disputes",
            "assign|assignment",
            "remedies",
            "litigation",
            "any time|reason",
            "survive*",
            "liable",
        ],
    },
    Rule {
        kind: TermKind::Revocation,
        value: "at-will",
        groups: &[patterns!["license|licence|grant ..12 revocable", "revocable ..12 license|licence"]],
        unless: patterns!["irrevocabl*"],
    },
    Rule {
        kind: TermKind::Update,
        value: "licensor-may-change",
        groups: &[patterns![
            "may|reserve|reserves|right|can|time ..10 update|updates|modify|change|revise|amend|publish|amended|updated|modified|revised ..14 license|licence|agreement|terms|policy|version|versions",
            "license|licence|agreement|terms|policy|restrictions|guidelines ..8 may|can ..4 updated|modified|changed|revised|amended|update",
            "revised|new|updated|future versions|version ..14 license|licence|agreement|terms|policy",
            "reserves|reserve ..3 right to ..3 update|modify|change|revise|amend",
        ]],
        unless: patterns![
            "you may|can|shall ..3 modify|add|change|publish|provide|create",
            "gives|give you",
            "derivative* ..4 means",
            "work|works|software|model as modified",
            "your modifications|derivative*",
            "writing ..4 signed|both",
        ],
    },
    Rule {
        kind: TermKind::Update,
        value: "latest-version-required",
        groups: &[
            patterns![
                "use|update|upgrade ..6 latest|newest|current|updated version",
                "reasonable efforts|effort ..6 latest|version",
                "latest version ..6 use|used|model",
            ],
            DUTY,
        ],
        unless: &[],
    },
    Rule {
        kind: TermKind::RemoteRestriction,
        value: "true",
        groups: &[patterns![
            "restrict|disable|suspend|limit|block ..4 remotely",
            "remotely ..6 restrict|disable|terminate|suspend|limit",
            "remotely or otherwise",
        ]],
        unless: &[],
    },
    Rule {
        kind: TermKind::RemoteRestriction,
        value: "true",
        groups: &[
            patterns!["right to restrict|disable|suspend|limit"],
            patterns!["usage|use|access ..6 model|models|software|work"],
            patterns!["remote*|violation"],
        ],
        unless: &[],
    },
    Rule {
        kind: TermKind::SeparateLicense,
        value: "true",
        groups: &[
            patterns![
                "separate|different|another|additional|commercial|enterprise|paid|alternative|dedicated ..3 license|licence|licensing|agreement|licenses",
                "request|obtain|acquire|purchase|seek|apply ..4 license|licence|authorization|permission|authorisation",
                "license|licence|permission|authorization ..3 from",
            ],
            patterns![
                "contact|request|obtain|obtains|acquire|purchase|enter|require|required|requires|available|apply|seek|email|must|visit|see|inquir*",
            ],
        ],
        unless: patterns![
            "third party|parties ..6 license",
            "separate license|licence|agreement ..6 executed with licensor regarding",
            "trademark*|trade",
            "separate written agreement",
        ],
    },
    Rule {
        kind: TermKind::SeparateLicense,
        value: "true",
        groups: &[patterns![
            "must|shall|should|need|required|please ..3 request|obtain|acquire|contact|purchase ..8 license|licence|permission|authorization|authorisation|us|licensor|agreement",
            "contact ..20 license|licence|licensing|permission|commercial|authorization",
            "grant ..4 sole discretion",
            "wish|want|interested|like|would ..24 contact",
        ]],
        unless: patterns!["third party license|licenses", "questions|report", "trademark*", "export"],
    },
    Rule {
        kind: TermKind::Hosting,
        value: "counts-as-distribution",
        groups: &[
            patterns![
                "distribut*|distribution ..30 mean|means|includes|including|include|defined",
                "third parties|party|provide|providing|making|make|made|sharing|share|available|distribut* ..20 hosted|api|remote|cloud|service|web",
            ],
            patterns![
                "hosted|hosting service|services|the|on|of",
                "via ..4 api|apis|web",
                "api|apis or|and? ..2 web|access",
                "over ..3 network|internet",
                "as a? service",
                "remote|web|cloud based? access|api|service|services",
                "electronic or|and remote",
            ],
            patterns!["distribut*"],
        ],
        unless: patterns!["without ..12 permission|license", "encourag*", "commercial purpose"],
    },
    Rule {
        kind: TermKind::Hosting,
        value: "forbidden",
        groups: &[
            patterns!["not|cannot|never|prohibited|forbidden|no ..30 hosted|hosting|api|apis|service|services|managed"],
            patterns![
                "offer|provide|offering|providing|host|hosting|make|run|sell|use|distribute ..20 hosted|managed|cloud ..4 service*",
                "offer|provide|providing|host ..14 as a service",
                "hosting|hosted use|service ..6 prohibited|forbidden|not",
                "api|apis ..4 third part*",
            ],
        ],
        unless: patterns![
            "counts|means|includ* ..20 hosted",
            "separate|commercial ..4 license|agreement",
            "limited",
            "need|needed|apply|applies",
            "liable|warrant*",
        ],
    },
    Rule {
        kind: TermKind::Hosting,
        value: "needs-license",
        groups: &[
            patterns!["hosted|hosting|service|api|apis|saas|maas"],
            patterns![
                "hosting use|the|service",
                "hosted service*",
                "as a service",
                "service provider|providers",
                "api|apis"
            ],
            patterns![
                "separate|commercial|different|additional|written ..4 license|licence|agreement|permission|terms",
                "must|shall|required|require|requires ..8 license|licence|permission|agreement|authorization",
                "request|obtain ..4 license|licence",
            ],
        ],
        unless: patterns!["distribut* means", "choose|encourag*"],
    },
    Rule {
        kind: TermKind::Hosting,
        value: "counts-as-distribution",
        groups: &[
            patterns![
                "hosted service",
                "hosting",
                "api|apis",
                "software as a service",
                "remote access",
                "network access"
            ],
            patterns!["distribution|distribute|distributing|distributed"],
            patterns!["means|mean|includes|including|include|considered|deemed|constitutes|defined"],
        ],
        unless: &[],
    },
];

/// The code of the law or courts that a sentence names.
pub(super) fn jurisdiction(words: Run<'_, '_>) -> Option<&'static str> {
    let about = patterns![
        "governed ..8 law|laws",
        "law|laws ..16 govern|governs|apply|applies|applicable",
        "construed|interpreted ..10 law|laws",
        "courts|court|venue|jurisdiction of|in|located|for|shall",
        "subject to ..3 laws|law|jurisdiction",
    ];
    let found = find_any(words, 0, about)?;
    if has_any(words, patterns!["government", "export", "consumer ..10 residence"])
        && !has_any(words, patterns!["governed by"])
    {
        return None;
    }
    let tail = words.from(found.start);
    LAWS.iter().find(|(pattern, _)| has(tail, pattern)).map(|(_, code)| *code)
}
