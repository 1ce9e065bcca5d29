//! The words that the reader knows, in one place. Patterns are those of `pattern`.
//!
//! Every list holds the language of licences in general. None names a licence, a licensor or a product.

use super::pattern::{Pattern, pattern, patterns};

/// Use that earns something. The noun keeps warranties out: "commercially reasonable", "commercial damages".
pub(super) const COMMERCIAL: &[Pattern] = patterns![
    "commercial ..3 purpose|purposes|use|uses|usage|exploitation|activity|activities|gain|advantage|benefit|benefits|application|applications|context|contexts|setting|settings|operations|deployment|ends|endeavor|endeavors|endeavour|venture|ventures|basis|product|products|service|services|environment|environments|distribution|sale|scale|exploit|manner|project|projects|capacity|reason|reasons|interest|interests|utilization|utilisation|business|offering|offerings",
    "commercial*|business and|or|& noncommercial*",
    "noncommercial* and|or|& commercial*|business",
    "commercially",
    "commercializ*|commercialis*|commercialize|commercialise|monetize*|monetise*|monetiz*|monetis*",
    "for profit|profits",
    "profit making|seeking ..1 purpose|purposes|activity|activities|use|entity|entities",
    "revenue|profit|income generating",
    "generat*|earn|earning|produc* ..3 revenue|revenues|income|profit|profits",
    "monetary|financial gain|compensation|advantage|benefit|profit",
    "business purpose|purposes|use|activities|operations",
    "production purpose|purposes|use|uses|environment|environments|setting|settings|deployment",
    "in|for|into commerce",
    "commercial only|way|ways",
];

/// What follows a commercial word and makes it something else than a use.
pub(super) const NO_USE_BEHIND: &Pattern = pattern!(
    "reasonable|reasonably|available|practicable|viable|feasible|license|licence|licenses|licensing|agreement|computer|item|items|damages|damage|loss|losses|arbitration|secret|secrets|registry|court"
);

/// Use that earns nothing.
pub(super) const NONCOMMERCIAL: &[Pattern] = patterns![
    "noncommercial|noncommercially",
    "nonprofit|nonprofitable ..2 purpose|purposes|use|uses|research|educational|activities",
    "not for profit ..2 purpose|purposes|use|uses|research",
    "nonproduction|noncommerce",
];

/// Use for study. Limits only where the text says so.
pub(super) const RESEARCH: &[Pattern] = patterns![
    "academic|academically|research|scientific|scholarly|educational|education|evaluation|evaluating|personal|private|experimental|experimentation|testing|teaching|demonstration|study|learning|hobby|classroom purpose|purposes|use|uses|usage|only|activities|basis|projects",
    "academic|academically|research|scientific|scholarly|educational|education|evaluation|evaluating|personal|private|experimental|experimentation|testing|teaching|demonstration|study|learning|hobby|classroom and|or|reference|internal|scientific|academic|research|teaching|testing ..3 academic|academically|research|scientific|scholarly|educational|education|evaluation|evaluating|personal|private|experimental|experimentation|testing|teaching|demonstration|study|learning|hobby|classroom|development|reference purpose|purposes|use|uses|usage|only|activities",
    "scientific|academic|scholarly|research research|study|studies|teaching|education",
    "for research|evaluation|education|testing|study|learning",
];

/// Words that make a purpose the only one.
pub(super) const ONLY: &Pattern = pattern!(
    "only|solely|exclusively|strictly|limited|restricted|purely|sole|exclusive|limit|confined|merely|restrict"
);

/// Words by which a licensor gives.
pub(super) const GRANT: &[Pattern] = patterns![
    "grant|grants|granted|granting",
    "permission|permitted|permits|permit",
    "you|licensee|licensees|user|users|recipient|recipients|anyone|everyone|person|company|customer|they|who may|can",
    "allow|allows|allowed|allowing",
    "is|are free|entitled|authorized|authorised|licensed",
    "license|licence to",
    "make|makes|made|making ..4 available|accessible",
    "freely available|accessible|use",
    "may be ..3 used|distributed|redistributed|copied|reproduced|modified|sold|exploited|deployed",
    "right|rights to",
    "hereby licenses|licensed",
    "licenses|license you|everyone|anyone to",
    "waives|waive|dedicates|dedicate|relinquishes|surrenders",
    "available|released|provided|published|offered|intended|distributed for|under|to",
    "licensed for|under",
    "can be ..3 used|distributed|redistributed|copied|reproduced|modified|sold|exploited|deployed",
];

/// A grant without limit of purpose.
pub(super) const BROAD: &[Pattern] = patterns![
    "for any purpose|purposes|use|reason",
    "for all purposes|uses",
    "any lawful|legal purpose|purposes|use",
    "for any lawful|legal|legitimate purpose|purposes",
    "any ..3 field|fields of use|endeavor|endeavour",
    "without restriction|restrictions",
    "without any? limitation|limitations ..3 rights",
    "deal in|with the ..4 without",
    "sell|commercialize|commercialise|commercially",
    "sublicense|sublicence|sublicensing",
    "use ..8 with or without modification|modifications|modify*",
    "with or without modification|modifications ..6 permitted|allowed",
    "what|whatever ..5 want|like|please",
    "in any circumstances|circumstance|way|manner ..4 for all|any",
    "to any person or|and organization|organisation|entity|company",
    "do anything|everything",
    "as you wish|want|please|like",
    "may|can charge|sell",
    "freely ..4 use|used|copy|modify|distribute",
    "unrestricted|unlimited ..3 right|use|permission|license|licence",
];

/// Verbs of a copyright or patent grant; a broad one has two of them or more.
pub(super) const RIGHTS: &[Pattern] = patterns![
    "use|using|used|utilize|exploit|run|operate",
    "reproduce|reproduction|copy|copying|duplicate",
    "modify|modification|modifications|modified|adapt|translate|merge",
    "distribute|distribution|redistribute|redistribution|publish|share|convey|disseminate|propagate",
    "sublicense|sublicence|sublicensing",
    "sell|sale|commercialize|commercialise",
    "derivative|derivatives",
    "display|perform|make",
    "import|transfer",
    "deal",
];

/// Commercial use that someone else must permit first.
pub(super) const NEEDS_LICENSE: &[Pattern] = patterns![
    "must|shall|should|need|needs|required|has|have ..6 obtain|request|acquire|purchase|apply|seek|contact|secure|negotiate|procure|enter|sign|get",
    "require|requires|requiring|required|necessitates ..8 license|licence|licenses|permission|consent|authorization|authorisation|agreement|approval|fee|subscription",
    "subject to ..4 separate|different|prior|obtaining|written|commercial|paid|additional ..4 license|licence|permission|consent|authorization|agreement|approval",
    "contact|email|mail|inquire|enquire|inquiries|enquiries|reach|write ..1 us|to|at|the|_",
    "obtain|obtaining|obtained|request|acquire|purchase|apply ..6 license|licence|permission|consent|authorization|authorisation|approval",
    "without ..6 permission|consent|authorization|authorisation|license|licence|agreement|approval",
    "unless ..8 permission|consent|authorization|authorisation|license|licence|agreement|agreed|approval|permitted|authorized|authorised|granted|approved",
    "except ..5 permission|consent|authorization|authorisation|license|licence|agreement|approval",
    "prior ..2 permission|consent|authorization|authorisation|approval",
    "separate|different|additional|another|paid|enterprise|dedicated ..3 license|licence|agreement|licensing|terms",
    "only with ..4 permission|consent|license|licence|agreement|approval",
    "available under|separately|upon ..4 license|licence|request|licensing",
];

/// Commercial use that a registration or notice opens: nobody may refuse it.
pub(super) const REGISTER: &[Pattern] = patterns![
    "must|shall|should|need|required|requires|after|upon|once|by|first|please ..5 register|registers|registering|registration|registered",
    "fill|filling|complete|completing|submit|submitting ..6 form|questionnaire|application|registration",
    "registered users|user|licensees|entities",
    "register|registration ..4 commercial",
    "must|shall|required ..3 notify|inform",
];

/// Words behind which a permission is a condition rather than a gift.
pub(super) const CONDITION: &Pattern = pattern!(
    "if|unless|until|provided|providing|only|where|when|once|after|upon|limited|certain|eligible|except|subject"
);

/// Conditions that ask for no more than good manners.
pub(super) const BENIGN: &[Pattern] = patterns![
    "provided ..6 copyright|notice|notices|attribution|credit|following|conditions|above|retain|comply|complies|license",
    "subject to ..8 terms|conditions|compliance|agreement|license|licence|restrictions|section|limitations|provisions|this",
    "if|where|when ..3 you ..3 distribute|redistribute|share|modify|comply|agree|accept",
    "provided ..4 you ..6 comply|agree|include|retain|give|keep|credit|cite|attribute|acknowledge",
    "only|provided ..6 accordance|compliance",
    "if ..4 credit|attribution|cited|acknowledged",
];

/// Sentences about liability, warranties, trade marks, courts and embargoes: their commercial words decide nothing.
pub(super) const BOILERPLATE: &[Pattern] = patterns![
    "merchantability|merchantable",
    "consequential|incidental|indirect|punitive damages|or|and|special|exemplary",
    "be|held liable|responsible ..6 for|to",
    "commercial damages|losses|loss",
    "loss|lost ..3 profit|profits|revenue|revenues|goodwill|business",
    "commercial arbitration|registry|court",
    "chamber of commerce",
    "commercially reasonable",
    "commercial item|items|computer",
    "export control|controls|law|laws|administration",
    "trade secret|secrets",
    "as is|available without|basis",
    "indemnif*|defend ..12 commercial*",
    "commercial* ..24 indemnif*|defend",
];

/// A region, and the code that stands for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Region {
    pub(super) name: &'static Pattern,
    /// Its name, where it says where something is done.
    pub(super) places: &'static [Pattern],
    pub(super) code: &'static str,
}

macro_rules! region {
    ($name:literal, $code:literal) => {
        Region {
            name: pattern!($name),
            places: patterns![
                concat!("in|within|into|inside|throughout|from|outside any|the|mainland? ..3 ", $name),
                concat!("in|within|into|inside|from ", $name),
            ],
            code: $code,
        }
    };
}

/// Regions that a clause may exclude.
pub(super) const REGIONS: [Region; 27] = [
    region!("european union", "EU"),
    region!("eu", "EU"),
    region!("member state|states of ..3 union", "EU"),
    region!("european economic area", "EU"),
    region!("eea", "EU"),
    region!("united|great kingdom|britain", "GB"),
    region!("uk", "GB"),
    region!("south korea", "KR"),
    region!("republic of korea", "KR"),
    region!("china|prc", "CN"),
    region!("russia", "RU"),
    region!("russian federation", "RU"),
    region!("belarus", "BY"),
    region!("iran", "IR"),
    region!("north korea", "KP"),
    region!("cuba", "CU"),
    region!("syria", "SY"),
    region!("united states", "US"),
    region!("usa", "US"),
    region!("canada", "CA"),
    region!("japan", "JP"),
    region!("india", "IN"),
    region!("switzerland", "CH"),
    region!("brazil", "BR"),
    region!("australia", "AU"),
    region!("israel", "IL"),
    region!("taiwan", "TW"),
];

/// Places whose law may govern, with their code; the narrower before the wider.
pub(super) const LAWS: [(&Pattern, &str); 36] = [
    (pattern!("california"), "US-CA"),
    (pattern!("delaware"), "US-DE"),
    (pattern!("new york"), "US-NY"),
    (pattern!("texas"), "US-TX"),
    (pattern!("washington"), "US-WA"),
    (pattern!("massachusetts"), "US-MA"),
    (pattern!("illinois"), "US-IL"),
    (pattern!("florida"), "US-FL"),
    (pattern!("hong kong"), "HK"),
    (pattern!("taiwan"), "TW"),
    (pattern!("singapore"), "SG"),
    (pattern!("china|prc|beijing|shanghai|shenzhen|hangzhou"), "CN"),
    (pattern!("korea|seoul"), "KR"),
    (pattern!("japan|tokyo"), "JP"),
    (pattern!("france|french|paris"), "FR"),
    (pattern!("germany|german|berlin|munich"), "DE"),
    (pattern!("england|wales"), "GB"),
    (pattern!("united kingdom"), "GB"),
    (pattern!("ireland|dublin"), "IE"),
    (pattern!("israel"), "IL"),
    (pattern!("abu dhabi"), "AE"),
    (pattern!("united arab emirates"), "AE"),
    (pattern!("adgm|uae|dubai"), "AE"),
    (pattern!("switzerland|swiss|zurich|lausanne"), "CH"),
    (pattern!("netherlands|dutch|amsterdam"), "NL"),
    (pattern!("sweden|swedish|stockholm"), "SE"),
    (pattern!("belgium|brussels"), "BE"),
    (pattern!("italy|italian"), "IT"),
    (pattern!("spain|spanish"), "ES"),
    (pattern!("canada|ontario|quebec"), "CA"),
    (pattern!("india"), "IN"),
    (pattern!("australia"), "AU"),
    (pattern!("russia"), "RU"),
    (pattern!("russian federation"), "RU"),
    (pattern!("finland|finnish"), "FI"),
    (pattern!("norway|norwegian"), "NO"),
];
