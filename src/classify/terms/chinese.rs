//! The clauses that decide, in Chinese. Sentences are read as written, without the spaces that layout puts between
//! characters; a phrase is a piece of them.

use license_db::TermKind;

use super::numbers;
use super::purposes::{Event, Reading, Scope};
use super::thresholds::Threshold;
use super::words::is_ideograph;

const COMMERCIAL: [&str; 12] = [
    "商业用途",
    "商业目的",
    "商业使用",
    "商用",
    "商业化",
    "营利",
    "盈利",
    "商业活动",
    "商业性",
    "商业授权",
    "商业场景",
    "商业产品",
];
const NONCOMMERCIAL: [&str; 7] = ["非商业", "非商用", "非营利", "非盈利", "非商業", "非營利", "不以营利"];
const ONLY: [&str; 9] = ["仅限", "仅供", "仅能", "只能", "仅用于", "只可", "仅可", "限于", "仅"];
const RESEARCH: [&str; 6] = ["学术研究", "科研", "研究", "教育", "学习", "學術"];
const DENIES: [&str; 10] = ["不得", "禁止", "不可", "不能", "严禁", "不允许", "不应", "请勿", "不许", "不准"];
const GIVES: [&str; 9] = ["可以", "允许", "授予", "可免费", "免费", "有权", "许可您", "可用于", "均可"];
const PERMISSION: [&str; 6] = ["授权", "许可", "同意", "批准", "书面", "协议"];

/// A sentence of Chinese: no spaces, no markup, lower case.
pub(super) fn compact(text: &str) -> Option<String> {
    if text.is_ascii() || !text.chars().any(is_ideograph) {
        return None;
    }
    let kept = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '*' | '_' | '`' | '#'));
    Some(kept.flat_map(char::to_lowercase).collect())
}

fn has(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.contains(phrase))
}

fn defines(text: &str) -> bool {
    has(text, &["”是指", "\"是指", "”指", "\"指", "”系指", "」指", "是指", "”意指", "”意为"])
}

/// What a sentence says about commercial use.
pub(super) fn read(text: &str, is_heading: bool, has_threshold: bool) -> Vec<Event> {
    // "including but not limited to" holds the word for "limited to".
    let text = &text.replace("不限于", "");
    let event = |reading, registers| Event { reading, scope: scope(text), registers };
    let mut rest = text.to_owned();
    for phrase in NONCOMMERCIAL {
        rest = rest.replace(phrase, "※");
    }
    let speaks_non = rest.contains('※');
    let speaks = has(&rest, &COMMERCIAL);
    if (speaks || speaks_non) && defines(text) {
        return vec![event(Reading::Decides, false)];
    }
    if speaks_non
        && !(speaks && has(text, &["商业或非", "商业和非", "商业及非", "商业与非", "商业、非", "或商业", "和商业"]))
    {
        let denies = has(text, &["不属于非", "不是非", "不构成非"]);
        let is_welcome = has(text, &["鼓励", "机构"]) && !has(text, &ONLY);
        if !denies
            && !is_welcome
            && (is_heading || has(text, &ONLY) || has(text, &["授予", "许可", "用于", "基于", "目的", "化"]))
        {
            return vec![event(Reading::NonCommercialOnly, false)];
        }
        return vec![event(Reading::Decides, false)];
    }
    if speaks {
        return judge(text, &rest, is_heading, has_threshold)
            .into_iter()
            .map(|(reading, registers)| event(reading, registers))
            .collect();
    }
    if has(text, &ONLY)
        && has(text, &RESEARCH)
        && has(text, &["使用", "用于", "目的", "用途", "供"])
        && !has(text, &["商业"])
    {
        return vec![event(Reading::NonCommercialOnly, false)];
    }
    let is_broad = has(text, &["任何目的", "任何用途", "再许可", "转授权", "转许可", "销售", "从属许可", "不限制用途"])
        && has(text, &["授予", "可以", "允许", "许可"])
        && has(text, &["复制", "使用", "修改", "分发"])
        && !has(text, &["不可再许可", "不可转", "不得", "无权", "未经"]);
    if is_broad { vec![event(Reading::GrantsBroadly, false)] } else { Vec::new() }
}

fn judge(text: &str, rest: &str, is_heading: bool, has_threshold: bool) -> Option<(Reading, bool)> {
    let at = COMMERCIAL.iter().filter_map(|phrase| rest.find(phrase)).min()?;
    let before = rest.get(..at).unwrap_or_default();
    let asks = has(text, &["未经", "未获", "申请", "取得", "获得", "获取", "另行", "须经", "需经", "事先", "联系"])
        && has(text, &PERMISSION);
    let registers = has(text, &["登记", "注册", "填写", "备案", "问卷"]);
    if has_threshold {
        return Some((Reading::AllowsIf, registers));
    }
    if is_heading {
        return Some((Reading::Decides, false));
    }
    if registers && !has(text, &["商用许可授权", "书面商", "书面授权", "并获得"]) {
        return Some((Reading::AllowsIf, true));
    }
    if asks {
        return Some((Reading::NeedsLicense, false));
    }
    if has(before, &DENIES) || has(rest.get(at..).unwrap_or_default(), &["是禁止", "被禁止", "不被允许"]) {
        let is_cancelled = has(before, &["不禁止", "不限制", "不得限制"]);
        return Some((if is_cancelled { Reading::Allows } else { Reading::Forbids }, false));
    }
    if has(text, &GIVES) || has(text, &["授权", "许可"]) {
        let is_conditional =
            has(text, &["如果", "若", "仅", "满足", "条件", "前提"]) && !has(text, &["遵守", "协议条款"]);
        return Some((if is_conditional { Reading::AllowsIf } else { Reading::Allows }, false));
    }
    None
}

fn scope(text: &str) -> Scope {
    let is_output = has(text, &["输出", "生成内容", "生成的内容"]) && !has(text, &["模型", "软件", "作品"]);
    if is_output { Scope::Output } else { Scope::Use }
}

/// Whether a sentence speaks of purposes with words of force.
pub(super) fn is_weighty(text: &str) -> bool {
    (has(text, &COMMERCIAL) || has(text, &NONCOMMERCIAL) || has(text, &["月活", "日活"]))
        && has(text, &["不得", "禁止", "仅", "须", "需", "应", "可以", "允许", "授权", "许可", "除非", "必须"])
        && !has(text, &["适销", "损失", "商业秘密"])
}

/// Thresholds of a sentence.
pub(super) fn thresholds(text: &str) -> Vec<Threshold> {
    let mut found: Vec<Threshold> = Vec::new();
    let group = if has(text, &["关联方", "关联公司", "附属", "集团", "关联企业", "关联实体"]) {
        "group"
    } else {
        "licensee"
    };
    let measured = if has(text, &["发布日", "发布之日", "发布日期", "生效之日"]) {
        "release-date"
    } else {
        "any-time"
    };
    let users = has(text, &["用户", "月活", "日活", "mau", "dau"]);
    let earns = has(text, &["收入", "营业额", "营收", "销售额"]);
    if !(users || earns)
        || !has(
            text,
            &["超过", "不超过", "大于", "小于", "高于", "低于", "少于", "多于", "达到", "以上", "以下", "未超过", "逾"],
        )
    {
        return found;
    }
    let mut rest = text;
    while let Some((value, behind)) = numbers::in_chinese(rest) {
        let start = text.len() - behind.len();
        let before: String = text
            .get(..start)
            .unwrap_or_default()
            .chars()
            .rev()
            .take(40)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        let after: String = behind.chars().take(10).collect();
        let near = format!("{before}{after}");
        let unit = ["元", "美元", "人民币", "欧元", "美金", "usd", "rmb"];
        let is_money = unit.iter().any(|unit| after.starts_with(unit))
            || ["人民币", "us$", "usd", "$", "¥", "rmb"]
                .iter()
                .any(|unit| before.trim_end_matches(|c: char| c.is_ascii_digit() || is_figure(c)).ends_with(unit));
        let one = if is_money && earns && value >= 1000 {
            let currency = if has(&near, &["美元", "us$", "usd"]) {
                "USD"
            } else if has(&near, &["欧元"]) {
                "EUR"
            } else {
                "CNY"
            };
            let kind = if has(&before, &["月收入", "每月", "月营", "单月"]) {
                TermKind::MonthlyRevenue
            } else {
                TermKind::AnnualRevenue
            };
            Some(Threshold { kind, limit: value, details: vec![("currency", currency), ("scope", group)] })
        } else if users && !is_money && value >= 100 && has(&near, &["用户", "月活", "日活", "mau", "dau", "人"])
        {
            let daily = has(&near, &["日活", "每日", "每天", "日均", "dau"]) && !has(&near, &["月活"]);
            let kind = if daily { TermKind::DailyUsers } else { TermKind::MonthlyUsers };
            Some(Threshold { kind, limit: value, details: vec![("measured", measured), ("scope", group)] })
        } else {
            None
        };
        found.extend(one);
        rest = behind;
    }
    let mut seen = Vec::new();
    found.retain(|one| {
        let is_new = !seen.contains(&(one.kind, one.limit));
        seen.push((one.kind, one.limit));
        is_new
    });
    found
}

fn is_figure(character: char) -> bool {
    "零一二两三四五六七八九十百千万亿,.，".contains(character)
}

/// Terms that one sentence states by itself.
pub(super) fn duties(text: &str) -> Vec<(TermKind, &'static str)> {
    let denies = has(text, &DENIES);
    let duty = has(text, &["必须", "应当", "应", "须", "需"]);
    let mut found = Vec::new();
    let mut add = |holds: bool, kind, value| {
        if holds {
            found.push((kind, value));
        }
    };
    add(
        duty && has(text, &["副本", "复制件", "许可证文本", "附上本", "提供本协议"]) && has(text, &["协议", "许可"]),
        TermKind::LicenseCopy,
        "true",
    );
    add(has(text, &["保留"]) && has(text, &["版权", "著作权", "归属声明"]), TermKind::KeepCopyright, "true");
    add(
        duty && has(text, &["修改"])
            && has(text, &["显著声明", "注明", "说明修改", "修改声明", "声明您", "标明", "醒目"]),
        TermKind::StateChanges,
        "true",
    );
    add(
        denies
            && has(
                text,
                &["危害国家", "违反法律", "违法", "法律法规", "军事", "歧视", "社会公共利益", "侵犯他人", "侵犯任何"],
            ),
        TermKind::UseRestrictions,
        "inline",
    );
    add(
        has(text, &["专利"])
            && has(text, &["授予", "许可您"])
            && has(text, &["专利许可"])
            && !has(text, &["不授予", "诉讼"]),
        TermKind::Patent,
        "granted",
    );
    add(
        has(text, &["诉讼", "索赔"]) && has(text, &["终止"]) && has(text, &["专利", "侵权", "侵犯"]),
        TermKind::Litigation,
        "ends-license",
    );
    add(has(text, &["终止", "失效"]) && has(text, &["违反", "未遵守", "未能遵守"]), TermKind::Revocation, "on-breach");
    add(
        has(text, &["随时终止", "随时撤销", "可随时终止", "有权随时", "自行决定终止"]),
        TermKind::Revocation,
        "at-will",
    );
    add(
        has(text, &["更新", "修订", "修改本", "调整"])
            && has(text, &["本协议", "许可协议", "本许可", "条款"])
            && has(text, &["有权", "可能", "可以", "保留"])
            && !denies,
        TermKind::Update,
        "licensor-may-change",
    );
    add(
        has(text, &["登记", "注册", "填写", "备案"]) && has(text, &["商业", "商用"]),
        TermKind::Registration,
        "commercial",
    );
    add(
        has(text, &["申请", "获得", "取得", "联系", "另行"])
            && has(text, &["商用许可", "商业授权", "商业许可", "书面授权", "书面许可", "另行授权", "授权书"]),
        TermKind::SeparateLicense,
        "true",
    );
    let law = has(text, &["法律"]) && has(text, &["适用", "管辖", "依照", "解释", "依据"])
        || has(text, &["人民法院", "有管辖权", "仲裁"]);
    if law {
        let place = if has(text, &["香港"]) {
            "HK"
        } else if has(text, &["新加坡"]) {
            "SG"
        } else {
            "CN"
        };
        add(
            has(text, &["中国", "中华人民共和国", "人民法院", "香港", "新加坡", "北京", "上海"]),
            TermKind::Jurisdiction,
            place,
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(text: &str) -> Option<Reading> {
        let text = compact(text)?;
        let threshold = !thresholds(&text).is_empty();
        read(&text, false, threshold).first().map(|event| event.reading)
    }

    #[test]
    fn chinese_clauses_on_commercial_use_are_read() {
        for (text, expected) in [
            ("您不得将本模型用于任何商业目的。", Reading::Forbids),
            ("本模型仅限非商业用途使用。", Reading::NonCommercialOnly),
            ("本模型仅供学术研究使用。", Reading::NonCommercialOnly),
            ("如需商用，请联系我们并取得书面授权。", Reading::NeedsLicense),
            ("用于商业用途的，应当完成登记。", Reading::AllowsIf),
            ("您可以将模型用于商业用途。", Reading::Allows),
        ] {
            assert_eq!(reading(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn chinese_thresholds_know_users_and_money() {
        let found = thresholds("若您及关联方产品的月活跃用户数超过一百万，或年收入超过人民币2000万元");
        let found: Vec<_> = found.iter().map(|one| (one.kind, one.limit)).collect();
        assert_eq!(found, [(TermKind::MonthlyUsers, 1_000_000), (TermKind::AnnualRevenue, 20_000_000)]);
    }
}
