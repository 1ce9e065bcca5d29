//! SafeTensors (`*.safetensors`): the `__metadata__` of the header.
//!
//! Layout: an 8-byte little-endian length, then JSON, then tensors
//! (<https://github.com/huggingface/safetensors#format>). Keys: ModelSpec 1.0 (`modelspec.*`), kohya's sd-scripts
//! (`ss_*`), PEFT and diffusers. Tensors are not kept; their names tell an adapter from a model.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::json::{self, Value};
use super::{Extractor, File, Interest, Out, Place, Progress, field, single_file};
use crate::gap::GapKind;
use crate::lineage::Relation;
use crate::source::{Entry, Rank};
use crate::subject::Role;

/// A shard of a large model lists some hundred tensors at about 120 bytes each.
const FIRST: u64 = 32 * 1024;
/// Longest header that is read: the bound of huggingface_hub and huggingface.js. 97 of 100 stay below 100 kB.
const LONGEST_HEADER: u64 = 25_000_000;
/// Bytes of the length.
const PREFIX: u64 = 8;

/// Reads SafeTensors headers.
pub(crate) struct Safetensors;

impl Extractor for Safetensors {
    fn name(&self) -> &'static str {
        "safetensors"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        if entry.extension() == "safetensors" {
            Interest::Head { first: FIRST, most: LONGEST_HEADER + PREFIX }
        } else {
            Interest::Nothing
        }
    }

    fn rank(&self) -> Rank {
        Rank::Weights
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        let Some((prefix, rest)) = file.bytes.split_first_chunk::<8>() else {
            let detail =
                format!("the file has {} bytes, too few for a SafeTensors header: download it again", file.size);
            out.gap(GapKind::Truncated, Place::whole(), detail);
            return Progress::Done;
        };
        let length = u64::from_le_bytes(*prefix);
        let end = length.saturating_add(PREFIX);
        if rest.first().is_some_and(|first| *first != b'{') {
            let detail = "the SafeTensors header does not begin with a brace: download or convert the file again";
            out.gap(GapKind::Malformed, Place::whole(), detail);
            return Progress::Done;
        }
        if end > file.size {
            let detail = format!(
                "the file has {} bytes and its SafeTensors header alone claims {end}: download or convert it again",
                file.size
            );
            out.gap(GapKind::Truncated, Place::whole(), detail);
            return Progress::Done;
        }
        if length > LONGEST_HEADER {
            let detail = format!(
                "the SafeTensors header has {length} bytes and the limit is {LONGEST_HEADER}: check its __metadata__ \
                 by hand"
            );
            out.gap(GapKind::Truncated, Place::whole(), detail);
            return Progress::Done;
        }
        match usize::try_from(length).ok().and_then(|length| rest.get(..length)) {
            Some(header) => read(header, file, out),
            None => return begin(rest, end, file, out),
        }
        Progress::Done
    }
}

/// States what the beginning of a header holds. `__metadata__` stands first where the format's own library wrote it.
fn begin(header: &[u8], end: u64, file: &File<'_>, out: &mut Out) -> Progress {
    let mut seen = Seen::default();
    // It breaks off, of course.
    let _ = serde_json::Deserializer::from_slice(header).deserialize_map(Header(&mut seen));
    let Some(metadata) = seen.metadata.first().and_then(|metadata| json::parse(metadata.get()).ok()) else {
        return Progress::Needs(end);
    };
    if metadata.is_object() {
        state(metadata, seen.is_adapter(file.name()), file, out);
    }
    Progress::Could(end)
}

fn read(header: &[u8], file: &File<'_>, out: &mut Out) {
    let mut seen = Seen::default();
    let mut reader = serde_json::Deserializer::from_slice(header);
    let result = reader.deserialize_map(Header(&mut seen)).and_then(|()| reader.end());
    if let Err(error) = result {
        let detail = format!("the SafeTensors header is not JSON ({error}): download or convert the file again");
        out.gap(GapKind::Malformed, Place::whole(), detail);
    }
    if seen.metadata.len() > 1 {
        field::repeated(out, Place::key("__metadata__"), "__metadata__");
    }
    for metadata in &seen.metadata {
        match json::parse(metadata.get()) {
            Ok(metadata) if metadata.is_object() => state(metadata, seen.is_adapter(file.name()), file, out),
            _ => {
                let detail = "__metadata__ is no object: convert the file again";
                out.gap(GapKind::Malformed, Place::key("__metadata__"), detail);
            }
        }
    }
}

/// States one `__metadata__`.
fn state(metadata: Value<'_>, is_adapter: bool, file: &File<'_>, out: &mut Out) {
    let (role, base) =
        if is_adapter { (Role::Adapter, Relation::Adapter) } else { (Role::Weights, Relation::Unstated) };
    let scope = single_file(file, Some(role));
    let mut last: Option<String> = None;
    let mut fields = metadata.fields(out, |key, _| is_stated(key));
    // Stable: repetitions of a key stay in the order of the file.
    fields.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (key, value) in fields {
        if last.as_deref() == Some(&key) {
            field::repeated(out, Place::key(&key), &key);
        }
        let place = Place::key(&key);
        match (value.as_str(), key.as_str()) {
            (None, _) if value.is_null() => {}
            (None, _) => {
                let detail = format!("{} is no text: convert the file again", field::quoted(&key));
                out.gap(GapKind::Malformed, place, detail);
            }
            (Some(text), "license" | "modelspec.license") => field::license(out, scope.clone(), place, &text),
            (Some(text), "license_name") => field::license_name(out, scope.clone(), place, &text),
            (Some(text), "license_link") => field::license_link(out, scope.clone(), place, &text),
            (Some(text), "modelspec.merged_from") => {
                for part in text.split(',') {
                    field::parent(out, scope.clone(), place.clone(), part, Relation::Merge, None);
                }
            }
            (Some(text), "lora_adapter_metadata") => adapter_metadata(&text, file, out),
            (Some(text), _) => {
                field::parent(out, scope.clone(), place, &text, base, None);
            }
        }
        last = Some(key);
    }
}

fn is_stated(key: &str) -> bool {
    matches!(
        key,
        "license"
            | "license_name"
            | "license_link"
            | "modelspec.license"
            | "modelspec.merged_from"
            | "ss_sd_model_name"
            | "ss_base_model_version"
            | "base_model"
            | "base_model_name_or_path"
            | "lora_adapter_metadata"
    )
}

/// diffusers packs the PEFT configurations of all adapters of a file into one JSON string, each key behind the name of
/// its component: `transformer.base_model_name_or_path`.
fn adapter_metadata(text: &str, file: &File<'_>, out: &mut Out) {
    const KEY: &str = "lora_adapter_metadata";
    let Ok(root) = json::parse(text) else {
        let detail = format!("{KEY} is not JSON: save the adapter again");
        out.gap(GapKind::Malformed, Place::key(KEY), detail);
        return;
    };
    let is_base = |key: &str| key.rsplit('.').next() == Some("base_model_name_or_path");
    for (_, value) in root.fields(out, |key, _| is_base(key)) {
        if let Some(reference) = value.as_str() {
            let scope = single_file(file, Some(Role::Adapter));
            field::parent(out, scope, Place::key(KEY), &reference, Relation::Adapter, None);
        }
    }
}

/// What a header holds, tensors counted only.
#[derive(Default)]
struct Seen<'a> {
    metadata: Vec<&'a RawValue>,
    tensors: usize,
    adapter_tensors: usize,
}

impl Seen<'_> {
    /// Whether the file holds nothing but an adapter. PEFT's name for its file says so too: prompt tuning has tensors of
    /// other names.
    fn is_adapter(&self, name: &str) -> bool {
        name == "adapter_model.safetensors" || self.tensors > 0 && self.adapter_tensors == self.tensors
    }
}

/// kohya's `lora_unet_…`, PEFT's `base_model.model.…`, diffusers' `unet.….lora_A.weight`.
fn is_adapter_tensor(name: &str) -> bool {
    name.starts_with("lora_") || name.starts_with("base_model.model.") || name.contains(".lora_")
}

struct Header<'b, 'a>(&'b mut Seen<'a>);

impl<'a> Visitor<'a> for Header<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name == "__metadata__" {
                self.0.metadata.push(map.next_value()?);
                continue;
            }
            map.next_value::<IgnoredAny>()?;
            self.0.tensors += 1;
            self.0.adapter_tensors += usize::from(is_adapter_tensor(&name));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::testing::{drive, gaps, lines, wants};

    fn file(header: &str) -> Vec<u8> {
        [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &[0; 16]].concat()
    }

    fn said(header: &str) -> Vec<String> {
        lines(&drive(&Safetensors, "d/m.safetensors", &file(header)))
    }

    const TENSOR: &str = r#"{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}"#;

    #[test]
    fn the_metadata_is_quoted_wherever_it_stands() {
        let metadata = r#""__metadata__":{"format":"pt","modelspec.license":"CreativeML Open RAIL-M","modelspec.merged_from":"a, b","ss_base_model_version":"sdxl_base_v1-0","ss_sd_model_name":"sd_xl_base_1.0.safetensors","license_link":"LICENSE"}"#;
        let expected = [
            "link LICENSE [license_link] weights d/m.safetensors",
            "license CreativeML Open RAIL-M [modelspec.license] weights d/m.safetensors",
            "merge a [modelspec.merged_from] weights d/m.safetensors",
            "merge b [modelspec.merged_from] weights d/m.safetensors",
            "unstated sdxl_base_v1-0 [ss_base_model_version] weights d/m.safetensors",
            "unstated sd_xl_base_1.0.safetensors [ss_sd_model_name] weights d/m.safetensors",
        ];
        assert_eq!(said(&format!("{{{metadata},\"model.w\":{TENSOR}}}")), expected);
        assert_eq!(said(&format!("{{\"model.w\":{TENSOR},{metadata}}}   ")), expected);
        assert!(wants(&Safetensors, "a/B.SafeTensors") && !wants(&Safetensors, "m.safetensors.index.json"));
    }

    #[test]
    fn a_file_of_adapter_tensors_is_an_adapter_of_its_base() {
        for name in ["lora_unet_x.alpha", "base_model.model.x", "unet.a.lora_A.weight"] {
            let header = format!("{{\"__metadata__\":{{\"base_model\":\"a/b\"}},\"{name}\":{TENSOR}}}");
            assert_eq!(said(&header), ["adapter a/b [base_model] adapter d/m.safetensors"]);
            let mixed = header.replacen('{', &format!("{{\"model.w\":{TENSOR},"), 1);
            assert_eq!(said(&mixed), ["unstated a/b [base_model] weights d/m.safetensors"]);
        }
    }

    #[test]
    fn the_configuration_that_diffusers_packs_names_its_base() {
        let packed = r#"{\"transformer.r\":4,\"transformer.base_model_name_or_path\":\"a/b\",\"unet.base_model_name_or_path\":null}"#;
        let header = format!("{{\"__metadata__\":{{\"lora_adapter_metadata\":\"{packed}\"}},\"lora_x\":{TENSOR}}}");
        assert_eq!(said(&header), ["adapter a/b [lora_adapter_metadata] adapter d/m.safetensors"]);
        let broken = header.replace("\\\"transformer.r", "{");
        assert_eq!(gaps(&Safetensors, "m.safetensors", &file(&broken)), [GapKind::Malformed]);
    }

    #[test]
    fn a_whole_licence_is_a_passage() {
        let header =
            format!(r#"{{"__metadata__":{{"modelspec.license":"one\ntwo","license":"{}"}}}}"#, "x".repeat(300));
        assert_eq!(
            said(&header),
            [
                "field of 300 bytes [license] weights d/m.safetensors",
                "field of 7 bytes [modelspec.license] weights d/m.safetensors"
            ]
        );
    }

    #[test]
    fn a_file_without_metadata_says_nothing() {
        for header in ["{}".to_owned(), format!("{{\"w\":{TENSOR}}}"), r#"{"__metadata__":{}}"#.to_owned()] {
            let out = drive(&Safetensors, "m.safetensors", &file(&header));
            assert!(out.evidence.is_empty() && out.gaps.is_empty(), "{header}");
        }
    }

    #[test]
    fn a_repeated_key_is_kept_and_reported() {
        let bytes = file(r#"{"__metadata__":{"license":"mit","x":"y","license":"gpl-3.0"}}"#);
        let out = drive(&Safetensors, "m.safetensors", &bytes);
        assert_eq!((out.evidence.len(), out.gaps.len()), (2, 1));
        let bytes = file(r#"{"__metadata__":{"license":"mit"},"__metadata__":{"license":"gpl-3.0"}}"#);
        let out = drive(&Safetensors, "m.safetensors", &bytes);
        assert_eq!((out.evidence.len(), out.gaps.len()), (2, 1));
    }

    #[test]
    fn a_long_header_is_asked_for_exactly() {
        let header = format!("{{\"__metadata__\":{{\"license\":\"mit\"}},\"w\":{TENSOR}}}{}", " ".repeat(100_000));
        let bytes = file(&header);
        let shown = File { path: "m.safetensors", size: bytes.len() as u64, offset: 0, bytes: &bytes[..1000] };
        let mut out = Out::new("safetensors", "m.safetensors");
        assert_eq!(Safetensors.extract(&shown, &mut out), Progress::Needs(header.len() as u64 + 8));
        assert_eq!(said(&header).len(), 1);
    }

    #[test]
    fn hostile_headers_end_in_one_gap() {
        let claims = |length: u64, content: &[u8]| [&length.to_le_bytes()[..], content].concat();
        let deep = format!("{{\"a\":{}", "[".repeat(100_000));
        let hostile = [
            vec![],
            vec![0; 7],
            claims(u64::MAX, b"{}"),
            claims(1 << 40, b"{}"),
            claims(3, b"{}"),
            claims(2, b"[]"),
            claims(2, b"{\""),
            claims(0, b""),
            file(&deep),
            file(r#"{"__metadata__":[]}"#),
            file(r#"{"__metadata__":{"license":7}}"#),
            claims(33, b"{\"__metadata__\":{\"license\":\"\xff\"}}"),
        ];
        for (index, bytes) in hostile.iter().enumerate() {
            assert_eq!(gaps(&Safetensors, "m.safetensors", bytes).len(), 1, "{index}");
        }
        let mut out = Out::new("safetensors", "m.safetensors");
        let bytes = claims(LONGEST_HEADER + 1, b"{");
        let shown = File { path: "m.safetensors", size: 1 << 40, offset: 0, bytes: &bytes };
        assert_eq!(Safetensors.extract(&shown, &mut out), Progress::Done);
        assert_eq!(out.gaps[0].kind, GapKind::Truncated);
    }

    #[test]
    fn every_truncation_of_the_header_is_a_gap() {
        let header = r#"{"__metadata__":{"license":"mit"},"w":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#;
        let bytes = file(header);
        for end in 0..header.len() + 8 {
            assert_eq!(gaps(&Safetensors, "m.safetensors", &bytes[..end]), [GapKind::Truncated], "at {end}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = drive(&Safetensors, "m.safetensors", &bytes);
            let framed = [&(bytes.len() as u64 + 1).to_le_bytes()[..], b"{", &bytes].concat();
            let _ = drive(&Safetensors, "m.safetensors", &framed);
        }
    }
}
