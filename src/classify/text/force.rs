//! Words that decide something. The vocabulary of the fingerprints knows those that licences are written with; a
//! condition that somebody adds may be written in any words, so this list is wider, and read on the text's side alone.
//!
//! A *strong* word decides by itself: it forbids, conditions, prices, obliges. A *weak* one names who, what for, where,
//! how much: two of them in a sentence are a statement about use.

use std::sync::LazyLock;

use license_db::tokens::word_hash;

/// Words that forbid, permit, oblige, condition, price or end something.
const STRONG: &str = "
    not no non nor none neither never nothing nobody cannot without unless except excepting excluding excluded exclude
    excludes exclusion exclusively only solely merely until but must shall may should ought need needs needed
    necessary mandatory obligatory obliged obligation obligations require requires required requiring requirement
    requirements prohibit prohibits prohibited prohibiting prohibition forbid forbids forbidden ban bans banned barred
    disallow disallows disallowed unlawful illegal refuse refused deny denied decline declined withhold withheld
    refrain abstain avoid restrict restricts restricted restricting restriction restrictions restrictive limit limits
    limited limiting limitation limitations cap capped permit permits permitted permission permissions permissible
    allow allows allowed allowing consent consents approval approve approved authorize authorizes authorized authorise
    authorised authorization authorisation unauthorized unauthorised clearance exempt exempted exemption subject
    provided conditional conditioned condition conditions contingent terminate terminates terminated termination
    revoke revokes revoked revocable revocation expire expires expired expiry expiration void voids voided lapse
    lapses cease ceases forfeit forfeits forfeited withdraw withdrawn suspend suspended fee fees royalty royalties pay
    pays paid payment payments payable price prices priced pricing cost costs purchase purchased buy bought sell sells
    selling sold sale resale resell rent rental lease subscription subscribe subscribers invoice invoiced billing
    billed owe owes owed donate donation tip revenue revenues profit profits income turnover earn earns earnings
    monetize monetise monetization monetary commercial commercially commercialize commercialise commercialization
    noncommercial monthly annually yearly quarterly daily per percent comply complies compliance obey obeys abide
    adhere agree agrees agreed accept acceptance acknowledge undertake indemnify indemnifies indemnification indemnity
    waive waives waived waiver covenant warrant warrants guarantee register registers registered registration notify
    notifies notification notified inform informs ask asks request requests seek obtain obtained obtains apply applies
    negotiate contact email sign signed prior delete deleted destroy destroyed return returned surrender
    disclose discloses disclosed disclosure confidential confidentiality secret secrecy reveal sublicense sublicensing
    sublicensable transferable nontransferable assignable compete competes competing competitor competitors
    competitive benchmark benchmarks benchmarking benchmarked reverse decompile disassemble deobfuscate circumvent
    bypass jailbreak export sanctions sanctioned embargo embargoed reserve reserves nicht nur kein keine keiner keinen
    ohne darf dürfen durfen muss müssen soll verboten untersagt ausgeschlossen kommerziell kommerzielle kommerziellen
    kommerzieller gewerblich gewerbliche gewerblichen zustimmung genehmigung erlaubnis gebühr erforderlich beschränkt
    zulässig pas ne ni sans interdit interdite interdits interdites uniquement seulement doit doivent autorisation
    autorisé commerciale commerciales commerciaux payant payante redevance sauf réservé réservée consentement solo
    sólo sin prohibido prohibida comercial comerciales debe deben permiso salvo excepto vietato vietata soltanto
    solamente commerciali deve devono senza proibido proibida somente apenas comerciais permissão sem
    ";

/// Words that name an act, a measure or a right.
const ACTS: &str = "
    use uses used using usage user users utilize utilise utilization run runs running operate operates operating
    execute deploy deploys deployed deployment install access accessing offer offers offered offering provide provides
    host hosts hosted hosting serve serving saas api apis copy copies copying reproduce reproduction distribute
    distributes distributed distributing distribution redistribute redistributed redistribution redistributing share
    shares shared sharing publish publishes published publishing modify modifies modified modification modifications
    modifying alter altered adapt adapted adaptation fork forks forked derive derived derivative derivatives translate
    merge merged combine combined incorporate incorporated embed embedded train trains trained training finetune
    finetuned finetuning tune distill distillation distilled output outputs generated generate inference weights
    checkpoint checkpoints dataset license licence licenses licences licensed licensee licensees licensor grant grants
    granted right rights terms term clause policy policies contract student students hobby hobbyist hobbyists
    internally evaluation evaluate evaluating trial demo demonstration testing prototype experimental production
    employer employee employees staff headcount anyone everyone reseller seat seats million millions billion billions
    thousand hundred hundreds dozen usd eur gbp dollar dollars euro euros cents day days week weeks month months year
    years hour hours quarter annual deadline period freely charge charged gratis weaponry missile missiles biometrics
    immigration campaign patient patients diagnosis pornography cryptocurrency scoring hiring judicial deepfake
    deepfakes harm harmful evil ethical unethical minors minor age older younger under jurisdiction jurisdictions
    located resident residents domiciled citizens nationals outside inside within abroad overseas advertise
    advertisement advertisements advertised promote promotion promotional endorse endorsement logo logos branding
    trademark trademarks name names display displays displayed displaying badge credits credited cite cites cited
    citation attribution acknowledgment acknowledgement acknowledgements mention mentions binary binaries object
    executable report reports telemetry log logs feedback improvements contribute contributions contribution back
    upstream patent patents litigation sue lawsuit claim claims version versions later latest update updates upgrade
    upgrades forschung forschungszwecke bildung privat privaten nutzung verwendung zweck zwecke zwecken lizenz
    weitergabe verkauf unternehmen militärische militärischen recherche utilisation fins éducation privé militaire
    militaires vente entreprise uso investigación educación militar licencia fines ricerca militare licenza scopi
    pesquisa militares licença agreement written
    ";

/// Words that name who, what for or where. They also stand in the names of holders.
const FIELDS: &str = "
    research researchers academic academia academics scholarly education educational teaching teacher teachers
    classroom university universities school schools nonprofit nonprofits charity charities personal private internal
    enterprise enterprises business businesses company companies corporation corporations corporate startup startups
    organization organizations organisation organisations entity entities individual individuals person persons people
    affiliate affiliates affiliated subsidiary subsidiaries client clients consumer consumers vendor vendors customer
    customers military militaries war warfare weapon weapons arms defense defence army navy nuclear drone drones
    police policing surveillance biometric facial recognition intelligence law enforcement political election
    elections government governments governmental agency agencies public ministry state authorities medical clinical
    health gambling casino tobacco alcohol adult crypto blockchain mining insurance credit legal court courts good
    children child european europe eu union eea kingdom britain uk china chinese russia russian iran korea korean
    japan japanese india indian america american states territory territories country countries region regions
    international service services cloud network product products application applications app apps website websites
    advertising marketing brand device devices source code data open free server servers analytics
    ";

/// Words of which titles are made.
const TITLES: &str = "
    license licence licenses licences agreement terms policy version public open source software model models code data
    community product general copyright notice notices rights free products name contract
    ";

/// What decides in writing without spaces between words.
const PHRASES: [&str; 31] = [
    "不得",
    "不可",
    "不能",
    "禁止",
    "严禁",
    "仅限",
    "仅供",
    "僅限",
    "僅供",
    "商业",
    "商業",
    "商用",
    "营利",
    "營利",
    "営利",
    "须",
    "必须",
    "必須",
    "许可",
    "許可",
    "同意",
    "限り",
    "限る",
    "ません",
    "できない",
    "금지",
    "상업",
    "영리",
    "제한",
    "허가",
    "동의",
];

struct Lists {
    strong: Vec<u32>,
    acts: Vec<u32>,
    fields: Vec<u32>,
    titles: Vec<u32>,
    limited: u32,
    purpose: u32,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let hashes = |words: &str| {
        let mut hashes: Vec<u32> = words.split_whitespace().map(|word| word_hash(word.as_bytes())).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes
    };
    Lists {
        strong: hashes(STRONG),
        acts: hashes(ACTS),
        fields: hashes(FIELDS),
        titles: hashes(TITLES),
        limited: word_hash(b"limited"),
        purpose: word_hash(b"for"),
    }
});

fn among(list: &[u32], hash: u32) -> bool {
    list.binary_search(&hash).is_ok()
}

fn count(hashes: &[u32], is_counted: impl Fn(u32) -> bool) -> usize {
    hashes.iter().filter(|&&hash| is_counted(hash)).count()
}

/// Whether any of the words decides something, or names an act, a measure, a person, a field, a place.
pub(super) fn has_any(hashes: &[u32]) -> bool {
    let lists = &*LISTS;
    hashes.iter().any(|&hash| among(&lists.strong, hash) || among(&lists.acts, hash) || among(&lists.fields, hash))
}

/// Whether words may be a clause: one decides, or two say who, what or what for.
pub(super) fn is_clause(hashes: &[u32]) -> bool {
    let lists = &*LISTS;
    let weak = count(hashes, |hash| among(&lists.acts, hash) || among(&lists.fields, hash));
    weak >= 2
        || hashes.iter().any(|&hash| among(&lists.strong, hash))
        || (weak == 1 && hashes.first() == Some(&lists.purpose))
}

/// Whether words that should be a holder's name or a copyright line say more than that.
pub(super) fn is_clause_in_name(hashes: &[u32]) -> bool {
    let lists = &*LISTS;
    count(hashes, |hash| among(&lists.acts, hash)) >= 2
        || hashes.iter().any(|&hash| among(&lists.strong, hash) && hash != lists.limited)
        || (hashes.first() == Some(&lists.purpose) && has_any(hashes))
}

/// Whether a sentence about where something comes from says more than that.
pub(super) fn is_clause_in_provenance(hashes: &[u32]) -> bool {
    let lists = &*LISTS;
    let rest = |hash| (among(&lists.acts, hash) || among(&lists.fields, hash)) && !among(&lists.titles, hash);
    count(hashes, rest) >= 3 || hashes.iter().any(|&hash| among(&lists.strong, hash))
}

/// Whether a word decides by itself.
pub(super) fn is_strong(hash: u32) -> bool {
    among(&LISTS.strong, hash)
}

/// Whether words on a line of their own say more than a title does.
pub(super) fn is_clause_in_title(hashes: &[u32]) -> bool {
    let lists = &*LISTS;
    let rest: Vec<u32> = hashes.iter().copied().filter(|&hash| !among(&lists.titles, hash)).collect();
    is_clause(&rest)
}

/// Whether writing without spaces decides something.
pub(super) fn has_phrase(text: &str) -> bool {
    !text.is_ascii() && PHRASES.iter().any(|phrase| text.contains(phrase))
}

#[cfg(test)]
mod tests {
    use license_db::tokens::tokenize;

    use super::*;

    #[test]
    fn a_sentence_that_limits_use_is_a_clause_in_any_words() {
        for clause in [
            "Not for sale.",
            "Companies need a key.",
            "For classroom use.",
            "Use ends after thirty days.",
            "Nur für private Zwecke.",
            "Usage strictement privé, fins de recherche.",
        ] {
            assert!(is_clause(&tokenize(clause).hashes), "{clause}");
        }
        assert!(has_phrase("本模型仅供学习。") && has_phrase("商用利用を禁止します"));
    }

    #[test]
    fn titles_and_names_are_no_clause() {
        for words in ["The Weather Words Project", "Jane Doe and contributors", "See AUTHORS"] {
            assert!(!is_clause(&tokenize(words).hashes), "{words}");
        }
    }
}
