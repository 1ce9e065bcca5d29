//! Terms that one sentence states by itself: duties, patents, ends of the licence, updates, law.
//!
//! A rule holds where each of its groups has a pattern in the sentence (with the words that govern it) and none of
//! `unless` has.

use license_db::TermKind;

use super::lexicon::LAWS;
use super::pattern::{find, find_any, has_any};
use super::words::Word;

/// A kind and value, and the language that states it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) kind: TermKind,
    pub(super) value: &'static str,
    groups: &'static [&'static [&'static str]],
    unless: &'static [&'static str],
}

const DUTY: &[&str] =
    &["must|shall|agree|agrees|will|required|requires|provided|conditions|condition|need|responsible|obligated|comply"];
const DENIED: &[&str] =
    &["not|cannot|never|no|prohibited|forbidden|neither|nor|refrain|unauthorized|prohibits|restrictions|disallowed"];

/// All rules, by kind.
pub(super) const RULES: [Rule; 45] = [
    Rule {
        kind: TermKind::LicenseCopy,
        value: "true",
        groups: &[
            DUTY,
            &[
                "copy|copies|text|version ..4 this|the|these|such ..2 license|licence|agreement|terms|policy",
                "this|above permission notice",
                "include|provide|retain ..4 license|licence text|file",
            ],
        ],
        unless: &["retain a copy for|of your", "destroy|delete"],
    },
    Rule {
        kind: TermKind::StateChanges,
        value: "true",
        groups: &[&[
            "notice|notices|statement|indicate|indicating|state|stating|mark|marked|note|disclose|identify|describe ..8 modified|changed|changes|modifications|altered|modification|modify|change",
        ]],
        unless: &["licensor may|reserves", "update* ..6 agreement|terms"],
    },
    Rule {
        kind: TermKind::KeepCopyright,
        value: "true",
        groups: &[&[
            "retain|keep|reproduce|preserve|maintain|include|included|intact|retained|reproduced ..10 copyright|attribution|proprietary|patent ..6 notice|notices",
            "above copyright notice",
            "copyright notice|notices ..14 retain|retained|included|reproduced|preserved",
            "remove|alter|obscure|delete ..8 copyright|proprietary ..8 notice|notices",
        ]],
        unless: &["text file"],
    },
    Rule {
        kind: TermKind::NoticeFile,
        value: "true",
        groups: &[&[
            "notice|notices|attribution text? file",
            "text file ..6 notice|distributed",
            "file named ..2 notice",
            "following ..3 notice|attribution|statement ..14 file|copies|documentation",
            "following ..4 notice|attribution ..2 within",
        ]],
        unless: &[],
    },
    Rule {
        kind: TermKind::FlowDown,
        value: "restrictions",
        groups: &[&[
            "use? limitation|limitations|restriction|restrictions ..24 continue|continues ..2 apply",
            "use based|use? restrictions|provisions|limitations ..24 enforceable",
            "enforceable ..24 restrictions|provision",
            "restrictions|limitations|policy ..16 pass|passed|flow|impose|imposed|bind|binding ..12 recipients|users|third|downstream",
            "third|recipients|users|downstream ..10 comply|bound|subject ..10 restrictions|policy|prohibited",
        ]],
        unless: &["invalid|severab*|replaced"],
    },
    Rule {
        kind: TermKind::FlowDown,
        value: "agreement",
        groups: &[
            &["distribut*|redistribut*|sublicens*|transfer|convey|available|provide|share"],
            &[
                "under|pursuant|subject|bound|accordance|accept|agree|agrees|abide ..5 this|these|same ..2 license|licence|agreement|terms",
                "third|recipients|recipient ..8 bound|subject|agree|agrees|comply ..8 this|these|license|agreement|terms",
                "terms ..6 restrictive|protective than",
            ],
            &[
                "recipient|recipients|third|sublicensee|sublicensees|transferee|they|anyone|others|users|person|only|solely",
            ],
            DUTY,
        ],
        unless: &[
            "grants|granted|granting|grant ..2 you|a",
            "governed by",
            "terminat*",
            "responsible|assume",
            "by ..2 accessing|using|clicking|downloading",
            "exceeds|revenue|revenues",
            "you may use",
        ],
    },
    Rule {
        kind: TermKind::DerivativeScope,
        value: "distillation",
        groups: &[
            &[
                "derivative|derivatives|derived|modifications|adapted ..24 mean|means|includes|including|includ*|include|defined",
            ],
            &["distill*|distillation|transfer ..4 patterns|knowledge", "transfer of patterns"],
        ],
        unless: &[],
    },
    Rule {
        kind: TermKind::DerivativeScope,
        value: "synthetic-data",
        groups: &[
            &[
                "derivative|derivatives|derived|modifications|adapted ..24 mean|means|includes|including|include|defined",
            ],
            &["synthetic data|outputs", "intermediate data", "data generation methods"],
        ],
        unless: &[],
    },
    Rule {
        kind: TermKind::OutputTraining,
        value: "forbidden",
        groups: &[
            DENIED,
            &[
                "output|outputs|results|generated|outcome|outcomes|synthetic|generations ..30 train|improve|develop|create|creating|distill|training|improving|developing|enhance|tune",
                "train|improve|improving|training|distill|develop|enhance|create|creating ..16 model|models|llm|algorithms ..24 output|outputs|results",
            ],
            &["model|models|llm|llms|ai|system|systems|algorithm"],
        ],
        unless: &[
            "not limited ..20 train",
            "own|owns|ownership|claim",
            "derivative|derivatives means",
            "liable|warrant*",
        ],
    },
    Rule {
        kind: TermKind::OutputTraining,
        value: "forbidden-unless-named",
        groups: &[
            &["output|outputs|results ..20 train|create|improve|tune"],
            &["name|named|names"],
            DUTY,
            &["beginning|prefix|start|include"],
        ],
        unless: &[],
    },
    Rule {
        kind: TermKind::OutputTraining,
        value: "allowed",
        groups: &[&["may|can|permitted|allowed|free ..20 output|outputs|results ..20 train|improve|develop|distill"]],
        unless: DENIED,
    },
    Rule {
        kind: TermKind::OutputUse,
        value: "unrestricted",
        groups: &[&[
            "no|not|any ..8 restriction|restrictions|obligations|conditions|limitations|requirements ..12 output|outputs|results",
            "output|outputs ..10 without restriction|restrictions|limitation",
        ]],
        unless: &["violat*", "comply"],
    },
    Rule {
        kind: TermKind::OutputUse,
        value: "owned-by-licensor",
        groups: &[&[
            "output|outputs ..16 owned|belong|belongs|property|vest|vests ..6 licensor|us|company",
            "licensor|company|we ..6 own|owns|retain|retains|ownership ..8 output|outputs",
        ]],
        unless: DENIED,
    },
    Rule {
        kind: TermKind::Patent,
        value: "granted",
        groups: &[
            &["patent|patents license|licence|licenses", "license|licence|rights ..24 patent|patents", "patent claims"],
            &["grant|grants|granted|hereby|licenses"],
        ],
        unless: &["no|not ..12 patent|patents", "terminat*", "litigation", "reserved"],
    },
    Rule {
        kind: TermKind::Patent,
        value: "not-granted",
        groups: &[&[
            "no|not|nor|neither|without|excluding|excludes ..14 patent|patents ..8 granted|license|licence|rights|licensed|right|grant",
            "no ..4 license|licence|licenses|rights ..20 patent|patents",
            "patent ..4 rights are? not|reserved",
        ]],
        unless: &["litigation", "infringe*", "counterclaim", "no charge", "grants|granted you|to", "embodied"],
    },
    Rule {
        kind: TermKind::Litigation,
        value: "ends-license",
        groups: &[
            &["litigation|lawsuit|suit|proceeding|proceedings|claim|claims|action|sue|sues"],
            &["infring*|patent|patents|intellectual"],
            &["terminate|terminates|terminated|termination|cease|ceases|end|ends|expire|revoked"],
            &[
                "institute|institutes|initiate|initiates|bring|brings|file|files|commence|commences|assert|asserts|sue|sues|make|begin|begins|allege|alleges|alleging|filed|threaten|threatens",
            ],
        ],
        unless: &[],
    },
    Rule {
        kind: TermKind::Revocation,
        value: "on-breach",
        groups: &[
            &["terminate|terminates|terminated|terminating|termination|revoke|revoked|void|cease|ends|expire"],
            &[
                "breach|breaches|breached|noncompliance|violate|violates|violation|default",
                "fail|fails|failed|failure|not to? ..2 comply|compliance|accordance",
                "not comply",
            ],
        ],
        unless: &["arbitrat*|dispute|disputes", "assign|assignment", "remedies", "litigation", "liable"],
    },
    Rule {
        kind: TermKind::Revocation,
        value: "at-will",
        groups: &[
            &[
                "terminate|revoke|suspend|withdraw|terminated|revoked|discontinue|termination|cancel|terminable|revocable",
            ],
            &[
                "any time|reason",
                "sole|own|absolute|its discretion",
                "for convenience",
                "without cause|reason|notice",
                "with|without or? _? cause",
                "days|day ..3 notice",
                "upon ..3 notice to",
            ],
        ],
        unless: &[
            "you|licensee|user|recipient may ..3 terminate",
            "irrevocabl*",
            "uncured|cure",
            "fail*|breach*|violat*|comply",
        ],
    },
    Rule {
        kind: TermKind::Update,
        value: "licensor-may-change",
        groups: &[&[
            "may|reserve|reserves|right|can|time ..10 update|updates|modify|change|revise|amend|publish|amended|updated|modified|revised ..14 license|licence|agreement|terms|policy|version|versions",
            "license|licence|agreement|terms|policy|restrictions|guidelines ..8 may|can ..4 updated|modified|changed|revised|amended|update",
            "revised|new|updated|future versions|version ..14 license|licence|agreement|terms|policy",
            "reserves|reserve ..3 right to ..3 update|modify|change|revise|amend",
        ]],
        unless: &[
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
            &[
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
        groups: &[&[
            "restrict|disable|suspend|limit|block ..4 remotely",
            "remotely ..6 restrict|disable|terminate|suspend|limit",
            "remotely or otherwise",
        ]],
        unless: &[],
    },
    Rule {
        kind: TermKind::SeparateLicense,
        value: "true",
        groups: &[
            &[
                "separate|different|another|additional|commercial|enterprise|paid|alternative|dedicated ..3 license|licence|licensing|agreement|licenses",
                "request|obtain|acquire|purchase|seek|apply ..4 license|licence|authorization|permission|authorisation",
                "license|licence|permission|authorization ..3 from",
            ],
            &[
                "contact|request|obtain|obtains|acquire|purchase|enter|require|required|requires|available|apply|seek|email|must|visit|see|inquir*",
            ],
        ],
        unless: &[
            "third party|parties ..6 license",
            "separate license|licence|agreement ..6 executed with licensor regarding",
            "trademark*|trade",
            "separate written agreement",
        ],
    },
    Rule {
        kind: TermKind::Hosting,
        value: "counts-as-distribution",
        groups: &[
            &[
                "distribut*|distribution ..30 mean|means|includes|including|include|defined",
                "third parties|party|provide|providing|making|make|made|sharing|share|available|distribut* ..20 hosted|api|remote|cloud|service|web",
            ],
            &[
                "hosted|hosting service|services|the|on|of",
                "via ..4 api|apis|web",
                "api|apis or|and? ..2 web|access",
                "over ..3 network|internet",
                "as a? service",
                "remote|web|cloud based? access|api|service|services",
                "electronic or|and remote",
            ],
            &["distribut*"],
        ],
        unless: &["without ..12 permission|license", "encourag*", "commercial purpose"],
    },
    Rule {
        kind: TermKind::Hosting,
        value: "forbidden",
        groups: &[
            &["not|cannot|never|prohibited|forbidden|no ..30 hosted|hosting|api|apis|service|services|managed"],
            &[
                "offer|provide|offering|providing|host|hosting|make|run|sell|use|distribute ..20 hosted|managed|cloud ..4 service*",
                "offer|provide|providing|host ..14 as a service",
                "hosting|hosted use|service ..6 prohibited|forbidden|not",
                "api|apis ..4 third part*",
            ],
        ],
        unless: &[
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
            &["hosted|hosting|service|api|apis|saas|maas"],
            &["hosting use|the|service", "hosted service*", "as a service", "service provider|providers", "api|apis"],
            &[
                "separate|commercial|different|additional|written ..4 license|licence|agreement|permission|terms",
                "must|shall|required|require|requires ..8 license|licence|permission|agreement|authorization",
                "request|obtain ..4 license|licence",
            ],
        ],
        unless: &["distribut* means", "choose|encourag*"],
    },
    Rule {
        kind: TermKind::Registration,
        value: "commercial",
        groups: &[
            &[
                "register|registers|registering|registration|registered|questionnaire",
                "fill|complete|submit ..8 form|questionnaire",
            ],
            &["commercial*|business"],
            &["must|shall|should|need|needs|required|may|will|deemed|after|upon|first|please"],
        ],
        unless: &["trademark*", "registered ..2 mark|marks|office|trademark", "paris|seat"],
    },
    Rule {
        kind: TermKind::UseRestrictions,
        value: "by-reference",
        groups: &[
            &[
                "acceptable|prohibited|permitted|responsible|usage use? policy|guidelines",
                "use|usage|content policy|policies",
                "use guidelines|restrictions policy",
            ],
            &[
                "comply|adhere|incorporated|subject|accordance|must|shall|available|abide|violat*|found|agree|compliance|follow|conflict*",
            ],
        ],
        unless: &["privacy policy"],
    },
    Rule {
        kind: TermKind::UseRestrictions,
        value: "inline",
        groups: &[
            DENIED,
            &[
                "use|used|using|uses|generate|engage|promote|purposes ..40 illegal|unlawful|harm|harming|minors|children|discriminat*|military|weapons|weapon|disinformation|misinformation|harass|harassment|surveillance|terrorism|violence|defame|defamatory|exploiting|exploitation|fraud",
                "violat* ..14 law|laws|regulation|regulations",
                "exploit|exploiting|harm|harming ..8 minors|children",
                "military|nuclear|weapons|warfare|surveillance",
                "defame|disparage|harass|stalk|bully",
                "false|misleading ..6 information|content",
                "discriminat* ..6 individuals|groups|against",
                "personally|personal identifiable|identifiable|identifying information",
                "medical advice|diagnosis",
                "administration of justice",
            ],
        ],
        unless: &[
            "liable|liability",
            "export|sanction*|embargo*",
            "trademark*",
            "warrant*",
            "terminat*",
            "patent|patents",
            "infringe|infringes|infringement any",
        ],
    },
    Rule {
        kind: TermKind::Copyleft,
        value: "distribution",
        groups: &[
            &["must|shall|required|provided|only if|under|when|may"],
            &[
                "derivative|derivatives|adaptation|adaptations|modifications|modified|adapted|whole|entire|based ..14 licensed|released|distributed|provided|shared|published|available|license ..5 under ..2 this|same|identical|terms ..4 license|licence",
                "under|license|terms ..3 the? same ..1 license|licence|terms|conditions ..2 as? ..2 this?",
                "license|cause|licensed ..6 as a whole ..14 under ..3 this license|licence",
                "share|sharing alike",
                "under this license|licence ..4 or ..2 another|later|compatible ..2 license|licence",
            ],
            &[
                "derivative|derivatives|adaptation|adaptations|modifications|modified|modify|whole|entire|based|copies|covered|work|works|software|material|program|models",
            ],
        ],
        unless: &[
            "different|additional",
            "grants|granted|grant",
            "contribution|contributions|contributor",
            "terminat*",
            "trademark*",
            "responsible",
            "assume|risks|risk",
            "rights under this license",
            "permissions under this license",
            "liab*",
            "warrant*",
            "fork",
        ],
    },
    Rule {
        kind: TermKind::Copyleft,
        value: "network",
        groups: &[
            &[
                "network|remotely|remote|hosted|server|internet|service ..24 source|corresponding|same|weights",
                "source|modified ..30 network|remotely|server|internet",
            ],
            &["users|user|interact|interacting|access|public|available"],
            &["must|shall|offer|prominently|require*"],
            &["modified|modify|derivative*|source"],
        ],
        unless: &["means|includ* ..12 network", "liable", "warrant*"],
    },
    // The same words said with other verbs.
    Rule {
        kind: TermKind::LicenseCopy,
        value: "true",
        groups: &[
            &[
                "give|provide|deliver|include|accompany|accompanied|supply|attach|furnish|transmit|enclose|with ..16 copy ..3 license|licence|agreement|terms",
            ],
            &["recipient|recipients|third|distribut*|redistribut*|any|copies|all|each"],
        ],
        unless: &["destroy|delete"],
    },
    Rule {
        kind: TermKind::Revocation,
        value: "on-breach",
        groups: &[
            &["terminate|terminates|terminated|void automatically|immediately|upon|if"],
            &["comply|breach|violat*|noncompliance|term"],
        ],
        unless: &[
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
        groups: &[&["license|licence|grant ..12 revocable", "revocable ..12 license|licence"]],
        unless: &["irrevocabl*"],
    },
    Rule {
        kind: TermKind::StateChanges,
        value: "true",
        groups: &[
            &[
                "modified|changed|altered files ..8 carry|notices|notice",
                "prominent|clear|conspicuous notices|notice|statement",
            ],
            &["modif*|chang*|alter*"],
        ],
        unless: &[],
    },
    Rule {
        kind: TermKind::SeparateLicense,
        value: "true",
        groups: &[&[
            "must|shall|should|need|required|please ..3 request|obtain|acquire|contact|purchase ..8 license|licence|permission|authorization|authorisation|us|licensor|agreement",
            "contact ..20 license|licence|licensing|permission|commercial|authorization",
            "grant ..4 sole discretion",
            "wish|want|interested|like|would ..24 contact",
        ]],
        unless: &["third party license|licenses", "questions|report", "trademark*", "export"],
    },
    Rule {
        kind: TermKind::KeepCopyright,
        value: "true",
        groups: &[
            &["above copyright", "copyright notice|notices", "attribution notice|notices", "proprietary notices"],
            &["retain|keep|preserve|maintain|included|include|reproduce|intact|remain|remove"],
            &["must|shall|provided|will|agree|not|conditions|distribut*|redistribut*|copies"],
        ],
        unless: &["text file"],
    },
    Rule {
        kind: TermKind::NoticeFile,
        value: "true",
        groups: &[
            &["notice"],
            &["text|following|attribution"],
            &["file|files"],
            &["must|shall|retain|include|conditions|will"],
        ],
        unless: &["disclaimer|warrant*"],
    },
    Rule {
        kind: TermKind::DerivativeScope,
        value: "merging",
        groups: &[
            &["derivative|derivatives|derived ..30 mean|means|includes|including|include|defined"],
            &["merge|merged|merging|merges"],
        ],
        unless: &[],
    },
    Rule {
        kind: TermKind::DerivativeScope,
        value: "output-training",
        groups: &[
            &["derivative|derivatives ..16 mean|means|includes|including|include|defined"],
            &["train*|trained|training ..20 output|outputs|results", "output|outputs|results ..20 train*|trained"],
        ],
        unless: &["distill*|synthetic"],
    },
    Rule {
        kind: TermKind::Patent,
        value: "not-granted",
        groups: &[&["no ..8 other|express|implied ..12 rights|licenses|license ..20 patent|patents", "no ..6 patent"]],
        unless: &["litigation", "counterclaim", "no charge", "hereby grants|granted", "embodied"],
    },
    Rule {
        kind: TermKind::Hosting,
        value: "counts-as-distribution",
        groups: &[
            &["hosted service", "hosting", "api|apis", "software as a service", "remote access", "network access"],
            &["distribution|distribute|distributing|distributed"],
            &["means|mean|includes|including|include|considered|deemed|constitutes|defined"],
        ],
        unless: &[],
    },
    Rule {
        kind: TermKind::FlowDown,
        value: "agreement",
        groups: &[
            &["sublicens*|distribut*|transfer*|provide|share|available"],
            &[
                "at least as protective|restrictive",
                "no less restrictive|protective",
                "bound by ..4 terms|license|agreement",
                "same terms",
                "terms ..3 this|of ..2 agreement|license",
            ],
            &["must|shall|ensure|only|require|agree|provided"],
            &["recipient*|third|sublicensee*|transferee*|downstream|users|derivative*"],
        ],
        unless: &[
            "grants|granted|grant ..2 you|a",
            "terminat*",
            "governed",
            "responsible|assume",
            "by ..2 accessing|using|clicking",
            "revenue|revenues",
        ],
    },
    Rule {
        kind: TermKind::Registration,
        value: "always",
        groups: &[&["must|shall|required|need ..4 register"], &["download|use|access|before|prior"]],
        unless: &["commercial*|business", "trademark*"],
    },
    Rule {
        kind: TermKind::RemoteRestriction,
        value: "true",
        groups: &[
            &["right to restrict|disable|suspend|limit"],
            &["usage|use|access ..6 model|models|software|work"],
            &["remote*|violation"],
        ],
        unless: &[],
    },
    Rule {
        kind: TermKind::Patent,
        value: "granted",
        groups: &[&["patent"], &["make have made", "use sell", "offer to? sell", "import"], &["license|licence"]],
        unless: &["no|not ..8 patent", "litigation terminat*"],
    },
];

impl Rule {
    /// Whether a sentence states it.
    pub(super) fn holds(&self, words: &[Word<'_>]) -> bool {
        self.groups.iter().all(|group| has_any(words, group)) && !has_any(words, self.unless)
    }
}

/// Words that make a ban on training a narrower one; the first that fits.
pub(super) fn narrowed(words: &[Word<'_>]) -> &'static str {
    let narrower = [
        ("forbidden-llm", "large language models|model"),
        ("forbidden-text-to-image", "text to image"),
        ("forbidden-competing", "compet*"),
        ("forbidden-foundation", "foundation|foundational models|model"),
        ("forbidden-generative", "generative"),
        ("forbidden-commercial", "commercial*"),
    ];
    narrower.iter().find(|(_, pattern)| find(words, 0, pattern).is_some()).map_or("forbidden", |(value, _)| value)
}

/// The code of the law or courts that a sentence names.
pub(super) fn jurisdiction(words: &[Word<'_>]) -> Option<&'static str> {
    let about = [
        "governed ..8 law|laws",
        "law|laws ..16 govern|governs|apply|applies|applicable",
        "construed|interpreted ..10 law|laws",
        "courts|court|venue|jurisdiction of|in|located|for|shall",
        "subject to ..3 laws|law|jurisdiction",
    ];
    let found = find_any(words, 0, &about)?;
    if has_any(words, &["government", "export", "consumer ..10 residence"]) && !has_any(words, &["governed by"]) {
        return None;
    }
    let tail = words.get(found.start..).unwrap_or_default();
    LAWS.iter().find(|(pattern, _)| has_any(tail, &[pattern])).map(|(_, code)| *code)
}
