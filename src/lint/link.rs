//! Where the card says that the licence text stands: `license_link`, the name of a file beside the card or an address.
//!
//! Nothing is fetched. What is minded is dead by its form, or leads to something else than a text by its form.

use super::card::{Card, is_blank};
use super::fix::Fix;
use super::license::{is_granted, is_plain, no_word};
use super::{Remark, World};
use crate::extract::yaml::Node;
use crate::finding::Level;
use crate::policy::message::{escaped, quoted};
use crate::scan::RepositoryKind;

/// Hosts that answer over TLS what they answer without it, and send every reader there.
const SECURE: [&str; 10] = [
    "apache.org",
    "choosealicense.com",
    "creativecommons.org",
    "github.com",
    "gnu.org",
    "hf.co",
    "huggingface.co",
    "mozilla.org",
    "opensource.org",
    "spdx.org",
];
/// Hosts of the Hub.
const HUB: [&str; 2] = ["huggingface.co", "hf.co"];
/// What stands on the Hub behind the name of a repository.
const FILES: [&str; 3] = ["blob", "raw", "resolve"];

pub(super) fn look(world: &World<'_>, card: &Card<'_>, remarks: &mut Vec<Remark>) {
    let Some(node) = card.value("license_link").filter(|node| !is_blank(node)) else { return };
    let Some(link) = node.as_str().map(str::trim) else {
        remarks.push(no_word(card, node, "license_link", "address, or the name of one file beside the card"));
        return;
    };
    let found = if let Some(scheme) = foreign_scheme(link).filter(|_| !world.holds(link)) {
        let message = format!("{} is no address that a reader of the card can open: {scheme}", quoted(link));
        Some(led_to_file(world, card, node, dead(card, node, message)))
    } else if link.contains("://") {
        address(world, card, node, link)
    } else {
        path(world, card, node, link)
    };
    remarks.extend(found);
}

/// A remark that leads to the licence file beside the card, where there is one; with a fix only where its text is what
/// the card grants anyway.
fn led_to_file(world: &World<'_>, card: &Card<'_>, node: &Node, mut remark: Remark) -> Remark {
    if let Some(path) = world.license_file().map(|(path, _)| path) {
        if is_granted(world, card, path) {
            remark.help = format!("Write `license_link: {}`, the file beside the card.", escaped(path));
            remark.fix = is_plain(path).then(|| replaced(card, node, path)).flatten();
        } else {
            remark.help =
                format!("Write `license_link: {0}` if the text in {0} is the one that you grant.", escaped(path));
        }
    }
    remark
}

/// What is wrong with the scheme of an address: only `https:` and `http:` lead everybody to the same text.
fn foreign_scheme(link: &str) -> Option<&'static str> {
    let (scheme, _) = link.split_once(':')?;
    if ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return None;
    }
    let is_letter = |character: char| character.is_ascii_alphanumeric() || "+-.".contains(character);
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.chars().all(is_letter);
    if scheme.eq_ignore_ascii_case("file") {
        return Some("it names a file of one machine");
    }
    (is_scheme || link.contains("://")).then_some("its scheme is neither `https:` nor `http:`")
}

fn replaced(card: &Card<'_>, node: &Node, with: &str) -> Option<Fix> {
    let does = format!("write `license_link: {with}`");
    Fix::replace(card, node, with.to_owned(), does, "license_link")
}

fn dead(card: &Card<'_>, node: &Node, message: String) -> Remark {
    let mut remark = card.remark("license-link-dead", Level::Warning, node, "license_link");
    remark.message = message;
    remark.help = String::from("Put the text into a file LICENSE and write `license_link: LICENSE`.");
    remark
}

/// The name of a file beside the card.
fn path(world: &World<'_>, card: &Card<'_>, node: &Node, link: &str) -> Option<Remark> {
    let host = link.trim_start_matches('/').split('/').next().unwrap_or_default().trim_start_matches("www.");
    if link.contains('/') && (SECURE.contains(&host) || license_db::by_url(link).is_some()) {
        let message = format!("{} has no `https://`, so it is read as the name of a file", quoted(link));
        let mut remark = dead(card, node, message);
        let whole = format!("https://{}", link.trim_start_matches('/'));
        remark.help = format!("Write {}.", quoted(&whole));
        if is_address(&whole) {
            remark.fix = replaced(card, node, &whole);
        }
        return Some(remark);
    }
    let beside = card.path.rsplit_once('/').map_or(String::new(), |(directory, _)| format!("{directory}/"));
    let named = link.strip_prefix("./").unwrap_or(link).trim_start_matches('/');
    let named = named.split('#').next().unwrap_or(named);
    let is_there = world.holds(&format!("{beside}{named}")) || world.holds(named);
    if is_there || !world.is_whole() {
        return None;
    }
    let message = format!("there is no file {} beside the card, to which `license_link` leads", quoted(named));
    Some(led_to_file(world, card, node, dead(card, node, message)))
}

/// An address.
fn address(world: &World<'_>, card: &Card<'_>, node: &Node, link: &str) -> Option<Remark> {
    let (scheme, rest) = link.split_once("://")?;
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.to_ascii_lowercase();
    let host = host.trim_start_matches("www.");
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let by_form = if HUB.contains(&host) {
        on_the_hub(world, card, node, link, &parts)
    } else if host == "github.com" && is_repository(&parts) {
        Some(no_text(card, node, link, "a repository of GitHub"))
    } else if parts.is_empty() && license_db::by_url(link).is_none() {
        Some(no_text(card, node, link, "the front page of a site"))
    } else {
        None
    };
    if by_form.is_some() || !scheme.eq_ignore_ascii_case("http") {
        return by_form;
    }
    let mut remark = card.remark("license-link-insecure", Level::Note, node, "license_link");
    remark.message = format!("{} is read without TLS, so what arrives may be another text", quoted(link));
    remark.help = String::from("Write an `https:` address.");
    let secure = format!("https://{}", link.split_once("://").map_or("", |(_, rest)| rest));
    if SECURE.contains(&host) && is_address(&secure) {
        remark.fix = replaced(card, node, &secure);
    }
    Some(remark)
}

fn on_the_hub(world: &World<'_>, card: &Card<'_>, node: &Node, link: &str, parts: &[&str]) -> Option<Remark> {
    let (kind, parts) = match parts {
        ["datasets", rest @ ..] => (RepositoryKind::Dataset, rest),
        ["spaces", rest @ ..] => (RepositoryKind::Space, rest),
        rest => (RepositoryKind::Model, rest),
    };
    let [owner, name, behind @ ..] = parts else { return None };
    // Pages of the Hub's own, and files of repositories without an owner.
    if FILES.contains(name) || matches!(*owner, "docs" | "blog" | "papers" | "collections" | "terms-of-service") {
        return None;
    }
    let is_own = kind == world.kind()
        && world.repository().is_some_and(|own| own.eq_ignore_ascii_case(&format!("{owner}/{name}")));
    match behind {
        [] => {
            let remark = no_text(card, node, link, "a repository of the Hub");
            Some(if is_own { led_to_file(world, card, node, remark) } else { remark })
        }
        [view, revision, file @ ..] if FILES.contains(view) && !file.is_empty() => {
            let file = file.join("/");
            if !is_own {
                return None;
            }
            if *revision == "main" && !world.holds(&file) && world.is_whole() {
                let message =
                    format!("there is no file {} in this repository, to which `license_link` leads", quoted(&file));
                return Some(led_to_file(world, card, node, dead(card, node, message)));
            }
            if *revision == "main" || !world.holds(&file) {
                return None;
            }
            let mut remark = card.remark("license-link-elsewhere", Level::Warning, node, "license_link");
            remark.message = format!(
                "`license_link` leads to {} as it is at {}, and not to the file beside the card",
                quoted(&file),
                quoted(revision)
            );
            // The other state may hold another text.
            let is_sure = is_plain(&file) && is_granted(world, card, &file);
            let doubt = if is_sure { "" } else { " if the text in it is the one that you grant" };
            remark.help = format!("Write `license_link: {}`{doubt}.", escaped(&file));
            remark.fix = is_sure.then(|| replaced(card, node, &file)).flatten();
            Some(remark)
        }
        [view, ..] if FILES.contains(view) => {
            let message =
                format!("{} names no file: an address of the Hub is ORG/NAME/blob/REVISION/FILE", quoted(link));
            let remark = dead(card, node, message);
            Some(if is_own { led_to_file(world, card, node, remark) } else { remark })
        }
        ["tree", ..] => Some(no_text(card, node, link, "a list of files")),
        [file] if ["license", "licence", "copying"].iter().any(|stem| file.to_ascii_lowercase().starts_with(stem)) => {
            let message = format!("{} lacks `blob/main/` before the name of the file", quoted(link));
            let mut remark = dead(card, node, message);
            let (head, tail) = link.rsplit_once('/')?;
            let whole = format!("{head}/blob/main/{tail}");
            remark.help = format!("Write {}.", quoted(&whole));
            if is_own {
                return Some(led_to_file(world, card, node, remark));
            }
            Some(remark)
        }
        _ => None,
    }
}

fn no_text(card: &Card<'_>, node: &Node, link: &str, what: &str) -> Remark {
    let mut remark = card.remark("license-link-not-a-text", Level::Warning, node, "license_link");
    remark.message = format!("{} leads to {what}, not to the text of a licence", quoted(link));
    remark.help =
        String::from("Put the text into a file LICENSE and write `license_link: LICENSE`, or link the text itself.");
    remark
}

/// Whether the path of a GitHub address is that of a repository and of none of its files.
fn is_repository(parts: &[&str]) -> bool {
    matches!(parts, [_, _] | [_, _, "tree", _])
}

/// Whether an address can stand in YAML as it is.
fn is_address(link: &str) -> bool {
    let is_safe = |character: char| character.is_ascii_alphanumeric() || "-._~/:?=&%+@".contains(character);
    link.chars().all(is_safe) && !link.ends_with(':') && link.matches(": ").count() == 0
}
