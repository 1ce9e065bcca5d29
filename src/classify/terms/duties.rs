//! Terms that one sentence states by itself: what the licensee owes, what outputs are for.
//!
//! A rule holds where each of its groups has a pattern in the sentence (with the words that govern it) and none of
//! `unless` has.

use license_db::TermKind;

use super::passage::Run;
use super::pattern::{Pattern, has, has_any, pattern, patterns};

/// A kind and value, and the language that states it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) kind: TermKind,
    pub(super) value: &'static str,
    pub(super) groups: &'static [&'static [Pattern]],
    pub(super) unless: &'static [Pattern],
}

pub(super) const DUTY: &[Pattern] = patterns![
    "must|shall|agree|agrees|will|required|requires|provided|conditions|condition|need|responsible|obligated|comply"
];
pub(super) const DENIED: &[Pattern] = patterns![
    "not|cannot|never|no|prohibited|forbidden|neither|nor|refrain|unauthorized|prohibits|restrictions|disallowed"
];

/// The rules, by kind. Of the rules of one kind, the first that holds is what a sentence states.
pub(super) const RULES: [Rule; 26] = [
    Rule {
        kind: TermKind::LicenseCopy,
        value: "true",
        groups: &[
            DUTY,
            patterns![
                "copy|copies|text|version ..4 this|the|these|such ..2 license|licence|agreement|terms|policy",
                "this|above permission notice",
                "include|provide|retain ..4 license|licence text|file",
            ],
        ],
        unless: patterns!["retain a copy for|of your", "destroy|delete"],
    },
    Rule {
        kind: TermKind::LicenseCopy,
        value: "true",
        groups: &[
            patterns![
                "give|provide|deliver|include|accompany|accompanied|supply|attach|furnish|transmit|enclose|with ..16 copy ..3 license|licence|agreement|terms",
            ],
            patterns!["recipient|recipients|third|distribut*|redistribut*|any|copies|all|each"],
        ],
        unless: patterns!["destroy|delete"],
    },
    Rule {
        kind: TermKind::StateChanges,
        value: "true",
        groups: &[patterns![
            "notice|notices|statement|indicate|indicating|state|stating|mark|marked|note|disclose|identify|describe ..8 modified|changed|changes|modifications|altered|modification|modify|change",
        ]],
        unless: patterns!["licensor may|reserves", "update* ..6 agreement|terms"],
    },
    Rule {
        kind: TermKind::StateChanges,
        value: "true",
        groups: &[
            patterns![
                "modified|changed|altered files ..8 carry|notices|notice",
                "prominent|clear|conspicuous notices|notice|statement",
            ],
            patterns!["modif*|chang*|alter*"],
        ],
        unless: &[],
    },
    Rule {
        kind: TermKind::KeepCopyright,
        value: "true",
        groups: &[patterns![
            "retain|keep|reproduce|preserve|maintain|include|included|intact|retained|reproduced ..10 copyright|attribution|proprietary|patent ..6 notice|notices",
            "above copyright notice",
            "copyright notice|notices ..14 retain|retained|included|reproduced|preserved",
            "remove|alter|obscure|delete ..8 copyright|proprietary ..8 notice|notices",
        ]],
        unless: patterns!["text file"],
    },
    Rule {
        kind: TermKind::KeepCopyright,
        value: "true",
        groups: &[
            patterns![
                "above copyright",
                "copyright notice|notices",
                "attribution notice|notices",
                "proprietary notices"
            ],
            patterns!["retain|keep|preserve|maintain|included|include|reproduce|intact|remain|remove"],
            patterns!["must|shall|provided|will|agree|not|conditions|distribut*|redistribut*|copies"],
        ],
        unless: patterns!["text file"],
    },
    Rule {
        kind: TermKind::NoticeFile,
        value: "true",
        groups: &[patterns![
            "notice|notices|attribution text? file",
            "text file ..6 notice|distributed",
            "file named ..2 notice",
            "following ..3 notice|attribution|statement ..14 file|copies|documentation",
            "following ..4 notice|attribution ..2 within",
        ]],
        unless: &[],
    },
    Rule {
        kind: TermKind::NoticeFile,
        value: "true",
        groups: &[
            patterns!["notice"],
            patterns!["text|following|attribution"],
            patterns!["file|files"],
            patterns!["must|shall|retain|include|conditions|will"],
        ],
        unless: patterns!["disclaimer|warrant*"],
    },
    Rule {
        kind: TermKind::FlowDown,
        value: "restrictions",
        groups: &[patterns![
            "use? limitation|limitations|restriction|restrictions ..24 continue|continues ..2 apply",
            "use based|use? restrictions|provisions|limitations ..24 enforceable",
            "enforceable ..24 restrictions|provision",
            "restrictions|limitations|policy ..16 pass|passed|flow|impose|imposed|bind|binding ..12 recipients|users|third|downstream",
            "third|recipients|users|downstream ..10 comply|bound|subject ..10 restrictions|policy|prohibited",
        ]],
        unless: patterns!["invalid|severab*|replaced"],
    },
    Rule {
        kind: TermKind::FlowDown,
        value: "agreement",
        groups: &[
            patterns!["distribut*|redistribut*|sublicens*|transfer|convey|available|provide|share"],
            patterns![
                "under|pursuant|subject|bound|accordance|accept|agree|agrees|abide ..5 this|these|same ..2 license|licence|agreement|terms",
                "third|recipients|recipient ..8 bound|subject|agree|agrees|comply ..8 this|these|license|agreement|terms",
                "terms ..6 restrictive|protective than",
            ],
            patterns![
                "recipient|recipients|third|sublicensee|sublicensees|transferee|they|anyone|others|users|person|only|solely",
            ],
            DUTY,
        ],
        unless: patterns![
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
        kind: TermKind::FlowDown,
        value: "agreement",
        groups: &[
            patterns!["sublicens*|distribut*|transfer*|provide|share|available"],
            patterns![
                "at least as protective|restrictive",
                "no less restrictive|protective",
                "bound by ..4 terms|license|agreement",
                "same terms",
                "terms ..3 this|of ..2 agreement|license",
            ],
            patterns!["must|shall|ensure|only|require|agree|provided"],
            patterns!["recipient*|third|sublicensee*|transferee*|downstream|users|derivative*"],
        ],
        unless: patterns![
            "grants|granted|grant ..2 you|a",
            "terminat*",
            "governed",
            "responsible|assume",
            "by ..2 accessing|using|clicking",
            "revenue|revenues",
        ],
    },
    Rule {
        kind: TermKind::DerivativeScope,
        value: "distillation",
        groups: &[
            patterns![
                "derivative|derivatives|derived|modifications|adapted ..24 mean|means|includes|including|includ*|include|defined",
            ],
            patterns!["distill*|distillation|transfer ..4 patterns|knowledge", "transfer of patterns"],
        ],
        unless: &[],
    },
    Rule {
        kind: TermKind::DerivativeScope,
        value: "synthetic-data",
        groups: &[
            patterns![
                "derivative|derivatives|derived|modifications|adapted ..24 mean|means|includes|including|include|defined",
            ],
            patterns!["synthetic data|outputs", "intermediate data", "data generation methods"],
        ],
        unless: &[],
    },
    Rule {
        kind: TermKind::DerivativeScope,
        value: "merging",
        groups: &[
            patterns!["derivative|derivatives|derived ..30 mean|means|includes|including|include|defined"],
            patterns!["merge|merged|merging|merges"],
        ],
        unless: &[],
    },
    Rule {
        kind: TermKind::DerivativeScope,
        value: "output-training",
        groups: &[
            patterns!["derivative|derivatives ..16 mean|means|includes|including|include|defined"],
            patterns![
                "train*|trained|training ..20 output|outputs|results",
                "output|outputs|results ..20 train*|trained"
            ],
        ],
        unless: patterns!["distill*|synthetic"],
    },
    Rule {
        kind: TermKind::OutputTraining,
        value: "forbidden",
        groups: &[
            DENIED,
            patterns![
                "output|outputs|results|generated|outcome|outcomes|synthetic|generations ..30 train|improve|develop|create|creating|distill|training|improving|developing|enhance|tune",
                "train|improve|improving|training|distill|develop|enhance|create|creating ..16 model|models|llm|algorithms ..24 output|outputs|results",
            ],
            patterns!["model|models|llm|llms|ai|system|systems|algorithm"],
        ],
        unless: patterns![
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
            patterns!["output|outputs|results ..20 train|create|improve|tune"],
            patterns!["name|named|names"],
            DUTY,
            patterns!["beginning|prefix|start|include"],
        ],
        unless: &[],
    },
    Rule {
        kind: TermKind::OutputTraining,
        value: "allowed",
        groups: &[patterns![
            "may|can|permitted|allowed|free ..20 output|outputs|results ..20 train|improve|develop|distill"
        ]],
        unless: DENIED,
    },
    Rule {
        kind: TermKind::OutputUse,
        value: "unrestricted",
        groups: &[patterns![
            "no|not|any ..8 restriction|restrictions|obligations|conditions|limitations|requirements ..12 output|outputs|results",
            "output|outputs ..10 without restriction|restrictions|limitation",
        ]],
        unless: patterns!["violat*", "comply"],
    },
    Rule {
        kind: TermKind::OutputUse,
        value: "owned-by-licensor",
        groups: &[patterns![
            "output|outputs ..16 owned|belong|belongs|property|vest|vests ..6 licensor|us|company",
            "licensor|company|we ..6 own|owns|retain|retains|ownership ..8 output|outputs",
        ]],
        unless: DENIED,
    },
    Rule {
        kind: TermKind::Registration,
        value: "commercial",
        groups: &[
            patterns![
                "register|registers|registering|registration|registered|questionnaire",
                "fill|complete|submit ..8 form|questionnaire",
            ],
            patterns!["commercial*|business"],
            patterns!["must|shall|should|need|needs|required|may|will|deemed|after|upon|first|please"],
        ],
        unless: patterns!["trademark*", "registered ..2 mark|marks|office|trademark", "paris|seat"],
    },
    Rule {
        kind: TermKind::Registration,
        value: "always",
        groups: &[patterns!["must|shall|required|need ..4 register"], patterns!["download|use|access|before|prior"]],
        unless: patterns!["commercial*|business", "trademark*"],
    },
    Rule {
        kind: TermKind::UseRestrictions,
        value: "by-reference",
        groups: &[
            patterns![
                "acceptable|prohibited|permitted|responsible|usage use? policy|guidelines",
                "use|usage|content policy|policies",
                "use guidelines|restrictions policy",
            ],
            patterns![
                "comply|adhere|incorporated|subject|accordance|must|shall|available|abide|violat*|found|agree|compliance|follow|conflict*",
            ],
        ],
        unless: patterns!["privacy policy"],
    },
    Rule {
        kind: TermKind::UseRestrictions,
        value: "inline",
        groups: &[
            DENIED,
            patterns![
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
        unless: patterns![
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
            patterns!["must|shall|required|provided|only if|under|when|may"],
            patterns![
                "derivative|derivatives|adaptation|adaptations|modifications|modified|adapted|whole|entire|based ..14 licensed|released|distributed|provided|shared|published|available|license ..5 under ..2 this|same|identical|terms ..4 license|licence",
                "under|license|terms ..3 the? same ..1 license|licence|terms|conditions ..2 as? ..2 this?",
                "license|cause|licensed ..6 as a whole ..14 under ..3 this license|licence",
                "share|sharing alike",
                "under this license|licence ..4 or ..2 another|later|compatible ..2 license|licence",
            ],
            patterns![
                "derivative|derivatives|adaptation|adaptations|modifications|modified|modify|whole|entire|based|copies|covered|work|works|software|material|program|models",
            ],
        ],
        unless: patterns![
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
            patterns![
                "network|remotely|remote|hosted|server|internet|service ..24 source|corresponding|same|weights",
                "source|modified ..30 network|remotely|server|internet",
            ],
            patterns!["users|user|interact|interacting|access|public|available"],
            patterns!["must|shall|offer|prominently|require*"],
            patterns!["modified|modify|derivative*|source"],
        ],
        unless: patterns!["means|includ* ..12 network", "liable", "warrant*"],
    },
];

impl Rule {
    /// Whether a sentence states it.
    pub(super) fn holds(&self, words: Run<'_, '_>) -> bool {
        self.groups.iter().all(|group| has_any(words, group)) && !has_any(words, self.unless)
    }
}

/// Words that make a ban on training a narrower one; the first that fits.
pub(super) fn narrowed(words: Run<'_, '_>) -> &'static str {
    let narrower = [
        ("forbidden-llm", pattern!("large language models|model")),
        ("forbidden-text-to-image", pattern!("text to image")),
        ("forbidden-competing", pattern!("compet*")),
        ("forbidden-foundation", pattern!("foundation|foundational models|model")),
        ("forbidden-generative", pattern!("generative")),
        ("forbidden-commercial", pattern!("commercial*")),
    ];
    narrower.iter().find(|(_, pattern)| has(words, pattern)).map_or("forbidden", |(value, _)| value)
}
